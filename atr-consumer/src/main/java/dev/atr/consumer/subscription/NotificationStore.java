package dev.atr.consumer.subscription;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link NotificationReceiver} remembers from one process to the next. Used by one receiver at a time, from several
 * threads, never for one key at once.
 */
public interface NotificationStore {
    /**
     * Returns all that is kept, in any order.
     *
     * @throws UncheckedIOException when it can't be read
     */
    List<ExpectedSubscription> load();

    /**
     * Keeps this in place of what had its key before; it is safe when this returns.
     *
     * @throws UncheckedIOException when it can't be written; what was kept before still is
     */
    void save(ExpectedSubscription subscription);

    /**
     * Forgets what has this key, if anything.
     *
     * @throws UncheckedIOException when it can't be removed
     */
    void remove(String key);

    /** Returns one that forgets everything with the process. */
    static NotificationStore inMemory() {
        return new NotificationStore() {
            @Override
            public List<ExpectedSubscription> load() {
                return List.of();
            }

            @Override
            public void save(ExpectedSubscription subscription) {
                // The receiver itself holds what it was told.
            }

            @Override
            public void remove(String key) {
                // As above.
            }
        };
    }

    /**
     * Returns one that keeps a small file for each Subscription, which its owner alone can read: the files hold secrets.
     *
     * @param folder is created when it is not there; for one receiver of one process
     * @throws IOException when it can't be
     */
    static NotificationStore inFolder(Path folder) throws IOException {
        return NotificationFolder.open(folder);
    }
}
