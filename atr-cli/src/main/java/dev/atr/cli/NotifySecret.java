package dev.atr.cli;

import dev.atr.consumer.subscription.NotificationSecret;
import dev.atr.core.file.NewFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The file with the secret of an endpoint, as {@code --secret-file} names it. */
final class NotifySecret {
    /** Where it is unless another file is named. */
    static final String USUAL = "atr-notify.secret";

    private NotifySecret() {}

    /**
     * Reads the secret, and makes one when there is no file.
     *
     * @throws UsageException when the file holds none
     */
    static NotificationSecret in(Path file) throws IOException {
        if (!Files.exists(file)) {
            NotificationSecret made = NotificationSecret.random();
            Path place = file.toAbsolutePath();
            NewFile.write(
                    Objects.requireNonNull(place.getParent()),
                    String.valueOf(place.getFileName()),
                    (made.value() + "\n").getBytes(StandardCharsets.UTF_8));
            return made;
        }
        try {
            return NotificationSecret.of(NamedFile.read("--secret-file", file).strip());
        } catch (IllegalArgumentException e) {
            throw new UsageException("--secret-file: " + file + " holds none: " + e.getMessage() + ".");
        }
    }
}
