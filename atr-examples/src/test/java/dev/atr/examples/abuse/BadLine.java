package dev.atr.examples.abuse;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line that must not pass for a Patient, whoever hands it over: it is what section 8 of the catalogue says of lines. All
 * stand where {@link #SOUND} would be good, and hold {@link Payer#CANARY}.
 *
 * @param name the number of the abuse case, and what is wrong
 * @param json the line without its end; not changed
 */
record BadLine(String name, byte[] json) {
    /** What the bad ones are made of. */
    static final String SOUND = quoted(patient(""));

    /** All of them, in the order of the catalogue. */
    static List<BadLine> all() {
        List<BadLine> lines = new ArrayList<>();
        texts().forEach((name, text) -> lines.add(of(name, quoted(text), StandardCharsets.UTF_8)));
        octets().forEach((name, octets) ->
                lines.add(of(name, quoted(patient(",'language':'" + octets + "'")), StandardCharsets.ISO_8859_1)));
        lines.add(of("F09 UTF-16", SOUND, StandardCharsets.UTF_16LE));
        lines.add(of("F09 a byte order mark", "\ufeff" + SOUND, StandardCharsets.UTF_8));
        lines.add(of("F10 single quotes", patient(""), StandardCharsets.UTF_8));
        return List.copyOf(lines);
    }

    /** Returns the number of the abuse case. */
    String id() {
        return name.substring(0, 3);
    }

    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("F03 65 levels", patient(",'extension':" + "[".repeat(64) + "]".repeat(64)));
        texts.put("F03 100 000 levels", patient(",'extension':" + "[".repeat(100_000) + "]".repeat(100_000)));
        texts.put("F03 100 000 levels that never end", patient(",'extension':" + "{'a':".repeat(100_000)));
        for (String number : List.of("1e65", "1e999999", "1e2147483647", "-1e-999999")) {
            texts.put("F04 " + number, patient(",'multipleBirthInteger':" + number));
            texts.put(
                    "F04 in an extension " + number,
                    patient(",'extension':[{'url':'x','valueDecimal':" + number + "}]"));
        }
        for (String number : List.of("NaN", "Infinity", "01", "+1", ".5", "1.", "0x10")) {
            texts.put("F05 " + number, patient(",'multipleBirthInteger':" + number));
        }
        texts.put("F05 10 000 digits", patient(",'multipleBirthInteger':" + "1".repeat(10_000)));
        texts.put("F06 101 contained resources", patient(",'contained':[{}" + ",{}".repeat(100) + "]"));
        texts.put("F06 contained in a contained one", patient(",'contained':[{'contained':[{}]}]"));
        texts.put("F06 what is contained is no list", patient(",'contained':{}"));
        texts.put("F07 a text of 1 MB and one", patient(",'language':'" + "x".repeat((1 << 20) + 1) + "'"));
        texts.put("F08 the type twice", patient(",'resourceType':'Patient'"));
        texts.put("F08 the id twice", patient(",'id':'10'"));
        texts.put("F08 the id twice, once escaped", patient(",'\\u0069d':'10'"));
        texts.put("F08 a name twice, deep inside", patient(",'contact':[{'name':{'text':'a','text':'b'}}]"));
        texts.put("F09 a lone surrogate", patient(",'language':'\\ud800'"));
        texts.put("F09 surrogates in the wrong order", patient(",'language':'\\udc00\\ud800'"));
        texts.put("F09 NUL escaped", patient(",'language':'\\u0000'"));
        texts.put("F09 a control character escaped", patient(",'language':'\\u0007'"));
        texts.put("F09 a control character", patient(",'language':'\u0007'"));
        texts.put("F10 something behind it", patient("") + "x");
        texts.put("F10 two of them", patient("") + patient(""));
        texts.put("F10 cut short", patient("").substring(0, patient("").length() - 1));
        texts.put("F10 a comment", "/* */" + patient(""));
        texts.put("F10 a comma too many", patient(","));
        texts.put("F10 an array", "[" + patient("") + "]");
        texts.put("F10 a text", "'" + Payer.CANARY + "'");
        texts.put("F10 null", "null");
        for (String id : List.of("../../etc/passwd", "a".repeat(65), "%2f", "\u0430", "$export", "", "a b", "a/b")) {
            texts.put("F12 the id '" + id + "'", patient("").replace("'10'", "'" + id + "'"));
        }
        texts.put("F12 an id that is a number", patient("").replace("'10'", "10"));
        texts.put("F12 no id", patient("").replace("'id':'10',", ""));
        texts.put("F14 another type", patient("").replace("'Patient'", "'Coverage'"));
        texts.put("F14 no type", patient("").replace("'resourceType':'Patient',", ""));
        texts.put("F14 a type that is none", patient("").replace("'Patient'", "'../x'"));
        return texts;
    }

    /** What is no UTF-8, as octets of ISO 8859-1. */
    private static Map<String, String> octets() {
        Map<String, String> octets = new LinkedHashMap<>();
        octets.put("F09 no UTF-8", "\u00e9");
        octets.put("F09 overlong UTF-8", "\u00c0\u00af");
        octets.put("F09 a surrogate in UTF-8", "\u00ed\u00a0\u0080");
        octets.put("F09 beyond Unicode", "\u00f4\u0090\u0080\u0080");
        octets.put("F09 UTF-8 that ends early", "\u00e2\u0082");
        return octets;
    }

    private static BadLine of(String name, String line, Charset coding) {
        return new BadLine(name, line.getBytes(coding));
    }

    /** Returns a Patient with more properties; apostrophes stand for quotes. */
    private static String patient(String more) {
        return "{'resourceType':'Patient','id':'10','name':[{'family':'" + Payer.CANARY + "'}]" + more + "}";
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }

    /** Returns the name: the line holds what stands for member data. */
    @Override
    public String toString() {
        return name;
    }
}
