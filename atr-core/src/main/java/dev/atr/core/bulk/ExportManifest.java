package dev.atr.core.bulk;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a finished export consists of. Written in the shape of Bulk Data 2; read in the shapes of 1 to 4.
 *
 * @param transactionTime point in time of the data; the next run's {@code _since}
 * @param request the kick-off address; absent in version 4
 * @param requiresAccessToken whether the files need a bearer token
 * @param output files of resources
 * @param deleted files of transaction Bundles that name what was deleted since {@code _since}
 * @param error files of OperationOutcomes ({@code outcome} in version 4)
 * @param next address of the next manifest of the same export; absent on the last one
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Response - Complete Status"</a>
 */
public record ExportManifest(
        Instant transactionTime,
        @Nullable String request,
        boolean requiresAccessToken,
        List<Entry> output,
        List<Entry> deleted,
        List<Entry> error,
        @Nullable URI next) {
    private static final String FILE_SIZE = "fileSize";
    private static final String SHA_256 = "sha256";
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /** Copies the lists. */
    public ExportManifest {
        output = List.copyOf(output);
        deleted = List.copyOf(deleted);
        error = List.copyOf(error);
    }

    /**
     * Reads a manifest. Unknown fields are ignored. An absent {@code requiresAccessToken} means {@code true}, the guide's
     * misspelling {@code requireAccessToken} is read in its place.
     *
     * @throws InvalidContentException when it is not valid JSON, has no transaction time or no output, or a value has the
     *     wrong type
     */
    public static ExportManifest read(byte[] json) {
        JsonValue manifest = JsonValue.parseObject(json);
        return new ExportManifest(
                transactionTime(manifest),
                manifest.text("request").orElse(null),
                requiresAccessToken(manifest),
                entries(manifest, "output", true),
                entries(manifest, "deleted", false),
                entries(manifest, manifest.find("error").isPresent() ? "error" : "outcome", false),
                next(manifest));
    }

    private static Instant transactionTime(JsonValue manifest) {
        try {
            return manifest.text("transactionTime")
                    .map(text -> OffsetDateTime.parse(text).toInstant())
                    .orElseThrow(() -> new InvalidContentException("manifest: transactionTime is missing"));
        } catch (DateTimeException e) {
            throw new InvalidContentException("manifest: transactionTime is not an instant");
        }
    }

    private static boolean requiresAccessToken(JsonValue manifest) {
        Optional<JsonValue> value = manifest.find("requiresAccessToken").or(() -> manifest.find("requireAccessToken"));
        return value.map(v -> v.flag()
                        .orElseThrow(
                                () -> new InvalidContentException("manifest: requiresAccessToken is not a boolean")))
                .orElse(true);
    }

    private static List<Entry> entries(JsonValue manifest, String name, boolean required) {
        JsonValue value = manifest.find(name).orElse(null);
        if (value == null) {
            if (required) {
                throw new InvalidContentException("manifest: " + name + " is missing");
            }
            return List.of();
        }
        if (!(value instanceof JsonValue.JsonArray array)) {
            throw new InvalidContentException("manifest: " + name + " is not an array");
        }
        List<Entry> entries = new ArrayList<>(array.values().size());
        for (JsonValue item : array.values()) {
            entries.add(entry(item, "manifest: " + name + "[" + entries.size() + "]"));
        }
        return entries;
    }

    private static Entry entry(JsonValue item, String place) {
        String url = item.text("url").orElseThrow(() -> new InvalidContentException(place + ".url is missing"));
        Long count = item.find("count")
                .map(c -> c.number()
                        .filter(n -> n >= 0)
                        .orElseThrow(() -> new InvalidContentException(place + ".count is not a number of lines")))
                .orElse(null);
        JsonValue extension = item.find("extension").orElse(JsonValue.JsonObject.EMPTY);
        Long bytes = item.find(FILE_SIZE)
                .or(() -> extension.find(FILE_SIZE))
                .flatMap(JsonValue::number)
                .filter(n -> n >= 0)
                .orElse(null);
        String sha256 = extension
                .text(SHA_256)
                .filter(text -> DIGEST.matcher(text).matches())
                .orElse(null);
        return new Entry(item.text("type").orElse(null), absolute(url, place + ".url"), count, bytes, sha256);
    }

    private static @Nullable URI next(JsonValue manifest) {
        for (JsonValue link : manifest.items("link")) {
            if (link.text("relation").equals(Optional.of("next"))) {
                String url = link.text("url")
                        .orElseThrow(() -> new InvalidContentException("manifest: link.url is missing"));
                return absolute(url, "manifest: link.url");
            }
        }
        return null;
    }

    private static URI absolute(String url, String place) {
        try {
            URI uri = new URI(url);
            if (uri.isAbsolute() && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, without the address: its query may hold a signature.
        }
        throw new InvalidContentException(place + " is not an absolute address");
    }

    /** Writes the manifest on a single line, in the shape of Bulk Data 2: {@code output} and {@code error} always. */
    public byte[] write() {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("transactionTime", transactionTime.toString())
                .putIfPresent("request", request)
                .put("requiresAccessToken", requiresAccessToken)
                .put("output", array(output))
                .putItems("deleted", array(deleted).items())
                .put("error", array(error));
        if (next != null) {
            json.put(
                    "link",
                    JsonValue.array(JsonValue.object()
                            .put("relation", "next")
                            .put("url", next.toString())
                            .build()));
        }
        return json.build().toBytes();
    }

    private static JsonValue array(List<Entry> entries) {
        return JsonValue.array(entries.stream().map(Entry::json).toList());
    }

    /** Returns counts only: addresses may hold signatures. */
    @Override
    public String toString() {
        return "ExportManifest[" + transactionTime + ", " + output.size() + " files]";
    }

    /**
     * A file.
     *
     * @param type the resource type of its lines; may be absent for messages of a version 4 peer
     * @param url its absolute address
     * @param count number of lines; may be absent
     * @param bytes its length; may be absent. Written as an extension, where Bulk Data 2 has no place for it
     * @param sha256 digest of its bytes in lower-case hex; may be absent. Written as an extension too
     */
    public record Entry(
            @Nullable String type,
            URI url,
            @Nullable Long count,
            @Nullable Long bytes,
            @Nullable String sha256) {
        /** Creates an entry that says neither length nor digest. */
        public Entry(@Nullable String type, URI url, @Nullable Long count) {
            this(type, url, count, null, null);
        }

        private JsonValue json() {
            JsonValue.ObjectBuilder json =
                    JsonValue.object().putIfPresent("type", type).put("url", url.toString());
            if (count != null) {
                json.put("count", count);
            }
            JsonValue.ObjectBuilder extension = JsonValue.object();
            if (bytes != null) {
                extension.put(FILE_SIZE, bytes);
            }
            JsonValue.JsonObject extensions =
                    extension.putIfPresent(SHA_256, sha256).build();
            if (!extensions.properties().isEmpty()) {
                json.put("extension", extensions);
            }
            return json.build();
        }

        /** Returns the type only: an address may hold a signature. */
        @Override
        public String toString() {
            return "Entry[" + type + "]";
        }
    }
}
