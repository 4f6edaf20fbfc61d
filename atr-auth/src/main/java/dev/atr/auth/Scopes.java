package dev.atr.auth;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of SMART {@code system/} scopes, normalised to the rights they grant: {@code system/*.read} and
 * {@code system/*.rs} are the same set, and so is {@code system/*.rs system/Patient.r}. Immutable.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html">SMART App Launch 2.2.0,
 *     scopes</a>
 */
public final class Scopes {
    private static final String ANY = "*";
    private static final String LETTERS = "cruds";
    private static final Pattern SHAPE =
            Pattern.compile("system/(\\*|[A-Z][A-Za-z]{1,63})\\.(\\*|read|write|(?=.)c?r?u?d?s?)");

    // After the pattern, which it needs.
    /** Everything a Consumer needs for discovery and export. */
    public static final Scopes READ_ALL = Scopes.parse("system/*.read");

    private final SortedMap<String, String> rights;

    private Scopes(SortedMap<String, String> rights) {
        this.rights = Collections.unmodifiableSortedMap(rights);
    }

    /**
     * Reads a space-separated list. Whatever is not a {@code system/} scope that this library knows grants nothing and
     * is left out: other contexts ({@code patient/}, {@code user/}), unknown verbs, letters out of order, and scopes
     * narrowed by a search ({@code system/Patient.rs?…}), which must never become the wider right.
     *
     * @param text the {@code scope} parameter or claim
     */
    public static Scopes parse(String text) {
        SortedMap<String, String> rights = new TreeMap<>();
        for (String scope : text.split(" ", -1)) {
            Matcher matcher = SHAPE.matcher(scope);
            if (matcher.matches()) {
                rights.merge(matcher.group(1), letters(matcher.group(2)), Scopes::union);
            }
        }
        return normal(rights);
    }

    /** Returns whether nothing is granted. */
    public boolean isEmpty() {
        return rights.isEmpty();
    }

    /**
     * Returns whether a right is granted on a resource type.
     *
     * @param type the type, for example {@code Group}; {@code *} asks whether it is granted on every type
     * @param right {@code 'c'}, {@code 'r'}, {@code 'u'}, {@code 'd'} or {@code 's'}
     */
    public boolean allow(String type, char right) {
        return rights.getOrDefault(ANY, "").indexOf(right) >= 0
                || rights.getOrDefault(type, "").indexOf(right) >= 0;
    }

    /** Returns what both sets grant. */
    public Scopes intersect(Scopes that) {
        Set<String> types = new TreeSet<>(rights.keySet());
        types.addAll(that.rights.keySet());
        SortedMap<String, String> both = new TreeMap<>();
        for (String type : types) {
            StringBuilder letters = new StringBuilder();
            for (int i = 0; i < LETTERS.length(); i++) {
                char right = LETTERS.charAt(i);
                if (allow(type, right) && that.allow(type, right)) {
                    letters.append(right);
                }
            }
            both.put(type, letters.toString());
        }
        return normal(both);
    }

    /** Returns whether everything that the other set grants is granted here. */
    public boolean covers(Scopes that) {
        return intersect(that).equals(that);
    }

    /**
     * Returns the rights as v2 letters by type, for example {@code {Group=rs}}; types in alphabetical order, without
     * what {@code *} grants already.
     */
    public SortedMap<String, String> rights() {
        return rights;
    }

    /** Returns the set in v2 syntax, separated by single spaces. */
    public String text() {
        StringBuilder text = new StringBuilder();
        rights.forEach((type, letters) -> {
            text.append(text.isEmpty() ? "" : " ").append("system/").append(type);
            text.append('.').append(letters);
        });
        return text.toString();
    }

    private static String letters(String permission) {
        return switch (permission) {
            case "*" -> LETTERS;
            case "read" -> "rs";
            case "write" -> "cud";
            default -> permission;
        };
    }

    private static Scopes normal(SortedMap<String, String> rights) {
        String everywhere = rights.getOrDefault(ANY, "");
        SortedMap<String, String> normal = new TreeMap<>();
        rights.forEach((type, letters) -> {
            String rest = type.equals(ANY) ? letters : without(letters, everywhere);
            if (!rest.isEmpty()) {
                normal.put(type, rest);
            }
        });
        return new Scopes(normal);
    }

    private static String union(String one, String two) {
        return without(LETTERS, without(without(LETTERS, one), two));
    }

    private static String without(String letters, String others) {
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < letters.length(); i++) {
            char right = letters.charAt(i);
            if (others.indexOf(right) < 0) {
                rest.append(right);
            }
        }
        return rest.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
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
