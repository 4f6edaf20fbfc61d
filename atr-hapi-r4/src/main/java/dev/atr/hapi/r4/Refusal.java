package dev.atr.hapi.r4;

import ca.uhn.fhir.parser.ErrorHandlerAdapter;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ScalarType;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ValueType;
import dev.atr.core.error.InvalidContentException;
import org.jspecify.annotations.Nullable;

/** Refuses what HAPI would drop, by the name of the element and never with its value; passes what it keeps. */
final class Refusal extends ErrorHandlerAdapter {
    @Override
    public void unknownElement(@Nullable IParseLocation location, String name) {
        throw refused(location, name, "an element that R4 does not have");
    }

    @Override
    public void unknownAttribute(@Nullable IParseLocation location, String name) {
        throw refused(location, name, "an element that R4 does not have");
    }

    @Override
    public void unexpectedRepeatingElement(@Nullable IParseLocation location, String name) {
        throw refused(location, name, "repeated, where R4 has it once");
    }

    @Override
    public void incorrectJsonType(
            @Nullable IParseLocation location,
            String name,
            ValueType expected,
            @Nullable ScalarType expectedScalar,
            ValueType found,
            @Nullable ScalarType foundScalar) {
        throw refused(location, name, "a value of the wrong JSON type");
    }

    @Override
    public void invalidValue(@Nullable IParseLocation location, String value, String error) {
        throw refused(location, null, "a value that its type does not allow");
    }

    private static InvalidContentException refused(
            @Nullable IParseLocation location, @Nullable String name, String what) {
        String parent = location == null ? null : location.getParentElementName();
        String place = parent == null ? name : name == null ? parent : parent + "." + name;
        return new InvalidContentException((place == null ? "" : place + ": ") + what + "; HAPI's model can't hold it");
    }
}
