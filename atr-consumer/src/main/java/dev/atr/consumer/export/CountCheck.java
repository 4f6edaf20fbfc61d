package dev.atr.consumer.export;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;

/** Holds the lines that came against the manifest's count: a file with people missing is never taken as whole. */
final class CountCheck {
    private CountCheck() {}

    /**
     * Checks a file that was read to its end.
     *
     * @throws TransportException when lines are missing: perhaps the transfer was cut short, so try again
     * @throws ProtocolException when there are more than the manifest says
     */
    static void check(ExportFile file, long lines) {
        if (file.count() == null || file.count() == lines) {
            return;
        }
        String message = "file of " + file.type() + ": expected " + file.count() + " lines, got " + lines;
        if (lines < file.count()) {
            throw new TransportException(message, null);
        }
        throw new ProtocolException(message);
    }
}
