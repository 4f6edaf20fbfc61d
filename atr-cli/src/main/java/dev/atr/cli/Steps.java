package dev.atr.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far something with a known number of steps has got: a bar on a terminal, a line each tenth elsewhere. */
final class Steps implements AutoCloseable {
    private final Console console;
    private final String name;
    private @Nullable ProgressBar bar;
    private long tenth;

    Steps(Console console, String name) {
        this.console = console;
        this.name = name;
    }

    /** Tells how far it has got. */
    void at(long done, long total) {
        if (console.isTerminal()) {
            ProgressBar shown = bar;
            if (shown == null) {
                shown = bar(console, name, total);
                bar = shown;
            }
            shown.stepTo(done);
        } else if (done * 10 / total > tenth) {
            tenth = done * 10 / total;
            console.err().println(name + ": " + tenth * 10 + " %");
        }
    }

    /** Returns a bar on standard error, to be closed. */
    static ProgressBar bar(Console console, String name, long steps) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(console.err()))
                .build();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
