package dev.atr.consumer.export;

/** Counts the lines of NDJSON that are not blank while its bytes pass by, however long the lines are. */
final class LineCounter {
    private long lines;
    private boolean inLine;

    void add(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                inLine = false;
            } else if (!inLine && b != ' ' && b != '\t' && b != '\r') {
                inLine = true;
                lines++;
            }
        }
    }

    long lines() {
        return lines;
    }
}
