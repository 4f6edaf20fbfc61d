package dev.atr.producer.jdbc.roster;

import dev.atr.core.error.InvalidContentException;
import dev.atr.producer.jdbc.Roster;
import dev.atr.producer.jdbc.RosterColumn;
import dev.atr.producer.jdbc.RosterCursor;
import dev.atr.producer.jdbc.RosterRow;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A roster in a file of separated values with a line of column names at its top, plain or as gzip. Its digest is that of
 * the file and of the layout, so that the same file read in another way is another roster. Immutable.
 */
public final class RosterFile implements Roster {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final RosterLayout layout;

    private RosterFile(Path file, RosterLayout layout) {
        this.file = file;
        this.layout = layout;
    }

    /**
     * Names a file; it is opened by {@link #open}.
     *
     * @param layout what its columns mean
     */
    public static RosterFile of(Path file, RosterLayout layout) {
        return new RosterFile(Objects.requireNonNull(file, "file"), Objects.requireNonNull(layout, "layout"));
    }

    @Override
    public RosterCursor open() throws IOException {
        InputStream in = unpacked(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        CsvReader records = new CsvReader(in, layout.separator(), layout.charset());
        try {
            List<String> header = records.next();
            if (header == null) {
                throw new InvalidContentException("the file is empty; it begins with a line of column names");
            }
            return new Rows(records, layout, layout.columns(header));
        } catch (RuntimeException e) {
            records.close();
            throw e;
        }
    }

    @Override
    public Optional<String> digest() throws IOException {
        try (DigestOutputStream digest =
                new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            digest.write(layout.fingerprint().getBytes(StandardCharsets.UTF_8));
            Files.copy(file, digest);
            return Optional.of(
                    HexFormat.of().formatHex(digest.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static InputStream unpacked(BufferedInputStream file) throws IOException {
        try {
            InputStream in = file;
            if (startsWith(file, GZIP)) {
                in = new BufferedInputStream(new GZIPInputStream(file, BUFFER), BUFFER);
            }
            if (startsWith(in, BYTE_ORDER_MARK)) {
                in.skipNBytes(BYTE_ORDER_MARK.length);
            }
            return in;
        } catch (EOFException | ZipException e) {
            file.close();
            throw new InvalidContentException("not a sound gzip file; fetch it again", e);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static boolean startsWith(InputStream in, byte[] mark) throws IOException {
        in.mark(mark.length);
        boolean same = Arrays.equals(in.readNBytes(mark.length), mark);
        in.reset();
        return same;
    }

    /** The rows behind the header. */
    private static final class Rows implements RosterCursor {
        private final CsvReader records;
        private final RosterLayout layout;
        private final List<Optional<RosterColumn>> columns;

        Rows(CsvReader records, RosterLayout layout, List<Optional<RosterColumn>> columns) {
            this.records = records;
            this.layout = layout;
            this.columns = columns;
        }

        @Override
        public @Nullable RosterRow next() {
            List<String> fields = records.next();
            if (fields == null) {
                return null;
            }
            if (fields.size() != columns.size()) {
                throw new InvalidContentException(
                        "line " + records.line() + ": " + fields.size() + " fields where there are " + columns.size()
                                + " columns; put fields that hold the separator in quotes");
            }
            Map<RosterColumn, String> values = new EnumMap<>(layout.constants());
            for (int i = 0; i < fields.size(); i++) {
                String text = fields.get(i);
                if (!text.isBlank()) {
                    columns.get(i).ifPresent(column -> values.put(column, layout.value(column, text)));
                }
            }
            return new RosterRow(records.line(), values);
        }

        @Override
        public void close() {
            records.close();
        }
    }

    /** Returns the kind only. */
    @Override
    public String toString() {
        return "RosterFile";
    }
}
