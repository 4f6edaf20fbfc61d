package dev.atr.core.json;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The 64 KB between rows and the stream. A usual row (plain references, a plain period, text that needs no escape) is
 * put together from the pieces of {@link UsualRow}; this is what makes a list of millions cheap. Any other row takes the way over
 * {@link GroupRow}, with the same result where both can write it. For one thread.
 */
final class RowBuffer {
    private static final int SIZE = 1 << 16;

    /** More than the constant bytes of one row. */
    private static final int CONSTANTS = 1024;

    /** Which characters stand for themselves as one byte. */
    private static final boolean[] PLAIN = new boolean[128];

    static {
        for (char c = ' '; c < 127; c++) {
            PLAIN[c] = c != '"' && c != '\\';
        }
    }

    private final OutputStream out;
    private final FhirVersion version;
    private final byte[] buffer = new byte[SIZE];
    private int at;
    private boolean plain;

    RowBuffer(OutputStream out, FhirVersion version) {
        this.out = out;
        this.version = version;
    }

    /** Writes bytes that are JSON already. */
    void write(byte[] json) throws IOException {
        if (json.length > SIZE - at) {
            flush();
        }
        if (json.length > SIZE) {
            out.write(json);
        } else {
            put(json);
        }
    }

    /** Writes a row. */
    void write(Member row) throws IOException {
        if (!writePlain(row)) {
            write(GroupRow.json(row, version).toBytes());
        }
    }

    /** Hands everything to the stream. */
    void flush() throws IOException {
        out.write(buffer, 0, at);
        at = 0;
    }

    private boolean writePlain(Member row) throws IOException {
        Reference coverage = row.coverage();
        Reference provider = row.provider();
        Period period = row.period();
        ChangeType changeType = row.changeType();
        String patient = row.patient().reference();
        if (patient == null
                || !row.other().isEmpty()
                || !row.patient().isPlain()
                || (coverage != null && !coverage.isPlain())
                || (provider != null && !provider.isPlain())
                || (period != null && !isPlain(period))) {
            return false;
        }
        int longest = CONSTANTS
                + patient.length()
                + (changeType == null ? 0 : changeType.code().length())
                + length(coverage)
                + length(provider);
        if (longest > SIZE) {
            return false;
        }
        if (longest > SIZE - at) {
            flush();
        }
        int start = at;
        plain = true;
        buffer[at++] = '{';
        putExtensions(changeType, coverage, provider);
        put(UsualRow.ENTITY);
        put(patient);
        put(UsualRow.ENTITY_END);
        if (period != null) {
            putPeriod(period.start(), period.end());
        }
        put(row.inactive() ? UsualRow.INACTIVE : UsualRow.ACTIVE);
        if (!plain) {
            at = start;
        }
        return plain;
    }

    private void putExtensions(
            @Nullable ChangeType changeType, @Nullable Reference coverage, @Nullable Reference provider) {
        if (changeType == null && coverage == null && provider == null) {
            return;
        }
        put(UsualRow.EXTENSIONS);
        boolean first = true;
        if (changeType != null) {
            put(UsualRow.CHANGE_TYPE);
            put(changeType.code());
            put(UsualRow.CODE_END);
            first = false;
        }
        if (coverage != null && coverage.reference() != null) {
            putReference(UsualRow.COVERAGE, coverage.reference(), first);
            first = false;
        }
        if (provider != null && provider.reference() != null) {
            putReference(UsualRow.PROVIDER, provider.reference(), first);
        }
        put(UsualRow.EXTENSIONS_END);
    }

    private void putReference(byte[] before, String reference, boolean first) {
        if (!first) {
            put(UsualRow.COMMA);
        }
        put(before);
        put(reference);
        put(UsualRow.REFERENCE_END);
    }

    private void putPeriod(@Nullable FhirDateTime start, @Nullable FhirDateTime end) {
        put(UsualRow.PERIOD);
        if (start != null) {
            put(UsualRow.START);
            put(start.text());
        }
        if (end != null) {
            if (start != null) {
                put(UsualRow.BETWEEN);
            }
            put(UsualRow.END);
            put(end.text());
        }
        put(UsualRow.PERIOD_END);
    }

    private static boolean isPlain(Period period) {
        return period.other().isEmpty() && (period.start() != null || period.end() != null);
    }

    private static int length(@Nullable Reference reference) {
        return reference == null || reference.reference() == null
                ? 0
                : reference.reference().length();
    }

    private void put(byte[] constant) {
        System.arraycopy(constant, 0, buffer, at, constant.length);
        at += constant.length;
    }

    /** Puts text as it is, and notes when that would be wrong. */
    private void put(String text) {
        byte[] target = buffer;
        int to = at;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 128 || !PLAIN[c]) {
                plain = false;
                return;
            }
            target[to++] = (byte) c;
        }
        at = to;
    }
}
