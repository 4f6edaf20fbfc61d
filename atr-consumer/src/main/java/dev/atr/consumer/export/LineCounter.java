package dev.atr.consumer.export;

import dev.atr.core.bulk.LineBreaks;

/** Counts the lines of NDJSON that are not blank while its bytes pass by, however long the lines are. */
final class LineCounter {
    private long lines;
    private boolean inLine;

    void add(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            if (inLine) {
                i = LineBreaks.lineFeed(bytes, i, length);
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

    long lines() {
        return lines;
    }
}
