package dev.atr.consumer.export;

import dev.atr.http.client.ContentCoding;
import dev.atr.http.client.HttpReply;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is sent, whole or from some byte on. For one thread; whoever got it closes it.
 *
 * @param reply what came
 * @param gzip whether the bytes are gzip
 * @param etag the strong validator of what is sent, in quotes; absent when there is none
 * @param total its length with what came before; absent when it is not said
 * @param digest its SHA-256 by {@code Repr-Digest}, in lower-case hexadecimal; absent when it is not said
 */
record FileReply(
        HttpReply reply,
        boolean gzip,
        @Nullable String etag,
        @Nullable Long total,
        @Nullable String digest) implements AutoCloseable {
    private static final Pattern ETAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{1,500}\"");
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern SHA_256 =
            Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):", Pattern.CASE_INSENSITIVE);

    /** Reads the headers of an answer that holds the file whole. */
    static FileReply whole(HttpReply reply) {
        return of(
                reply,
                reply.headers()
                        .first("Content-Length")
                        .flatMap(FileReply::length)
                        .orElse(null));
    }

    /**
     * Reads the headers of an answer that is to hold the rest of a file.
     *
     * @return empty when it is not that very rest
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.4">RFC 9110, "Content-Range"</a>
     */
    static Optional<FileReply> rest(HttpReply reply, PartialFile open, long from) {
        Matcher range = RANGE.matcher(reply.headers().first("Content-Range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != from) {
            return Optional.empty();
        }
        Long total = range.group(3).equals("*") ? open.total() : Long.valueOf(range.group(3));
        boolean toTheEnd = total == null || Long.parseLong(range.group(2)) + 1 == total;
        boolean sameLength = open.total() == null || open.total().equals(total);
        FileReply rest = of(reply, total);
        boolean sameFile = rest.gzip == open.gzip() && (rest.etag == null || rest.etag.equals(open.etag()));
        return toTheEnd && sameLength && sameFile ? Optional.of(rest) : Optional.empty();
    }

    private static FileReply of(HttpReply reply, @Nullable Long total) {
        String etag = reply.headers()
                .first("ETag")
                .filter(text -> ETAG.matcher(text).matches())
                .orElse(null);
        return new FileReply(reply, ContentCoding.isGzip(reply), etag, total, digest(reply));
    }

    /** Reads the digest. See <a href="https://www.rfc-editor.org/rfc/rfc9530#section-3">RFC 9530</a>. */
    private static @Nullable String digest(HttpReply reply) {
        Matcher digest = SHA_256.matcher(reply.headers().first("Repr-Digest").orElse(""));
        return digest.find() ? HexFormat.of().formatHex(Base64.getDecoder().decode(digest.group(1))) : null;
    }

    private static Optional<Long> length(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /** Returns what the transfer of a file can go on with, should it be broken off; absent without a strong validator. */
    @Nullable
    PartialFile open(String name) {
        return etag == null ? null : new PartialFile(name, etag, gzip, total);
    }

    @Override
    public void close() {
        reply.close();
    }

    @Override
    public String toString() {
        return "FileReply[" + reply.status() + "]";
    }
}
