package dev.atr.producer.internal.discovery;

import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ListQuery.Token;
import dev.atr.producer.spi.TraitQuery;
import java.util.ArrayList;
import java.util.List;

/**
 * Search values: parts separated by commas, tokens by a bar; {@code \,}, {@code \|}, {@code \$} and {@code \\} stand for
 * the character itself.
 *
 * @see <a href="https://hl7.org/fhir/R4/search.html#escaping">FHIR R4, "Escaping Search Parameters"</a>
 */
final class TokenText {
    private TokenText() {}

    /**
     * Reads the tokens of one value.
     *
     * @param parameter the parameter's name, for the refusal
     */
    static List<Token> tokens(String parameter, String value) {
        return split(parameter, value, ',').stream()
                .map(part -> token(parameter, part))
                .toList();
    }

    /**
     * Reads the pairs of one value: a code, {@code $}, and the value of a characteristic.
     *
     * @param parameter the parameter's name, for the refusal
     */
    static List<TraitQuery> pairs(String parameter, String value) {
        List<TraitQuery> pairs = new ArrayList<>();
        for (String part : split(parameter, value, ',')) {
            List<String> sides = split(parameter, part, '$');
            if (sides.size() != 2) {
                throw Refusal.of(Reason.VALUE, "The value is not in the form [code]$[value].")
                        .at(parameter);
            }
            pairs.add(new TraitQuery(token(parameter, sides.get(0)), token(parameter, sides.get(1))));
        }
        return pairs;
    }

    private static Token token(String parameter, String text) {
        List<String> sides = split(parameter, text, '|');
        if (sides.size() > 2 || sides.stream().allMatch(String::isEmpty)) {
            throw malformed(parameter);
        }
        String last = unescaped(sides.get(sides.size() - 1));
        return sides.size() == 1
                ? new Token(null, last)
                : new Token(unescaped(sides.get(0)), last.isEmpty() ? null : last);
    }

    /**
     * Reads the texts of one value.
     *
     * @param parameter the parameter's name, for the refusal
     */
    static List<String> texts(String parameter, String value) {
        List<String> texts =
                split(parameter, value, ',').stream().map(TokenText::unescaped).toList();
        if (texts.stream().anyMatch(String::isBlank)) {
            throw malformed(parameter);
        }
        return texts;
    }

    private static List<String> split(String parameter, String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                if (i == text.length() || ",|$\\".indexOf(text.charAt(i)) < 0) {
                    throw malformed(parameter);
                }
            } else if (c == separator) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static String unescaped(String text) {
        return text.replaceAll("\\\\([,|$\\\\])", "$1");
    }

    private static Refusal malformed(String parameter) {
        return Refusal.of(
                        Reason.VALUE,
                        "The value is not in the form [system]|[value], [value] or a list of these with commas.")
                .at(parameter);
    }
}
