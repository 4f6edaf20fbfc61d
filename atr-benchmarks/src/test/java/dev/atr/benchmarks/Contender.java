package dev.atr.benchmarks;

import java.util.List;

/** One of several that do the same thing. */
interface Contender {
    /** Returns its name in the table. */
    String name();

    /** Returns its largest heap, for example {@code 32m}; {@code –} when it has none of its own. */
    String heap();

    /** Has one turn: one or more runs, all of which count. */
    List<Cost> turn() throws Exception;
}
