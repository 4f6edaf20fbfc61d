package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.client.KeyRing;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenTest {
    @TempDir
    private Path work;

    @Test
    @Requirement("SMART-016")
    void keepsThePrivateKeyToItsOwner() throws Exception {
        assumeOwners();
        Path key = work.resolve("key.json");

        Shell.run("keygen", "--out", key.toString(), "--alg", "es384");

        assertThat(Files.getPosixFilePermissions(key))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    @Requirement("SMART-013")
    void givesNoPrivateMemberToTheProducer() throws Exception {
        Shell.run("keygen", "--out", work.resolve("key.json").toString(), "--alg", "ES384");

        JsonValue set = JsonValue.parse(Files.readAllBytes(work.resolve("key.public.json")));

        assertThat(set.items("keys"))
                .singleElement()
                .satisfies(key -> assertThat(key.find("d")).isEmpty());
    }

    @Test
    void saysThatTheFolderIsMissing() {
        Shell.Result result =
                Shell.run("keygen", "--out", work.resolve("nodir/x.json").toString());

        result.isRefusal(ExitCode.USAGE, "the folder " + work.resolve("nodir") + " does not exist");
    }

    @Test
    void overwritesNothing() throws Exception {
        Path taken = Files.writeString(work.resolve("key.public.json"), "mine");

        Shell.Result result =
                Shell.run("keygen", "--out", work.resolve("key.json").toString());

        result.isRefusal(ExitCode.USAGE, "exists already");
        assertThat(taken).hasContent("mine");
        assertThat(work.resolve("key.json")).doesNotExist();
    }

    @Test
    void writesOverNoFolder() {
        Shell.run("keygen", "--out", "/").isRefusal(ExitCode.USAGE, "exists already");
    }

    @Test
    @Requirement({"SMART-013", "SMART-016"})
    void addsTheNextKeyToAFile() throws Exception {
        Path key = work.resolve("key.json");
        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384");
        KeyRing running = KeyRing.open(key, Clock.systemUTC());
        String first = running.current().kid();

        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384", "--rotate");

        assertThat(running.current().kid()).isEqualTo(first);
        JsonValue published = JsonValue.parse(Files.readAllBytes(work.resolve("key.public.json")));
        assertThat(published.items("keys"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.find("d")).isEmpty());
        assertThat(published.items("keys").get(0).find("kid")).hasValue(JsonValue.of(first));
    }

    @Test
    void leakedKeyIsReplacedAtOnce() throws Exception {
        Path key = work.resolve("key.json");
        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384");
        KeyRing running = KeyRing.open(key, Clock.systemUTC());
        String first = running.current().kid();

        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384", "--rotate", "--lead-hours", "0");

        assertThat(running.current().kid()).isNotEqualTo(first);
        assertThat(Files.readString(work.resolve("key.public.json"))).doesNotContain(first);
        assertThat(Files.readString(key)).doesNotContain(first);
    }

    @Test
    void rotatesNothingThatIsNotThere() {
        Shell.run("keygen", "--out", work.resolve("none.json").toString(), "--rotate")
                .isRefusal(ExitCode.USAGE, "does not exist");
    }

    @Test
    void rotatesNoPublicKeySet() {
        Path key = work.resolve("key.json");
        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384");

        Shell.run("keygen", "--out", work.resolve("key.public.json").toString(), "--rotate")
                .isRefusal(ExitCode.USAGE, "holds no usable private key");
    }

    @Test
    @Requirement("SMART-016")
    void rotatesNoKeyThatOthersMayRead() throws Exception {
        Path key = work.resolve("key.json");
        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384");
        byte[] before = Files.readAllBytes(key);
        openToAll(key);

        Shell.run("keygen", "--out", key.toString(), "--rotate").isRefusal(ExitCode.USAGE, "chmod 600 " + key);

        assertThat(key).hasBinaryContent(before);
    }

    private void openToAll(Path file) throws Exception {
        assumeOwners();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private void assumeOwners() {
        Assumptions.assumeTrue(
                work.getFileSystem().supportedFileAttributeViews().contains("posix"), "no owners on this file system");
    }

    @Test
    void knowsTwoAlgorithms() {
        Shell.run("keygen", "--out", work.resolve("key.json").toString(), "--alg", "HS256")
                .isRefusal(ExitCode.USAGE, "RS384");
    }
}
