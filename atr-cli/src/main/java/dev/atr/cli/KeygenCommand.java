package dev.atr.cli;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.KeyRing;
import dev.atr.core.file.OwnerOnly;
import dev.atr.core.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code atr keygen}: a key pair for SMART Backend Services. */
@Command(
        name = "keygen",
        description = "Makes a key pair: KEY.json stays with you, KEY.public.json goes to the Producer.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class KeygenCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            required = true,
            paramLabel = "KEY.json",
            description = "Where the private key goes (0600).")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Option(
            names = "--alg",
            paramLabel = "RS384|ES384",
            defaultValue = "RS384",
            description = "Signing algorithm (default: ${DEFAULT-VALUE}).")
    private Algorithm algorithm = Algorithm.RS384;

    @Option(
            names = "--rotate",
            description =
                    "Add the new key to the file that --out names: published at once, signing after --lead-hours.")
    private boolean rotate;

    @Option(
            names = "--lead-hours",
            paramLabel = "N",
            defaultValue = "24",
            description =
                    "With --rotate: hours until the new key signs (default: ${DEFAULT-VALUE}; 0 when the file leaked:"
                            + " all older keys are withdrawn at once).")
    private int leadHours = 24;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Console console;

    KeygenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (rotate) {
            return rotate();
        }
        requireFree(file);
        Path publicFile = publicFileOf(file);
        requireFree(publicFile);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new UsageException("--out: the folder " + folder + " does not exist; create it first.");
        }
        SigningKey key = SigningKey.generate(algorithm.name());
        write(file, key.jwk(), OwnerOnly.file(file));
        write(publicFile, key.publicJwks());
        print(key, publicFile);
        return ExitCode.DONE;
    }

    private int rotate() throws IOException {
        KeyRing ring = KeyFile.open("--out", file);
        if (leadHours < 0) {
            throw new UsageException("--lead-hours is 0 or more.");
        }
        SigningKey key = SigningKey.generate(algorithm.name());
        ring.rotate(key, Clock.systemUTC().instant().plus(Duration.ofHours(leadHours)));
        Path publicFile = publicFileOf(file);
        Files.writeString(publicFile, ring.publicJwks() + "\n");
        print(key, publicFile);
        return ExitCode.DONE;
    }

    private void print(SigningKey key, Path publicFile) {
        if (json) {
            console.json(JsonValue.object()
                    .put("key", file.toString())
                    .put("publicKey", publicFile.toString())
                    .put("alg", algorithm.name())
                    .put("kid", key.kid())
                    .build());
        } else {
            console.out().println("Private key: " + file + " (keep it to yourself)");
            console.out().println("Public key:  " + publicFile + " (give it to the Producer)");
        }
    }

    private static void requireFree(Path place) {
        if (Files.exists(place)) {
            throw new UsageException("--out: " + place + " exists already; choose another name, or move it away.");
        }
    }

    private static Path publicFileOf(Path file) {
        String name = file.getFileName().toString();
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
        return file.resolveSibling(stem + ".public.json");
    }

    private static void write(Path target, String text, FileAttribute<?>... access) throws IOException {
        Files.createFile(target, access);
        Files.writeString(target, text + "\n");
    }

    /** The signing algorithms of SMART Backend Services. */
    private enum Algorithm {
        RS384,
        ES384
    }
}
