package dev.atr.auth.server;

import dev.atr.auth.internal.VerificationKey;
import dev.atr.http.client.Egress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Keys at an address that a client named. The rules are in {@link ClientKeys#ofUrl(URI, Egress, Clock)}. */
final class FetchedKeys extends ClientKeys {
    private final URI url;
    private final FetchedKeySet keys;

    FetchedKeys(URI url, Egress egress, Clock clock) {
        this.url = PublicUrl.check("key set address", url);
        this.keys = new FetchedKeySet(url, egress, clock, VerificationKey.SMART_ALGORITHMS, Duration.ZERO);
    }

    @Override
    KeyLookup find(String kid, String alg) {
        return keys.find(kid, alg);
    }

    @Override
    boolean holds(String thumbprint) {
        return keys.latest().map(set -> set.holds(thumbprint)).orElse(true);
    }

    @Override
    Optional<String> jku() {
        return Optional.of(url.toString());
    }

    @Override
    public String toString() {
        return "ClientKeys[" + url + "]";
    }
}
