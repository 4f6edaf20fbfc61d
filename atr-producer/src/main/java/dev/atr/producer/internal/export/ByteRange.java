package dev.atr.producer.internal.export;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file.
 *
 * @param first offset of the first byte
 * @param last offset of the last byte; before {@code first} when no byte of the file is meant
 */
record ByteRange(long first, long last) {
    private static final Pattern SHAPE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})", Pattern.CASE_INSENSITIVE);

    /**
     * Reads a {@code Range} header.
     *
     * @param header its value
     * @param length the length of the file
     * @return the range, cut at the end of the file; empty when the header does not ask for exactly one well-formed
     *     range of bytes, and the file is served whole
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-range-requests">RFC 9110, "Range Requests"</a>
     */
    static Optional<ByteRange> of(String header, long length) {
        Matcher matcher = SHAPE.matcher(header.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty()) {
            if (to.isEmpty()) {
                return Optional.empty();
            }
            long suffix = Math.min(Long.parseLong(to), length);
            return Optional.of(new ByteRange(length - suffix, length - 1));
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        return last < first ? Optional.empty() : Optional.of(new ByteRange(first, Math.min(last, length - 1)));
    }

    /** Returns whether at least one byte of the file is meant. */
    boolean isSatisfiable() {
        return first <= last;
    }

    /** Returns the number of bytes. */
    long length() {
        return last - first + 1;
    }
}
