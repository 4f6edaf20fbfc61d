package dev.atr.core.attribution;

import java.util.Map;

/**
 * What happened to a row since the baseline of the list version (C-33). An unknown code of a peer is
 * kept word for word.
 *
 * @param code the wire text
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/CodeSystem-atr-changetype.html">ATR 2.1.0, change type</a>
 */
public record ChangeType(String code) {
    /** On the list for the first time, or again after a drop. */
    public static final ChangeType NEW = new ChangeType("new");

    /** No longer attributed. */
    public static final ChangeType DROPPED = new ChangeType("dropped");

    /** Still attributed, with other period, coverage or data. */
    public static final ChangeType CHANGED = new ChangeType("changed");

    /** As before. */
    public static final ChangeType NOCHANGE = new ChangeType("nochange");

    /** Had been added by mistake. */
    public static final ChangeType CANCELLED = new ChangeType("cancelled");

    private static final Map<String, ChangeType> KNOWN =
            Map.of("new", NEW, "dropped", DROPPED, "changed", CHANGED, "nochange", NOCHANGE, "cancelled", CANCELLED);

    private static final Map<String, ChangeType> ALIASES = Map.ofEntries(
            Map.entry("add", NEW),
            Map.entry("added", NEW),
            Map.entry("drop", DROPPED),
            Map.entry("removed", DROPPED),
            Map.entry("deleted", DROPPED),
            Map.entry("change", CHANGED),
            Map.entry("updated", CHANGED),
            Map.entry("update", CHANGED),
            Map.entry("no-change", NOCHANGE),
            Map.entry("unchanged", NOCHANGE),
            Map.entry("canceled", CANCELLED));

    /** Returns the change type of a wire text; a constant where the guide has the code. */
    public static ChangeType of(String code) {
        ChangeType known = KNOWN.get(code);
        return known != null ? known : new ChangeType(code);
    }

    /** Returns whether this is one of the guide's five codes. */
    public boolean isKnown() {
        return KNOWN.containsKey(code);
    }

    /** Returns the guide's code for a word that peers use in its place, such as {@code add}; else this one (C-32). */
    public ChangeType normalized() {
        return ALIASES.getOrDefault(code, this);
    }
}
