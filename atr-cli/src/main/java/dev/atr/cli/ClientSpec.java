package dev.atr.cli;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.client.Egress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
        Scopes scopes = parts.length > 1 && !parts[1].isBlank() ? Scopes.parse(parts[1].trim()) : Scopes.READ_ALL;
        if (scopes.isEmpty()) {
            throw wrong("none of its scopes is known; 'system/*.read' is one");
        }
        Set<String> lists = null;
        if (parts.length > 2 && !parts[2].isBlank()) {
            lists = new TreeSet<>(Arrays.asList(parts[2].trim().split(" +")));
            if (!lists.stream().allMatch(ResourceKey::isId)) {
                throw wrong("one of its lists is no list id");
            }
        }
        return new ClientSpec(text.substring(0, equals), parts[0].trim(), scopes, lists);
    }

    /** Returns the registration; a key set by address is fetched when it is first needed. */
    ClientRegistration registration(Egress egress) throws IOException {
        return new ClientRegistration(id, clientKeys(egress), scopes, lists, true);
    }

    private ClientKeys clientKeys(Egress egress) throws IOException {
        try {
            if (keys.startsWith("https://") || keys.startsWith("http://")) {
                return ClientKeys.ofUrl(URI.create(keys), egress);
            }
            return ClientKeys.ofJwks(Files.readString(Path.of(keys)));
        } catch (IllegalArgumentException e) {
            throw new DataException("client " + id + ": " + keys + " is no usable key set: " + e.getMessage());
        }
    }

    private static UsageException wrong(String why) {
        return new UsageException("--client takes ID=JWKS_FILE_OR_URL[;scopes][;lists], e.g. "
                + "'acme=acme.public.json;system/*.read;list-1': " + why + ".");
    }
}
