package dev.atr.consumer.check;

/** Looks at one part of a Producer. */
interface Probe {
    /** Returns what is looked at, for the message that it could not be. */
    String name();

    /**
     * Asks, and notes what is seen.
     *
     * @throws dev.atr.core.error.AtrException when the Producer does not let it go on; what is not noted by then was not
     *     looked at
     */
    void look(Visit visit) throws InterruptedException;
}
