package dev.atr.consumer.export;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A Group line made while it is read: many rows, each padded with blanks between its properties. */
final class EndlessLine extends InputStream {
    private final int rows;
    private final String padding;
    private byte[] part;
    private int position;
    private int row;

    EndlessLine(int rows, int rowBytes) {
        this.rows = rows;
        this.padding = " ".repeat(rowBytes);
        this.part = utf8("{\"resourceType\":\"Group\",\"id\":\"cvmg-2026\",\"member\":[");
    }

    /** Returns how many rows somebody has begun to read. */
    long rowsMade() {
        return row;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (position == part.length) {
            if (row > rows) {
                return -1;
            }
            part = utf8(
                    row == rows
                            ? "]}\n"
                            : (row == 0 ? "" : ",") + "{\"entity\":{\"reference\":\"Patient/pat-" + row + "\"},"
                                    + padding + "\"inactive\":false}");
            row++;
            position = 0;
        }
        int count = Math.min(length, part.length - position);
        System.arraycopy(part, position, target, offset, count);
        position += count;
        return count;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
