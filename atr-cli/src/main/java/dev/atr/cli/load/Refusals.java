package dev.atr.cli.load;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.StrictErrorHandler;
import org.jspecify.annotations.Nullable;

/** Refuses all that a FHIR parser would skip or guess at, and says why without quoting values. */
final class Refusals extends StrictErrorHandler {
    private static final String NAME = "[A-Za-z][A-Za-z0-9]{0,63}";

    /** Returns the reason to show: that of this handler, or none but the fact. */
    static String reason(DataFormatException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refusal) {
                return String.valueOf(cause.getMessage());
            }
        }
        return "an element, attribute or value that FHIR does not have in this place";
    }

    @Override
    public void unknownElement(@Nullable IParseLocation location, String name) {
        throw new Refusal("FHIR has no element of this name" + in(location, name));
    }

    @Override
    public void unexpectedRepeatingElement(@Nullable IParseLocation location, String name) {
        throw new Refusal("an element stands more than once that may stand once" + in(location, name));
    }

    @Override
    public void unknownAttribute(@Nullable IParseLocation location, String name) {
        throw new Refusal("FHIR has no attribute of this name" + in(location, name));
    }

    @Override
    public void invalidValue(@Nullable IParseLocation location, String value, String error) {
        throw new Refusal("a value is not of its type" + in(location, ""));
    }

    @Override
    public void unknownReference(@Nullable IParseLocation location, String reference) {
        throw new Refusal("a reference to a contained resource that is not there" + in(location, ""));
    }

    @Override
    public void invalidInternalReference(@Nullable IParseLocation location, String reference) {
        throw new Refusal("a reference within the document that is not valid" + in(location, ""));
    }

    /** A name may be shown when it looks like one; anything else might be misplaced content. */
    private static String in(@Nullable IParseLocation location, String name) {
        String parent = location == null ? null : location.getParentElementName();
        String shown = name.matches(NAME) ? ": " + name : "";
        return shown + (parent != null && parent.matches(NAME) ? " in " + parent : "");
    }

    /** A refusal with a message that may be shown. */
    private static final class Refusal extends DataFormatException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }
}
