package dev.atr.cli;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** What a command runs until it is told to stop. Closed from any thread, and more than once. */
abstract class Service implements AutoCloseable {
    /** What runs. */
    final RunningParts parts = new RunningParts();

    /** Starts everything, and says that it has. */
    abstract void run() throws IOException;

    /**
     * Starts; when this throws, nothing runs any more.
     *
     * @return whether it runs; false when it was closed meanwhile
     * @throws UsageException when the command line asks for what can't be
     * @throws DataException when files or the database are not as they must be
     */
    final boolean start() throws IOException {
        try {
            run();
            return true;
        } catch (IOException | RuntimeException | Error failure) {
            if (parts.isClosed()) {
                // What broke, broke because its ground was taken away.
                return false;
            }
            close();
            throw failure;
        }
    }

    /** Starts, and runs until the process is told to end. Returns the exit code. */
    final int untilStopped() throws IOException, InterruptedException {
        Thread onSigterm = new Thread(
                () -> {
                    close();
                    // Told to stop and stopped: that is success, which the JVM would report as 143.
                    Runtime.getRuntime().halt(ExitCode.DONE);
                },
                "atr-stop");
        Runtime.getRuntime().addShutdownHook(onSigterm);
        try {
            if (start()) {
                new CountDownLatch(1).await();
            }
            return ExitCode.DONE;
        } catch (IOException | RuntimeException failure) {
            // The process ends by itself, and with another code.
            Runtime.getRuntime().removeShutdownHook(onSigterm);
            throw failure;
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
