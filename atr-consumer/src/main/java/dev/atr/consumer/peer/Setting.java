package dev.atr.consumer.peer;

import dev.atr.auth.ScopeSyntax;
import dev.atr.consumer.peer.ExportOptions.ExportTypeForm;
import dev.atr.consumer.peer.ExportOptions.Method;
import dev.atr.consumer.peer.ExportOptions.Operation;
import dev.atr.consumer.peer.ExportOptions.TypeList;
import dev.atr.consumer.peer.ExportOptions.TypeParameter;
import dev.atr.consumer.peer.SearchOptions.Names;
import dev.atr.consumer.peer.SearchOptions.Summaries;
import dev.atr.consumer.peer.SubscriptionOptions.Filter;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.SubscriptionStatus;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One setting of a profile, in words. */
record Setting(
        String name,
        BiFunction<PeerProfile, String, PeerProfile> reading,
        Function<PeerProfile, @Nullable String> writing) {
    private static final List<Setting> ALL = List.of(
            choice(
                    "fhir-version",
                    words("auto", Optional.<FhirVersion>empty())
                            .or("r4", Optional.of(FhirVersion.R4))
                            .or("stu3", Optional.of(FhirVersion.STU3)),
                    (p, v) -> new PeerProfile(v.orElse(null), p.tokens(), p.searches(), p.exports(), p.subscriptions()),
                    p -> Optional.ofNullable(p.fhirVersion())),
            text(
                    "token-endpoint",
                    (p, v) -> p.withTokens(p.tokens().withTokenEndpoint(URI.create(v))),
                    p -> p.tokens().tokenEndpoint()),
            text(
                    "audience",
                    (p, v) -> p.withTokens(p.tokens().withAudience(v)),
                    p -> p.tokens().audience()),
            text(
                    "scope",
                    (p, v) -> p.withTokens(p.tokens().withScope(v)),
                    p -> p.tokens().scope()),
            choice(
                    "scope-syntax",
                    words("auto", Optional.<ScopeSyntax>empty())
                            .or("v1", Optional.of(ScopeSyntax.V1))
                            .or("v2", Optional.of(ScopeSyntax.V2)),
                    (p, v) -> p.withTokens(new TokenOptions(
                            p.tokens().tokenEndpoint(),
                            p.tokens().audience(),
                            p.tokens().scope(),
                            v.orElse(null),
                            p.tokens().clientIdInForm())),
                    p -> Optional.ofNullable(p.tokens().scopeSyntax())),
            choice(
                    "client-id-in-form",
                    words("false", false).or("true", true),
                    (p, v) -> p.withTokens(p.tokens().withClientIdInForm(v)),
                    p -> p.tokens().clientIdInForm()),
            choice(
                    "summaries",
                    words("auto", Summaries.AUTO)
                            .or("summary", Summaries.SUMMARY)
                            .or("elements", Summaries.ELEMENTS),
                    (p, v) -> p.withSearches(new SearchOptions(v, p.searches().names())),
                    p -> p.searches().summaries()),
            choice(
                    "names",
                    words("auto", Names.AUTO).or("here", Names.HERE),
                    (p, v) -> p.withSearches(new SearchOptions(p.searches().summaries(), v)),
                    p -> p.searches().names()),
            choice(
                    "operation",
                    words("auto", Operation.AUTO)
                            .or("davinci-data-export", Operation.DAVINCI_DATA_EXPORT)
                            .or("export", Operation.EXPORT),
                    (p, v) -> p.withExports(p.exports().withOperation(v)),
                    p -> p.exports().operation()),
            choice(
                    "method",
                    words("auto", Method.AUTO).or("get", Method.GET).or("post", Method.POST),
                    (p, v) -> p.withExports(p.exports().withMethod(v)),
                    p -> p.exports().method()),
            choice(
                    "type-parameter",
                    words("auto", TypeParameter.AUTO)
                            .or("_type", TypeParameter.TYPE)
                            .or("resourceTypes", TypeParameter.RESOURCE_TYPES)
                            .or("both", TypeParameter.BOTH),
                    (p, v) -> p.withExports(p.exports().withTypeParameter(v)),
                    p -> p.exports().typeParameter()),
            choice(
                    "type-list",
                    words("commas", TypeList.COMMAS).or("repeated", TypeList.REPEATED),
                    (p, v) -> p.withExports(p.exports().withTypeList(v)),
                    p -> p.exports().typeList()),
            choice(
                    "export-type",
                    words("auto", ExportTypeForm.AUTO)
                            .or("canonical", ExportTypeForm.CANONICAL)
                            .or("uri", ExportTypeForm.URI)
                            .or("string", ExportTypeForm.STRING),
                    (p, v) -> p.withExports(p.exports().withExportTypeForm(v)),
                    p -> p.exports().exportTypeForm()),
            choice(
                    "separate-status",
                    words("false", false).or("true", true),
                    (p, v) -> p.withExports(p.exports().withSeparateStatus(v)),
                    p -> p.exports().separateStatus()),
            choice(
                    "subscription-filter",
                    words("reference", Filter.REFERENCE).or("search", Filter.SEARCH),
                    (p, v) -> p.withSubscriptions(
                            new SubscriptionOptions(v, p.subscriptions().initialStatus())),
                    p -> p.subscriptions().filter()),
            choice(
                    "subscription-status",
                    words("active", SubscriptionStatus.ACTIVE).or("requested", SubscriptionStatus.REQUESTED),
                    (p, v) -> p.withSubscriptions(
                            new SubscriptionOptions(p.subscriptions().filter(), v)),
                    p -> p.subscriptions().initialStatus()));

    static Setting named(String name) {
        return ALL.stream()
                .filter(setting -> setting.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no setting of this name; there are "
                        + ALL.stream().map(Setting::name).collect(Collectors.joining(", "))));
    }

    PeerProfile read(PeerProfile profile, String value) {
        return reading.apply(profile, value);
    }

    static SortedMap<String, String> differing(PeerProfile profile) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (Setting setting : ALL) {
            String value = setting.writing.apply(profile);
            if (value != null && !value.equals(setting.writing.apply(PeerProfile.AUTO))) {
                settings.put(setting.name, value);
            }
        }
        return settings;
    }

    private static Setting text(
            String name,
            BiFunction<PeerProfile, String, PeerProfile> with,
            Function<PeerProfile, @Nullable Object> value) {
        return new Setting(
                name,
                (profile, text) -> {
                    try {
                        return with.apply(profile, text);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(name + ": not a value that can be used", e);
                    }
                },
                profile -> {
                    Object now = value.apply(profile);
                    return now == null ? null : now.toString();
                });
    }

    private static <T> Setting choice(
            String name, Words<T> words, BiFunction<PeerProfile, T, PeerProfile> with, Function<PeerProfile, T> value) {
        return new Setting(
                name,
                (profile, word) -> with.apply(profile, words.value(name, word)),
                profile -> words.word(value.apply(profile)));
    }

    private static <T> Words<T> words(String word, T value) {
        return new Words<T>(Map.of()).or(word, value);
    }

    /** The words of one setting, in the order in which they are told. */
    private record Words<T>(Map<String, T> values) {
        Words<T> or(String word, T value) {
            Map<String, T> more = new LinkedHashMap<>(values);
            more.put(word, value);
            return new Words<>(more);
        }

        T value(String setting, String word) {
            T value = values.get(word);
            if (value == null) {
                throw new IllegalArgumentException(setting + ": one of " + String.join(", ", values.keySet()));
            }
            return value;
        }

        String word(T value) {
            return values.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(value))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
