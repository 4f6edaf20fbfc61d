package dev.atr.auth.client;

import dev.atr.auth.SigningKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.file.OwnerOnly;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our keys in one file: one that signs, the next one, known to the Producers before it signs, and those that signed
 * until a short while ago. A change of the file is noticed by every process that has it open, so keys change while all
 * goes on.
 *
 * <p>A file as {@code atr keygen} writes it, one private JWK, is a ring of one key.
 *
 * <p>Thread-safe; starts nothing.
 */
public final class KeyRing {
    /**
     * How long a key is published before it signs: 1 day. Producers keep our key set for as long as its
     * {@code Cache-Control} allows, which is minutes; some have been seen to keep it longer.
     */
    public static final Duration DEFAULT_LEAD = Duration.ofDays(1);

    /** How long a key stays published when it signs no more: 1 hour, more than assertions live and clocks differ. */
    public static final Duration AFTERLIFE = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path file;
    private final Clock clock;
    private final Object writing = new Object();
    private volatile Loaded loaded;

    private record Entry(SigningKey key, Instant signsFrom) {}

    /** What a state of the file holds, the key that signs first coming first. */
    private record Loaded(
            FileTime modified, long size, @Nullable Object inode, List<Entry> entries) {
        boolean isOf(BasicFileAttributes now) {
            return modified.equals(now.lastModifiedTime())
                    && size == now.size()
                    && Objects.equals(inode, now.fileKey());
        }
    }

    private KeyRing(Path file, Clock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        this.loaded = load(file);
    }

    /**
     * Opens a file of keys.
     *
     * @param file a private JWK, or what {@link #rotate} made of one
     * @param clock tells which key's turn it is
     * @throws IOException when it can't be read
     * @throws IllegalArgumentException when it holds no usable keys, or others than its owner may touch it
     */
    public static KeyRing open(Path file, Clock clock) throws IOException {
        if (!isOwnersAlone(file)) {
            throw new IllegalArgumentException("key file: others than its owner may touch it; chmod 600 mends that");
        }
        return openAnyway(file, clock);
    }

    /**
     * Returns whether nobody but its owner may touch a file; true where the file system knows no such permissions.
     *
     * @throws IOException when there is no such file
     */
    public static boolean isOwnersAlone(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null || view.readAttributes().permissions().stream().noneMatch(OTHERS::contains);
    }

    /** Opens a file of keys as {@link #open} does, whoever may touch it: for files that a platform mounts that way. */
    public static KeyRing openAnyway(Path file, Clock clock) throws IOException {
        return new KeyRing(file, clock);
    }

    /** Returns the key that signs now. */
    public SigningKey current() {
        List<Entry> entries = entries();
        Instant now = clock.instant();
        SigningKey current = entries.get(0).key();
        for (Entry entry : entries) {
            if (!entry.signsFrom().isAfter(now)) {
                current = entry.key();
            }
        }
        return current;
    }

    /** Returns the key set to be hosted for the Producers, or registered with them: public halves alone. */
    public String publicJwks() {
        return SigningKey.publicJwks(
                published(entries(), clock.instant()).stream().map(Entry::key).toList());
    }

    /**
     * Adds a key that is published from now on and signs from an instant on; drops those whose time is over. When it
     * signs from now on, that is all other keys: they leave the file and the key set at once, as leaked ones must. The
     * file is replaced in one step; it must not be changed by another process at the same moment.
     *
     * @param next the new key, its id unlike all others'
     * @param signsFrom usually {@link #DEFAULT_LEAD} from now; now or earlier, when the file leaked
     * @throws IOException when the file can't be written; the old one is then whole
     * @throws IllegalArgumentException when a key of that id is there already
     */
    public void rotate(SigningKey next, Instant signsFrom) throws IOException {
        synchronized (writing) {
            Instant now = clock.instant();
            List<Entry> entries = new ArrayList<>(published(entries(), now));
            if (entries.stream().anyMatch(entry -> entry.key().kid().equals(next.kid()))) {
                throw new IllegalArgumentException("key ring: a key of this id is there already");
            }
            if (!signsFrom.isAfter(now)) {
                entries.clear();
            }
            entries.add(new Entry(next, signsFrom));
            write(file, entries);
            loaded = load(file);
        }
    }

    /** Leaves out whoever's successor has signed for so long that nothing of its own can be on its way any more. */
    private static List<Entry> published(List<Entry> entries, Instant now) {
        int first = 0;
        for (int i = 1; i < entries.size(); i++) {
            if (!entries.get(i).signsFrom().plus(AFTERLIFE).isAfter(now)) {
                first = i;
            }
        }
        return entries.subList(first, entries.size());
    }

    private List<Entry> entries() {
        Loaded known = loaded;
        try {
            if (known.isOf(Files.readAttributes(file, BasicFileAttributes.class))) {
                return known.entries();
            }
            Loaded fresh = load(file);
            loaded = fresh;
            return fresh.entries();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "The key file can't be read, the keys known so far serve on: {}",
                    e.getClass().getSimpleName());
            return known.entries();
        }
    }

    private static Loaded load(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        String text = Files.readString(file);
        return new Loaded(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey(), parse(text));
    }

    private static List<Entry> parse(String text) {
        JsonObject ring;
        try {
            ring = JsonValue.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidContentException e) {
            throw new IllegalArgumentException("key file: " + e.getMessage());
        }
        if (ring.find("keys").isEmpty()) {
            return List.of(new Entry(SigningKey.parse(text), Instant.EPOCH));
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonValue each : ring.items("keys")) {
            entries.add(entry(each));
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("key file: no keys in it");
        }
        entries.sort(Comparator.comparing(Entry::signsFrom));
        return List.copyOf(entries);
    }

    private static Entry entry(JsonValue value) {
        if (value instanceof JsonObject entry && entry.find("jwk").orElse(null) instanceof JsonObject jwk) {
            try {
                return new Entry(
                        SigningKey.parse(jwk.toJson()),
                        Instant.parse(entry.text("signsFrom").orElse("")));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("key file: signsFrom is not an instant");
            }
        }
        throw new IllegalArgumentException("key file: a key set, not a private key or a ring of them");
    }

    private static void write(Path file, List<Entry> entries) throws IOException {
        JsonObject ring = JsonValue.object()
                .putItems("keys", entries.stream().map(KeyRing::json).toList())
                .build();
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path fresh = Files.createTempFile(folder, "key", ".new", OwnerOnly.file(folder));
        try {
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer text = ByteBuffer.wrap((ring.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
                while (text.hasRemaining()) {
                    channel.write(text);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static JsonValue json(Entry entry) {
        return JsonValue.object()
                .put("signsFrom", entry.signsFrom().toString())
                .put("jwk", JsonValue.parseObject(entry.key().jwk().getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    /** Returns the ids of the keys. */
    @Override
    public String toString() {
        return "KeyRing"
                + loaded.entries().stream().map(entry -> entry.key().kid()).toList();
    }
}
