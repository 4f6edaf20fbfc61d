package dev.atr.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which release of this library is at work. */
public final class Release {
    private Release() {}

    /** Returns the version that the build had, for example {@code 1.2.0}; the same in every module. */
    public static String version() {
        // Not the manifest's: that is lost when jars are merged, and absent where classes run from a folder.
        try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
            Properties release = new Properties();
            release.load(Objects.requireNonNull(in, "release.properties"));
            return release.getProperty("version", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
