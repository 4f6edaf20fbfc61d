package dev.atr.core.json;

/** The mapping between R4 and STU3 at the level of JSON trees. */
final class Stu3 {
    private Stu3() {}

    static JsonValue.JsonObject of(JsonValue.JsonObject r4) {
        throw new UnsupportedOperationException("STU3");
    }

    static JsonValue.JsonObject toR4(JsonValue.JsonObject stu3) {
        throw new UnsupportedOperationException("STU3");
    }

    static JsonValue toR4(String name, JsonValue stu3) {
        throw new UnsupportedOperationException("STU3");
    }
}
