package dev.atr.core.json;

import dev.atr.core.Canonicals;
import java.nio.charset.StandardCharsets;

/**
 * The constant bytes of a usual row, in the order in which they stand: our extensions, the patient, a period and the
 * state, all of it plain. {@link RowBuffer} writes such rows from these pieces and {@link RowReader} knows them again.
 */
final class UsualRow {
    static final byte[] EXTENSIONS = bytes("\"extension\":[");
    static final byte[] CHANGE_TYPE = bytes("{\"url\":\"" + Canonicals.EXT_CHANGE_TYPE + "\",\"valueCode\":\"");
    static final byte[] CODE_END = bytes("\"}");
    static final byte[] COVERAGE =
            bytes("{\"url\":\"" + Canonicals.EXT_COVERAGE_REFERENCE + "\",\"valueReference\":{\"reference\":\"");
    static final byte[] PROVIDER =
            bytes("{\"url\":\"" + Canonicals.EXT_ATTRIBUTED_PROVIDER + "\",\"valueReference\":{\"reference\":\"");
    static final byte[] REFERENCE_END = bytes("\"}}");
    static final byte[] COMMA = bytes(",");
    static final byte[] EXTENSIONS_END = bytes("],");
    static final byte[] ENTITY = bytes("\"entity\":{\"reference\":\"");
    static final byte[] ENTITY_END = bytes("\"},");
    static final byte[] PERIOD = bytes("\"period\":{");
    static final byte[] START = bytes("\"start\":\"");
    static final byte[] BETWEEN = bytes("\",");
    static final byte[] END = bytes("\"end\":\"");
    static final byte[] PERIOD_END = bytes("\"},");
    static final byte[] ACTIVE = bytes("\"inactive\":false}");
    static final byte[] INACTIVE = bytes("\"inactive\":true}");

    private UsualRow() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
