package dev.atr.cli.sample;

import dev.atr.cli.sample.Words.Place;
import dev.atr.cli.sample.Words.Plan;

/**
 * An insured person of the sample.
 *
 * @param number counted from 0 over all lists
 * @param household what the family shares
 * @param dependent place in the family: 0 for a subscriber, 1 and up for the others
 * @param role how the person stands to the subscriber
 */
record Person(long number, Household household, int dependent, Role role) {
    @Override
    public String toString() {
        return "Person";
    }

    /** How a person stands to the subscriber: codes of FHIR's subscriber-relationship and of v3-RoleCode, seen back. */
    enum Role {
        SELF("self", "Self", "ONESELF", "self"),
        SPOUSE("spouse", "Spouse", "SPS", "spouse"),
        CHILD("child", "Child", "PRN", "parent");

        final String code;
        final String display;
        final String subscriberCode;
        final String subscriberDisplay;

        Role(String code, String display, String subscriberCode, String subscriberDisplay) {
            this.code = code;
            this.display = display;
            this.subscriberCode = subscriberCode;
            this.subscriberDisplay = subscriberDisplay;
        }
    }

    /**
     * A family that one policy covers.
     *
     * @param first number of its first insured person
     * @param size how many of it are insured
     * @param subscriberIsMember whether the person who signed up is insured here as well
     * @param houseNumber of its address
     */
    record Household(
            long first,
            int size,
            boolean subscriberIsMember,
            Plan plan,
            String surname,
            Place place,
            int houseNumber,
            String street) {
        @Override
        public String toString() {
            return "Household";
        }
    }
}
