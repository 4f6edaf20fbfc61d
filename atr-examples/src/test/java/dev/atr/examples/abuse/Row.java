package dev.atr.examples.abuse;

import dev.atr.auth.SpoiltAssertion;

/**
 * One try.
 *
 * @param name the number of its abuse case, and what is tried
 * @param attempt sends it
 * @param expected what must come back
 */
record Row(String name, Attempt attempt, Expected expected) {
    /** Does what it takes, and returns the answer that matters. What must hold on the way it asserts itself. */
    @FunctionalInterface
    interface Attempt {
        Answer send(Payer payer) throws Exception;
    }

    static Row of(SpoiltAssertion spoilt, Expected expected) {
        return new Row(spoilt.name(), payer -> payer.present(spoilt.of(payer.assertion())), expected);
    }

    /** Returns the number of the abuse case. */
    String id() {
        return name.substring(0, 3);
    }

    @Override
    public String toString() {
        return name;
    }
}
