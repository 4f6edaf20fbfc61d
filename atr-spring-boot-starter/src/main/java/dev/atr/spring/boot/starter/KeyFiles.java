package dev.atr.spring.boot.starter;

import dev.atr.auth.client.KeyRing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Opens files of private keys. */
final class KeyFiles {
    private KeyFiles() {}

    /** Opens a file that a setting names; says so when it can't be. */
    static KeyRing open(String setting, Path file, boolean openToOthers) {
        return SetupException.from(setting, () -> {
            try {
                Clock clock = Clock.systemUTC();
                return openToOthers ? KeyRing.openAnyway(file, clock) : KeyRing.open(file, clock);
            } catch (IOException e) {
                throw new IllegalArgumentException("the file can't be read", e);
            }
        });
    }
}
