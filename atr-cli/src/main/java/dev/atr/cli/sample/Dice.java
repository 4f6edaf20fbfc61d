package dev.atr.cli.sample;

import java.util.List;

/**
 * Numbers that look random and are not: a function of the seed, of what the number is for, and of an index. Any of them
 * can be asked for at any time, so that nothing has to be remembered between two passes over the same people.
 */
record Dice(long seed) {
    /** Returns a number from 0 to {@code bound - 1}. */
    int roll(Use use, long index, int bound) {
        return (int) Long.remainderUnsigned(mix(mix(seed * 31 + use.name().hashCode()) + index), bound);
    }

    /** Returns one of the choices. */
    <T> T pick(Use use, long index, List<T> choices) {
        return choices.get(roll(use, index, choices.size()));
    }

    /** The finalizer of SplitMix64: every bit of the input changes about half of the bits of the output. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** What a number is for; numbers for different uses have nothing to do with each other. */
    enum Use {
        HOUSEHOLD_SIZE,
        SUBSCRIBER_IS_MEMBER,
        PLAN,
        SURNAME,
        GIVEN_NAME,
        MIDDLE_NAME,
        GENDER,
        AGE,
        BIRTHDAY,
        HOUSE_NUMBER,
        STREET,
        PLACE,
        PHONE,
        SPOUSE,
        PROVIDER_LEVEL,
        PROVIDER,
        PRACTITIONER,
        SPECIALTY,
        SITE
    }
}
