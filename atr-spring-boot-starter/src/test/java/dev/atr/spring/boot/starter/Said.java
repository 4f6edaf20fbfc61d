package dev.atr.spring.boot.starter;

/** What somebody reads whose application does not start. */
final class Said {
    private Said() {}

    static String of(Throwable failure) {
        Throwable each = failure;
        while (each != null && !(each instanceof SetupException)) {
            each = each.getCause();
        }
        return String.valueOf(each == null ? failure : each.getMessage());
    }
}
