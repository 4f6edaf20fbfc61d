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
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a finished export consists of. Written in the shape of Bulk Data 2, which clients of 1 and 3 read as well, or in
 * that of the ballot of 4; read in the shapes of 1 to 4.
 *
 * @param transactionTime point in time of the data; the next run's {@code _since}
 * @param request the kick-off address; absent in version 4
 * @param requiresAccessToken whether the files need a bearer token
 * @param output files of resources
 * @param deleted files of transaction Bundles that name what was deleted since {@code _since}
 * @param error files of OperationOutcomes ({@code outcome} in version 4)
 * @param next address of the next manifest of the same export; absent on the last one
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Response - Complete Status"</a>
 * @see <a href="https://build.fhir.org/ig/HL7/bulk-data/StructureDefinition-BulkDataManifest.html">Bulk Data 4.0.0
 *     ballot, logical model BulkDataManifest</a>
 */
public record ExportManifest(
        Instant transactionTime,
        @Nullable String request,
        boolean requiresAccessToken,
        List<Entry> output,
        List<Entry> deleted,
        List<Entry> error,
        @Nullable URI next) {
    /** What a version 4 manifest says of itself. */
    private static final String MANIFEST_TYPE = "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkDataManifest";

    /** Names the digest among the FHIR extensions of a version 4 entry, which have no plain names any more. */
    private static final String DIGEST_EXTENSION = "urn:uuid:5f0b7f4e-8a1d-4c57-9b7e-3a6f2c1d9e80";

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
     * misspelling {@code requireAccessToken} is read in its place. A version 4 manifest, which names its type, may be
     * without output.
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
                entries(manifest, "output", manifest.find("manifestType").isEmpty()),
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
        Long bytes = item.find(FILE_SIZE)
                .or(() -> item.find("extension").flatMap(extension -> extension.find(FILE_SIZE)))
                .flatMap(JsonValue::number)
                .filter(n -> n >= 0)
                .orElse(null);
        String sha256 =
                digest(item).filter(text -> DIGEST.matcher(text).matches()).orElse(null);
        return new Entry(item.text("type").orElse(null), absolute(url, place + ".url"), count, bytes, sha256);
    }

    /** Up to version 3 extensions are one object with plain names, in 4 an array of FHIR extensions. */
    private static Optional<String> digest(JsonValue item) {
        return item.find("extension")
                .flatMap(extension -> extension.text(SHA_256))
                .or(() -> item.items("extension").stream()
                        .filter(extension -> extension.text("url").equals(Optional.of(DIGEST_EXTENSION)))
                        .findFirst()
                        .flatMap(extension -> extension.text("valueString")));
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
                .put("output", array(output, Entry::json))
                .putItems("deleted", array(deleted, Entry::json).items())
                .put("error", array(error, Entry::json));
        return withLink(json).toBytes();
    }

    /**
     * Writes the manifest on a single line, in the shape of the ballot of Bulk Data 4: messages are the {@code outcome},
     * the request is left out, extensions are those of FHIR, and what is empty is not there.
     */
    public byte[] writeVersion4() {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("manifestType", MANIFEST_TYPE)
                .put("transactionTime", transactionTime.toString())
                .put("requiresAccessToken", requiresAccessToken)
                .put("outputFormat", "application/fhir+ndjson")
                .putItems(
                        "output",
                        array(output, entry -> entry.json4(entry.type())).items())
                .putItems("deleted", array(deleted, entry -> entry.json4(null)).items())
                .putItems("outcome", array(error, entry -> entry.json4(null)).items());
        return withLink(json).toBytes();
    }

    private JsonValue withLink(JsonValue.ObjectBuilder json) {
        if (next != null) {
            json.put(
                    "link",
                    JsonValue.array(JsonValue.object()
                            .put("relation", "next")
                            .put("url", next.toString())
                            .build()));
        }
        return json.build();
    }

    private static JsonValue array(List<Entry> entries, Function<Entry, JsonValue> json) {
        return JsonValue.array(entries.stream().map(json).toList());
    }

    /** Returns counts only: addresses may hold signatures. */
    @Override
    public String toString() {
        return "ExportManifest[" + transactionTime + ", " + output.size() + " files]";
    }

    /**
     * A file.
     *
     * @param type the resource type of its lines; may be absent for deletions and messages of a version 4 peer
     * @param url its absolute address
     * @param count number of lines; may be absent
     * @param bytes its length; may be absent. Written as an extension where Bulk Data 2 has no place for it
     * @param sha256 digest of its bytes in lower-case hex; may be absent. Written as an extension
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
            JsonValue.ObjectBuilder json = counted(type);
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

        private JsonValue json4(@Nullable String itsType) {
            JsonValue.ObjectBuilder json = counted(itsType);
            if (bytes != null) {
                json.put(FILE_SIZE, bytes);
            }
            if (sha256 != null) {
                json.put(
                        "extension",
                        JsonValue.array(JsonValue.object()
                                .put("url", DIGEST_EXTENSION)
                                .put("valueString", sha256)
                                .build()));
            }
            return json.build();
        }

        private JsonValue.ObjectBuilder counted(@Nullable String itsType) {
            JsonValue.ObjectBuilder json =
                    JsonValue.object().putIfPresent("type", itsType).put("url", url.toString());
            if (count != null) {
                json.put("count", count);
            }
            return json;
        }

        /** Returns the type only: an address may hold a signature. */
        @Override
        public String toString() {
            return "Entry[" + type + "]";
        }
    }
}
