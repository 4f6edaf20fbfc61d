package dev.atr.cli.sample;

import dev.atr.cli.sample.Dice.Use;
import dev.atr.cli.sample.Person.Household;
import dev.atr.cli.sample.Person.Role;
import dev.atr.cli.sample.Words.Plan;
import java.util.function.Consumer;

/**
 * Insured people of the sample, in whole families.
 *
 * @param dice what they look like
 * @param first number of the first person
 * @param size how many there are
 */
record Population(Dice dice, long first, long size) {
    /** Passes on every person, in the order of their numbers; a family is one after the other. */
    void forEach(Consumer<Person> next) {
        long end = first + size;
        long number = first;
        while (number < end) {
            Household household = household(number, end - number);
            for (int i = 0; i < household.size(); i++) {
                int dependent = household.subscriberIsMember() ? i : i + 1;
                next.accept(new Person(number + i, household, dependent, role(household, dependent)));
            }
            number += household.size();
        }
    }

    private Household household(long number, long atMost) {
        boolean isFirst = number == first;
        Plan plan = isFirst ? Words.PLANS.get(0) : dice.pick(Use.PLAN, number, Words.PLANS);
        int wanted = plan.forSeniors() ? 1 : familySize(dice.roll(Use.HOUSEHOLD_SIZE, number, 100));
        // About one family in eight is insured by somebody who is not: a RelatedPerson instead of a Patient. The first
        // one always is, so that the smallest sample has every type too.
        boolean subscriberIsMember =
                plan.forSeniors() || (!isFirst && dice.roll(Use.SUBSCRIBER_IS_MEMBER, number, 8) != 0);
        return new Household(
                number,
                (int) Math.min(wanted, atMost),
                subscriberIsMember,
                plan,
                dice.pick(Use.SURNAME, number, Words.SURNAMES),
                dice.pick(Use.PLACE, number, Words.PLACES),
                10 + dice.roll(Use.HOUSE_NUMBER, number, 9000),
                dice.pick(Use.STREET, number, Words.STREETS));
    }

    private static int familySize(int percent) {
        if (percent < 35) {
            return 1;
        }
        if (percent < 60) {
            return 2;
        }
        return percent < 77 ? 3 : percent < 93 ? 4 : 5;
    }

    private Role role(Household household, int dependent) {
        if (dependent == 0) {
            return Role.SELF;
        }
        boolean spouse = dependent == 1 && dice.roll(Use.SPOUSE, household.first(), 4) != 0;
        return spouse ? Role.SPOUSE : Role.CHILD;
    }
}
