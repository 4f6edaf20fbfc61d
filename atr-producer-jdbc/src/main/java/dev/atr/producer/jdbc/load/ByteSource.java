package dev.atr.producer.jdbc.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Bytes that can be read several times, from any place on. */
interface ByteSource {
    /** Opens the bytes from an offset on; the caller closes the stream. */
    InputStream open(long from) throws IOException;

    static ByteSource ofFile(Path file) {
        return from -> {
            SeekableByteChannel channel = Files.newByteChannel(file);
            channel.position(from);
            return Channels.newInputStream(channel);
        };
    }

    /** What a gzip file holds. An offset other than 0 unpacks all that stands before it. */
    static ByteSource ofGzipFile(Path file) {
        return from -> {
            InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 1 << 16);
            in.skipNBytes(from);
            return in;
        };
    }

    static ByteSource ofBytes(byte[] bytes) {
        return from -> new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from);
    }

    /**
     * A part of a source that holds one JSON document.
     *
     * @param source the source
     * @param from offset of its first byte
     * @param length how many bytes it has; {@link Long#MAX_VALUE} for all that follow
     */
    record Slice(ByteSource source, long from, long length) {
        static Slice all(ByteSource source) {
            return new Slice(source, 0, Long.MAX_VALUE);
        }

        InputStream open() throws IOException {
            InputStream in = source.open(from);
            return length == Long.MAX_VALUE ? in : new LimitedInputStream(in, length);
        }

        /** Returns the bytes, or one more than {@code limit} when there are more. */
        byte[] bytes(int limit) throws IOException {
            try (InputStream in = open()) {
                return in.readNBytes(limit + 1);
            }
        }
    }
}
