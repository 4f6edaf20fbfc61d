package dev.atr.requirements;

/** How a requirement stands after a run of all tests. */
enum Status {
    PASSES("passes"),
    FAILS("fails"),
    NOT_AUTOMATED("not automated"),
    NOT_APPLICABLE("not applicable");

    private final String text;

    Status(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
