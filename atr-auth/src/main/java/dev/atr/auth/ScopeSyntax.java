package dev.atr.auth;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How rights are written as scopes: SMART has had two ways.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html">SMART App Launch 2.2.0,
 *     "Scopes for requesting FHIR Resources"</a>
 */
public enum ScopeSyntax {
    /** {@code system/Patient.read}: words for what the letters group. */
    V1 {
        @Override
        public Optional<String> write(Scopes scopes) {
            StringBuilder text = new StringBuilder();
            scopes.rights().forEach((type, letters) -> {
                String words = switch (letters) {
                    case "rs" -> "read";
                    case "cud" -> "write";
                    case "cruds" -> "*";
                    default -> "?";
                };
                text.append(text.isEmpty() ? "" : " ").append("system/").append(type);
                text.append('.').append(words);
            });
            return text.indexOf("?") < 0 ? Optional.of(text.toString()) : Optional.empty();
        }
    },

    /** {@code system/Patient.rs}: a letter for each right. */
    V2 {
        @Override
        public Optional<String> write(Scopes scopes) {
            return Optional.of(scopes.text());
        }
    };

    private static final Pattern WORD = Pattern.compile("\\.(read|write|\\*)( |$)");

    /** Returns the syntax that a text is written in; v2 unless a word of v1 is in it. */
    public static ScopeSyntax of(String scopes) {
        return WORD.matcher(scopes).find() ? V1 : V2;
    }

    /** Returns the syntax that this is not. */
    public ScopeSyntax other() {
        return this == V1 ? V2 : V1;
    }

    /** Returns the rights in this syntax; empty where it has no words for them. */
    public abstract Optional<String> write(Scopes scopes);
}
