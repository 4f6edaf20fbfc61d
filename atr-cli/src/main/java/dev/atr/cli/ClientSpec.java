package dev.atr.cli;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.egress.GuardedEgress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value of {@code --client}: {@code ID=JWKS_FILE_OR_URL[;scopes][;lists]}.
 *
 * @param id the client id
 * @param keys a file or an https address with the client's public keys
 * @param scopes what it may ask for
 * @param lists ids of the lists it may see; {@code null} for all
 */
record ClientSpec(
        String id, String keys, Scopes scopes, @Nullable Set<String> lists) {
    /** Reads the text of one option. */
    static ClientSpec parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw wrong("it has no '='");
        }
        String[] parts = text.substring(equals + 1).split(";", -1);
        if (parts.length > 3 || parts[0].isBlank()) {
            throw wrong("after '=' stand one to three parts, the first of which is not empty");
        }
        Scopes scopes = parts.length > 1 && !parts[1].isBlank() ? scopes(parts[1].trim()) : Scopes.READ_ALL;
        Set<String> lists = null;
        if (parts.length > 2 && !parts[2].isBlank()) {
            lists = new TreeSet<>(Arrays.asList(parts[2].trim().split(" +")));
            if (!lists.stream().allMatch(ResourceKey::isId)) {
                throw wrong("one of its lists is no list id");
            }
        }
        return new ClientSpec(text.substring(0, equals), parts[0].trim(), scopes, lists);
    }

    /** What is misspelled would quietly grant less than was meant. */
    private static Scopes scopes(String text) {
        for (String scope : text.split(" +", -1)) {
            if (Scopes.parse(scope).isEmpty()) {
                throw wrong("'" + scope + "' is no scope that is known here; 'system/*.read' and 'system/*.write' are");
            }
        }
        return Scopes.parse(text);
    }

    /**
     * Returns the registration; a key set by address is fetched when it is first needed.
     *
     * @throws UsageException when the id or the key set can't be used
     */
    ClientRegistration registration(GuardedEgress egress) throws IOException {
        ClientKeys clientKeys = isAddress() ? keysAt(egress) : keysIn(Path.of(keys));
        try {
            return new ClientRegistration(id, clientKeys, scopes, lists, true);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option() + ": an id has 1 to 256 visible ASCII characters.");
        }
    }

    private String option() {
        return "--client " + id;
    }

    private boolean isAddress() {
        return keys.startsWith("https://") || keys.startsWith("http://");
    }

    private ClientKeys keysAt(GuardedEgress egress) {
        try {
            URI address = new URI(keys);
            WebAddress.requireSafe(option(), address);
            ClientKeys fetched = ClientKeys.ofUrl(address, egress);
            egress.check(address);
            return fetched;
        } catch (URISyntaxException e) {
            throw new UsageException(option() + ": " + keys + " is no address.");
        } catch (IllegalArgumentException e) {
            throw new UsageException(option() + ": " + keys + " can't be used: " + e.getMessage() + ".");
        }
    }

    private ClientKeys keysIn(Path file) throws IOException {
        String text = NamedFile.read(option(), file);
        if (isPrivateKey(text)) {
            throw new UsageException(option() + ": " + file + " is a private key, which stays with the client;"
                    + " take the public key set that 'atr keygen' wrote beside it.");
        }
        try {
            return ClientKeys.ofJwks(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option() + ": " + file + " can't be used: " + e.getMessage() + ".");
        }
    }

    private static boolean isPrivateKey(String text) {
        try {
            SigningKey.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static TypeConversionException wrong(String why) {
        return new TypeConversionException(
                "expected something like 'acme=acme.public.json;system/*.read;list-1' but " + why);
    }

    /** Reads the text of an option. */
    static final class Converter implements ITypeConverter<ClientSpec> {
        @Override
        public ClientSpec convert(String text) {
            return parse(text);
        }
    }
}
