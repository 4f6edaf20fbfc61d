package dev.atr.auth;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of SMART {@code system/} scopes, normalised to the rights they grant: {@code system/*.read} and
 * {@code system/*.rs} are the same set. Immutable.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html">SMART App Launch 2.2.0,
 *     scopes</a>
 */
public final class Scopes {
    /** Everything a Consumer needs for discovery and export. */
    public static final Scopes READ_ALL = Scopes.parse("system/*.read");

    private static final List<Character> ALL = List.of('c', 'r', 'u', 'd', 's');
    private static final Pattern SHAPE =
            Pattern.compile("system/(\\*|[A-Z][A-Za-z]{1,63})\\.(\\*|read|write|c?r?u?d?s?)");

    private final SortedMap<String, String> rights;

    private Scopes(SortedMap<String, String> rights) {
        this.rights = rights;
    }

    /**
     * Reads a space-separated list. Scopes that are not {@code system/} scopes, or that this library does not know,
     * grant nothing and are left out.
     *
     * @param text the {@code scope} parameter or claim
     */
    public static Scopes parse(String text) {
        TreeMap<String, String> rights = new TreeMap<>();
        for (String scope : text.split(" ", -1)) {
            Matcher matcher = SHAPE.matcher(scope);
            if (matcher.matches() && !matcher.group(2).isEmpty()) {
                rights.merge(matcher.group(1), letters(matcher.group(2)), Scopes::union);
            }
        }
        return new Scopes(rights);
    }

    /** Returns whether nothing is granted. */
    public boolean isEmpty() {
        return rights.isEmpty();
    }

    /**
     * Returns whether a right is granted on a resource type.
     *
     * @param type the type, for example {@code Group}
     * @param right {@code 'c'}, {@code 'r'}, {@code 'u'}, {@code 'd'} or {@code 's'}
     */
    public boolean allow(String type, char right) {
        return rights.getOrDefault("*", "").indexOf(right) >= 0
                || rights.getOrDefault(type, "").indexOf(right) >= 0;
    }

    /** Returns what both sets grant. */
    public Scopes intersect(Scopes that) {
        Set<String> types = new TreeSet<>(rights.keySet());
        types.addAll(that.rights.keySet());
        TreeMap<String, String> both = new TreeMap<>();
        for (String type : types) {
            StringBuilder letters = new StringBuilder();
            for (char right : ALL) {
                boolean here = type.equals("*") ? rights.getOrDefault("*", "").indexOf(right) >= 0 : allow(type, right);
                boolean there = type.equals("*")
                        ? that.rights.getOrDefault("*", "").indexOf(right) >= 0
                        : that.allow(type, right);
                if (here && there) {
                    letters.append(right);
                }
            }
            if (letters.length() > 0) {
                both.put(type, letters.toString());
            }
        }
        return new Scopes(both);
    }

    /** Returns the rights as v2 scopes, for example {@code {Group=rs}}; types in alphabetical order. */
    public Map<String, String> rights() {
        return Map.copyOf(rights);
    }

    /** Returns the set in v2 syntax, separated by single spaces. */
    public String text() {
        StringBuilder text = new StringBuilder();
        rights.forEach((type, letters) -> {
            if (text.length() > 0) {
                text.append(' ');
            }
            text.append("system/").append(type).append('.').append(letters);
        });
        return text.toString();
    }

    private static String letters(String permission) {
        return switch (permission) {
            case "*" -> "cruds";
            case "read" -> "rs";
            case "write" -> "cud";
            default -> permission;
        };
    }

    private static String union(String one, String two) {
        StringBuilder letters = new StringBuilder();
        for (char right : ALL) {
            if (one.indexOf(right) >= 0 || two.indexOf(right) >= 0) {
                letters.append(right);
            }
        }
        return letters.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scopes that && rights.equals(that.rights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rights);
    }

    @Override
    public String toString() {
        return text();
    }
}
