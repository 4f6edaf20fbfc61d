package dev.atr.producer.internal.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses into exactly one gzip member, however much passes: clients there are that take the end of the first one for
 * the end of the file. Level 1, since the higher ones take twice to four times as long for a third fewer bytes at best
 * (docs/decisions/0010). For one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipMember extends GZIPOutputStream {
    private static final int BUFFER = 64 * 1024;

    GzipMember(OutputStream out) throws IOException {
        super(out, BUFFER);
        def.setLevel(Deflater.BEST_SPEED);
    }

    /** Gives back what compressing holds outside the heap; what was not finished stays unfinished. */
    void release() {
        def.end();
    }
}
