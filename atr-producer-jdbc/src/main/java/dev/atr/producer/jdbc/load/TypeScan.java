package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds out which types of resource a file holds, without parsing it: it looks for {@code "resourceType":"…"}, or for
 * element names in XML. Good enough to put files in order, which is all it is for.
 */
final class TypeScan {
    /** What is referred to comes before what refers to it. */
    private static final List<String> ORDER = List.of(
            ResourceType.ORGANIZATION.code(),
            ResourceType.LOCATION.code(),
            ResourceType.PRACTITIONER.code(),
            ResourceType.PRACTITIONER_ROLE.code(),
            ResourceType.PATIENT.code(),
            ResourceType.RELATED_PERSON.code(),
            ResourceType.COVERAGE.code());

    private static final byte[] JSON_MARK = "\"resourceType\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] XML_MARK = "<".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_TYPE = 64;

    private final Set<String> types = new TreeSet<>();

    private TypeScan() {}

    /** Returns the place of a file in the order of loading: the higher, the later. */
    static int rank(InputStream in, boolean xml) throws IOException {
        TypeScan scan = new TypeScan();
        scan.read(in, xml ? XML_MARK : JSON_MARK);
        return scan.rank();
    }

    private int rank() {
        int rank = types.stream().mapToInt(ORDER::indexOf).max().orElse(-1);
        if (types.contains(ResourceType.GROUP.code())) {
            // Lists come last, and those that bring nothing of their own after those that do
            rank = rank < 0 ? ORDER.size() + 1 : ORDER.size();
        }
        return rank;
    }

    private void read(InputStream in, byte[] mark) throws IOException {
        byte[] buffer = new byte[1 << 16];
        StringBuilder type = new StringBuilder();
        int matched = 0;
        int count = in.read(buffer);
        while (count >= 0) {
            for (int i = 0; i < count; i++) {
                byte b = buffer[i];
                if (matched < mark.length) {
                    // No mark has its first byte again before it could match anew, but for the quote at the very end
                    matched = b == mark[matched] ? matched + 1 : b == mark[0] ? 1 : 0;
                } else if (isLetter(b) && type.length() < LONGEST_TYPE) {
                    type.append((char) b);
                } else if (!type.isEmpty() || !isBetween(b)) {
                    found(type);
                    matched = b == mark[0] ? 1 : 0;
                }
            }
            count = in.read(buffer);
        }
        found(type);
    }

    private void found(StringBuilder type) {
        String name = type.toString();
        type.setLength(0);
        if (ORDER.contains(name) || name.equals(ResourceType.GROUP.code())) {
            types.add(name);
        }
    }

    private static boolean isLetter(byte b) {
        return (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
    }

    /** What may stand between the property name and the type. */
    private static boolean isBetween(byte b) {
        return b == ':' || b == '"' || b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
