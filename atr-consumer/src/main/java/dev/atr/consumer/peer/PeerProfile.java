package dev.atr.consumer.peer;

import dev.atr.core.fhir.FhirVersion;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one Producer differs from others, in one place: what it wants of requests for tokens, searches, kick-offs and
 * Subscriptions. {@link #AUTO} finds out what can be found out, from what the Producer publishes and from what it
 * refuses; whatever a Producer ignores in silence must be said.
 *
 * <p>A connection takes it ({@code ProducerConnection.withProfile}), and so all clients of that Producer know it; a
 * source of tokens takes {@link TokenOptions#applyTo}. A file or an option says it in words: {@link #of}.
 *
 * <p>Immutable.
 *
 * @param fhirVersion the FHIR version that the Producer speaks; absent to read it from its metadata when it is needed
 * @param tokens how tokens are asked for
 * @param searches how lists are looked for
 * @param exports how exports are kicked off
 * @param subscriptions how Subscriptions are written
 */
public record PeerProfile(
        @Nullable FhirVersion fhirVersion,
        TokenOptions tokens,
        SearchOptions searches,
        ExportOptions exports,
        SubscriptionOptions subscriptions) {
    /** Finds out what can be found out, and follows the guide for the rest. */
    public static final PeerProfile AUTO = new PeerProfile(
            null, TokenOptions.AUTO, SearchOptions.AUTO, ExportOptions.AUTO, SubscriptionOptions.DEFAULT);

    /** Checks that the parts are given. */
    public PeerProfile {
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(searches, "searches");
        Objects.requireNonNull(exports, "exports");
        Objects.requireNonNull(subscriptions, "subscriptions");
    }

    /**
     * Reads a profile from words, as a file or an option holds them; what is not named is as in {@link #AUTO}.
     *
     * @param settings by name; {@link #settings} lists names and values
     * @throws IllegalArgumentException when a name is none, or a value is none that goes with it; the message says which
     *     there are
     */
    public static PeerProfile of(Map<String, String> settings) {
        PeerProfile profile = AUTO;
        for (Map.Entry<String, String> setting : new TreeMap<>(settings).entrySet()) {
            profile = Setting.named(setting.getKey())
                    .read(profile, setting.getValue().strip());
        }
        return profile;
    }

    /** Returns the settings that are not as in {@link #AUTO}, in words, by name: what {@link #of} reads. */
    public SortedMap<String, String> settings() {
        return Setting.differing(this);
    }

    /** Returns a copy with the FHIR version that the Producer speaks. */
    public PeerProfile withFhirVersion(FhirVersion value) {
        return new PeerProfile(value, tokens, searches, exports, subscriptions);
    }

    /** Returns a copy that asks for tokens otherwise. */
    public PeerProfile withTokens(TokenOptions value) {
        return new PeerProfile(fhirVersion, value, searches, exports, subscriptions);
    }

    /** Returns a copy that looks for lists otherwise. */
    public PeerProfile withSearches(SearchOptions value) {
        return new PeerProfile(fhirVersion, tokens, value, exports, subscriptions);
    }

    /** Returns a copy that kicks off otherwise. */
    public PeerProfile withExports(ExportOptions value) {
        return new PeerProfile(fhirVersion, tokens, searches, value, subscriptions);
    }

    /** Returns a copy that writes Subscriptions otherwise. */
    public PeerProfile withSubscriptions(SubscriptionOptions value) {
        return new PeerProfile(fhirVersion, tokens, searches, exports, value);
    }
}
