package dev.atr.benchmarks;

import java.io.IOException;

/** Something that is done several times in a process. For one thread. */
interface Work extends AutoCloseable {
    /** Makes ready for the next time; not measured. */
    default void prepare() throws Exception {}

    /**
     * Does it once, and looks whether the outcome is right.
     *
     * @return how many units were done
     */
    long once() throws Exception;

    @Override
    default void close() throws IOException {}
}
