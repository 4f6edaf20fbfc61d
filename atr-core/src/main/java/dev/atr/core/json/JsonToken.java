package dev.atr.core.json;

/** What {@link JsonTokens} may stand on. */
enum JsonToken {
    START_OBJECT,
    END_OBJECT,
    START_ARRAY,
    END_ARRAY,
    NAME,
    TEXT,
    NUMBER,
    TRUE,
    FALSE,
    NULL;

    boolean opens() {
        return this == START_OBJECT || this == START_ARRAY;
    }

    boolean closes() {
        return this == END_OBJECT || this == END_ARRAY;
    }
}
