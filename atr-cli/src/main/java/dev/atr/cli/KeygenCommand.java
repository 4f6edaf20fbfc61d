package dev.atr.cli;

import dev.atr.auth.SigningKey;
import dev.atr.core.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
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
    private String algorithm = "RS384";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Console console;

    KeygenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!Set.of("RS384", "ES384").contains(algorithm)) {
            throw new UsageException("--alg is RS384 or ES384.");
        }
        Path publicFile = publicFileOf(file);
        for (Path taken : new Path[] {file, publicFile}) {
            if (Files.exists(taken)) {
                throw new UsageException(taken + " exists already; choose another name, or move it away.");
            }
        }
        SigningKey key = SigningKey.generate(algorithm);
        write(file, key.jwk(), "rw-------");
        write(publicFile, key.publicJwks(), "rw-r--r--");
        if (json) {
            console.json(JsonValue.object()
                    .put("key", file.toString())
                    .put("publicKey", publicFile.toString())
                    .put("alg", algorithm)
                    .put("kid", key.kid())
                    .build());
        } else {
            console.out().println("Private key: " + file + " (keep it to yourself)");
            console.out().println("Public key:  " + publicFile + " (give it to the Producer)");
        }
        return ExitCode.DONE;
    }

    static Path publicFileOf(Path file) {
        String name = file.getFileName().toString();
        String stem = name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
        return file.resolveSibling(stem + ".public.json");
    }

    private static void write(Path target, String text, String permissions) throws IOException {
        Files.createFile(target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.write(target, (text + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    }
}
