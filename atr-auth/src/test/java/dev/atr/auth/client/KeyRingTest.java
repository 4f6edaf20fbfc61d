package dev.atr.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HandClock;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    private static final SigningKey FIRST = TestKeys.named(TestKeys.EC, "first");
    private static final SigningKey SECOND = TestKeys.named(TestKeys.RSA, "second");
    private static final SigningKey THIRD = TestKeys.named(TestKeys.OTHER_RSA, "third");

    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void keygen() throws IOException {
        file = folder.resolve("acme.json");
        write(FIRST.jwk());
    }

    private void write(String text) throws IOException {
        Path fresh = Files.createTempFile(folder, "a", "b");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private KeyRing open() throws IOException {
        return KeyRing.open(file, clock);
    }

    private static List<String> published(KeyRing ring) {
        return TestKeys.object(ring.publicJwks()).items("keys").stream()
                .map(key -> ((JsonObject) key).text("kid").orElseThrow())
                .toList();
    }

    private Instant in(Duration time) {
        return clock.instant().plus(time);
    }

    @Test
    void singleKeyIsARing() throws Exception {
        KeyRing ring = open();

        assertThat(ring.current().kid()).isEqualTo("first");
        assertThat(published(ring)).containsExactly("first");
    }

    @Test
    @Requirement({"SMART-013", "SMART-016"})
    void nextKeyIsPublishedBeforeItSignsAndTheLastOneAfterwards() throws Exception {
        KeyRing ring = open();

        ring.rotate(SECOND, in(KeyRing.DEFAULT_LEAD));

        assertThat(ring.current().kid()).isEqualTo("first");
        assertThat(published(ring)).containsExactly("first", "second");
        clock.turn(KeyRing.DEFAULT_LEAD.minusSeconds(1));
        assertThat(ring.current().kid()).isEqualTo("first");
        clock.turn(Duration.ofSeconds(1));
        assertThat(ring.current().kid()).isEqualTo("second");
        assertThat(published(ring)).containsExactly("first", "second");
        clock.turn(KeyRing.AFTERLIFE);
        assertThat(ring.current().kid()).isEqualTo("second");
        assertThat(published(ring)).containsExactly("second");
        assertThat(ring.publicJwks()).doesNotContain("\"d\"", "\"p\"", "\"q\"");
    }

    @Test
    void leakedKeysSignNoMoreAndAreWithdrawnAtOnce() throws Exception {
        KeyRing ring = open();
        ring.rotate(SECOND, in(KeyRing.DEFAULT_LEAD));

        ring.rotate(THIRD, clock.instant());

        assertThat(ring.current().kid()).isEqualTo("third");
        assertThat(published(ring)).containsExactly("third");
        assertThat(Files.readString(file)).doesNotContain("first", "second");
    }

    @Test
    void keysWhoseTimeIsOverLeaveTheFile() throws Exception {
        KeyRing ring = open();
        ring.rotate(SECOND, in(KeyRing.DEFAULT_LEAD));
        clock.turn(Duration.ofDays(90));

        ring.rotate(THIRD, in(KeyRing.DEFAULT_LEAD));

        assertThat(published(open())).containsExactly("second", "third");
        assertThat(Files.readString(file)).doesNotContain("first");
    }

    @Test
    void otherProcessesNoticeTheChange() throws Exception {
        KeyRing running = open();
        assertThat(published(running)).containsExactly("first");

        open().rotate(SECOND, clock.instant());

        assertThat(running.current().kid()).isEqualTo("second");
        assertThat(published(running)).containsExactly("second");
    }

    @Test
    void keysKnownSoFarServeOnWhenTheFileBreaks() throws Exception {
        KeyRing ring = open();

        write("{");
        assertThat(ring.current().kid()).isEqualTo("first");
        Files.delete(file);
        assertThat(ring.current().kid()).isEqualTo("first");
        write(SECOND.jwk());
        assertThat(ring.current().kid()).isEqualTo("second");
    }

    @Test
    void sameIdTwiceIsRefused() throws Exception {
        KeyRing ring = open();

        assertThatThrownBy(() -> ring.rotate(TestKeys.named(TestKeys.RSA, "first"), clock.instant()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(published(open())).containsExactly("first");
    }

    @Test
    @Requirement("SMART-016")
    void fileIsItsOwnersAloneAndNothingIsLeftBeside() throws Exception {
        open().rotate(SECOND, clock.instant());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest(name = "C07 {0}")
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
    @Requirement("SMART-016")
    void fileThatOthersMayTouchIsRefusedUnlessWanted(String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chmod 600");
        assertThat(KeyRing.openAnyway(file, clock).current().kid()).isEqualTo("first");
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":[7]}",
                "{\"keys\":[{\"signsFrom\":\"2026-03-02T09:00:00Z\"}]}",
                "{\"keys\":[{\"jwk\":{\"kty\":\"RSA\",\"d\":\"canary\"},\"signsFrom\":\"2026-03-02T09:00:00Z\"}]}",
            })
    @Requirement("ATR-SEC-011")
    void brokenFileIsRefusedWithoutItsContent(String text) throws Exception {
        write(text);

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void instantThatIsNoneIsNamed() throws Exception {
        JsonObject entry = JsonValue.object()
                .put("signsFrom", "soon")
                .put("jwk", TestKeys.object(FIRST.jwk()))
                .build();
        write("{\"keys\":[" + entry.toJson() + "]}");

        assertThatThrownBy(this::open).hasMessageContaining("signsFrom");
    }

    @Test
    @Requirement("SMART-016")
    void textShowsIdsAlone() throws Exception {
        assertThat(open().toString()).isEqualTo("KeyRing[first]");
    }
}
