package dev.atr.benchmarks;

import java.nio.file.Path;

/** One section of the page. */
interface Figures {
    /** Returns its name on the command line and in the page. */
    String name();

    /**
     * Measures everything.
     *
     * @param settings how much of it
     * @param folder an empty folder for files
     * @param report where the figures go
     */
    void measure(Settings settings, Path folder, Report report) throws Exception;
}
