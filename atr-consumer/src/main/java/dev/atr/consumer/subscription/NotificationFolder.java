package dev.atr.consumer.subscription;

import dev.atr.core.file.NewFile;
import dev.atr.core.file.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keeps each Subscription in a file of its own, which is always whole: a new one takes the place of the old. */
final class NotificationFolder implements NotificationStore {
    private static final String ENDING = ".json";

    private final Path folder;

    private NotificationFolder(Path folder) {
        this.folder = folder;
    }

    static NotificationFolder open(Path folder) throws IOException {
        Files.createDirectories(folder, OwnerOnly.folder(folder.toAbsolutePath()));
        return new NotificationFolder(folder);
    }

    @Override
    public List<ExpectedSubscription> load() {
        List<ExpectedSubscription> kept = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                try {
                    kept.add(ExpectedSubscription.read(Files.readAllBytes(file)));
                } catch (IllegalArgumentException e) {
                    throw new IOException(file.getFileName() + ": " + e.getMessage(), e);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what is kept of Subscriptions can't be read", e);
        }
        return List.copyOf(kept);
    }

    @Override
    public void save(ExpectedSubscription subscription) {
        try {
            NewFile.write(folder, subscription.key() + ENDING, subscription.write());
        } catch (IOException e) {
            throw new UncheckedIOException("what is kept of a Subscription can't be written", e);
        }
    }

    @Override
    public void remove(String key) {
        try {
            Files.deleteIfExists(folder.resolve(key + ENDING));
        } catch (IOException e) {
            throw new UncheckedIOException("what is kept of a Subscription can't be removed", e);
        }
    }
}
