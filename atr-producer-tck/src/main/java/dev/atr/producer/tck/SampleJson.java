package dev.atr.producer.tck;

import dev.atr.core.fhir.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The little that the samples need to know of their own JSON. */
final class SampleJson {
    private static final Pattern REFERENCE = Pattern.compile("\"reference\":\"([^\"]+)\"");
    private static final Pattern LAST_UPDATED = Pattern.compile("\"lastUpdated\":\"([^\"]+)\"");

    private SampleJson() {}

    static Set<ResourceKey> links(String json) {
        Set<ResourceKey> links = new LinkedHashSet<>();
        Matcher matcher = REFERENCE.matcher(json);
        while (matcher.find()) {
            ResourceKey.ofReference(matcher.group(1)).ifPresent(links::add);
        }
        return links;
    }

    static Instant lastUpdated(String json) {
        Matcher matcher = LAST_UPDATED.matcher(json);
        if (!matcher.find()) {
            throw new AssertionError("no meta.lastUpdated");
        }
        return OffsetDateTime.parse(matcher.group(1)).toInstant();
    }

    static byte[] withMeta(String json, String version, Instant lastUpdated) {
        int at = json.indexOf(',');
        String stamp =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter().format(lastUpdated);
        return (json.substring(0, at) + ",\"meta\":{\"versionId\":\"" + version + "\",\"lastUpdated\":\"" + stamp
                        + "\"}" + json.substring(at))
                .getBytes(StandardCharsets.UTF_8);
    }
}
