package dev.atr.cli;

import dev.atr.consumer.export.DownloadListener;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportFile;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows how an export goes on: a bar on a terminal, lines elsewhere. Safe for several threads. */
final class ExportProgress implements DownloadListener, AutoCloseable {
    private final Object lock = new Object();
    private final Console console;
    private @Nullable ProgressBar bar;
    private String lastWord = "";
    private long bytes;

    ExportProgress(Console console) {
        this.console = console;
    }

    @Override
    public void exporting(String progress) {
        String word = progress.isEmpty() ? "the Producer is at work" : Console.printable(progress);
        synchronized (lock) {
            if (word.equals(lastWord)) {
                return;
            }
            lastWord = word;
            if (console.isTerminal()) {
                bar("Export", -1).setExtraMessage(word);
            } else {
                console.err().println("export: " + word);
            }
        }
    }

    @Override
    public void downloading(int files) {
        synchronized (lock) {
            close();
            if (console.isTerminal()) {
                bar("Files", files);
            } else {
                console.err().println("download: " + files + " files");
            }
        }
    }

    @Override
    public void received(ExportFile file, int count) {
        synchronized (lock) {
            bytes += count;
            if (bar != null) {
                bar.setExtraMessage(String.format(" %.1f MB", bytes / 1e6));
            }
        }
    }

    @Override
    public void finished(DownloadedFile file) {
        synchronized (lock) {
            if (bar != null) {
                bar.step();
            } else {
                console.err()
                        .println("download: " + file.path().getFileName() + ", " + file.lines() + " resources, "
                                + file.bytes() + " bytes");
            }
        }
    }

    /** Says how to go on, when the process is told to stop: with Ctrl-C, for example. */
    void stopped() {
        synchronized (lock) {
            close();
            console.err().println("atr: stopped before it was done; the same call goes on from here.");
        }
    }

    /** Takes the bar off the screen. */
    @Override
    public void close() {
        synchronized (lock) {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }

    private ProgressBar bar(String name, long steps) {
        if (bar == null) {
            bar = Steps.bar(console, name, steps);
        }
        return bar;
    }
}
