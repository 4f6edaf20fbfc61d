package dev.atr.consumer.export;

/** Counts the lines of NDJSON that are not blank while its bytes pass by, however long the lines are. */
final class LineCounter {
    private long lines;
    private boolean inLine;

    void add(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            if (inLine) {
                i = newline(bytes, i, length);
                inLine = i == length;
            } else {
                byte b = bytes[i];
                if (b != '\n' && b != ' ' && b != '\t' && b != '\r') {
                    inLine = true;
                    lines++;
                }
            }
            i++;
        }
    }

    /** Returns where the line ends, or the length; apart, since nearly every byte of an export passes here. */
    private static int newline(byte[] bytes, int from, int length) {
        int i = from;
        while (i < length && bytes[i] != '\n') {
            i++;
        }
        return i;
    }

    long lines() {
        return lines;
    }
}
