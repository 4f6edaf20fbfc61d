package dev.atr.producer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decodes gzip that is exactly one member without optional fields, as every stored form has to be, and nothing else. */
final class OneGzipMember {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;

    private OneGzipMember() {}

    static byte[] decode(byte[] gzip) {
        if (gzip.length < HEADER + TRAILER || gzip[0] != 0x1f || gzip[1] != (byte) 0x8b || gzip[3] != 0) {
            throw new AssertionError("not a plain gzip header");
        }
        Inflater inflater = new Inflater(true);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        CRC32 checksum = new CRC32();
        try {
            inflater.setInput(gzip, HEADER, gzip.length - HEADER);
            byte[] buffer = new byte[1 << 16];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && inflater.needsInput()) {
                    throw new AssertionError("cut short");
                }
                decoded.write(buffer, 0, count);
                checksum.update(buffer, 0, count);
            }
            if (inflater.getRemaining() != TRAILER) {
                throw new AssertionError("something stands behind the first member");
            }
        } catch (DataFormatException e) {
            throw new AssertionError("damaged", e);
        } finally {
            inflater.end();
        }
        if (littleEndian(gzip, gzip.length - TRAILER) != (int) checksum.getValue()
                || littleEndian(gzip, gzip.length - 4) != decoded.size()) {
            throw new AssertionError("another content than the trailer says");
        }
        return decoded.toByteArray();
    }

    private static int littleEndian(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }
}
