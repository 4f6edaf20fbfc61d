package dev.atr.producer.jdbc.load;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.json.ResourceScanner.ScannedResource;
import dev.atr.core.json.VersionMapping;
import dev.atr.core.rules.ResourceRules;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.producer.jdbc.load.ByteSource.Slice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way into one transaction. Resources are written as they pass, lists after them; whether the
 * transaction may commit is known at the end. For one thread.
 */
final class FileLoad {
    /** Largest resource other than a list or a Bundle, in bytes: what the ledger takes. */
    private static final int MAX_RESOURCE = 1_000_000;

    private final SourceFile file;
    private final LoadSettings settings;
    private final References references;
    private final LedgerTransaction tx;
    private final Problems problems;
    private final Map<ResourceType, Long> counts = new TreeMap<>();
    private final List<Placed> lists = new ArrayList<>();
    private final JsonIndex index = new JsonIndex();

    FileLoad(SourceFile file, LoadSettings settings, References references, LedgerTransaction tx, Problems problems) {
        this.file = file;
        this.settings = settings;
        this.references = references;
        this.tx = tx;
        this.problems = problems;
    }

    /** A list and where in the file it stands. */
    private record Placed(String place, Slice slice) {}

    /** Writes what the file holds and collects what is wrong with it. */
    void run() throws IOException {
        switch (file.form()) {
            case NDJSON, NDJSON_GZIP -> lines(file.source());
            case JSON -> document(file.source());
            case XML -> xml();
            case UNKNOWN -> problems.add(LoadProblem.error("", "neither JSON, NDJSON nor XML"));
        }
        GroupLoad groups = new GroupLoad(settings, references, tx, problems);
        for (Placed list : lists) {
            if (groups.load(list.place(), list.slice())) {
                count(ResourceType.GROUP);
            }
        }
        if (counts.isEmpty() && problems.isAcceptable()) {
            problems.add(LoadProblem.error("", "the file holds no resource"));
        }
    }

    Map<ResourceType, Long> counts() {
        return counts;
    }

    Path path() {
        return file.path();
    }

    private void xml() throws IOException {
        XmlReader reader = settings.xml();
        if (reader == null) {
            problems.add(LoadProblem.error("", "XML can't be read here; write it as JSON"));
            return;
        }
        byte[] xml = Slice.all(file.source()).bytes(LoadSettings.MAX_XML);
        try {
            document(ByteSource.ofBytes(reader.toJson(xml, settings.version())));
        } catch (InvalidContentException e) {
            problems.add(LoadProblem.error("", String.valueOf(e.getMessage())));
        }
    }

    private void document(ByteSource source) throws IOException {
        Slice whole = Slice.all(source);
        switch (index.resourceType(whole).orElse("")) {
            case "Group" -> lists.add(new Placed("", whole));
            case "Bundle" -> bundle(source);
            default -> resource("", whole.bytes(MAX_RESOURCE));
        }
    }

    private void bundle(ByteSource source) throws IOException {
        try {
            index.entries(source, (number, resource) -> {
                String place = "entry[" + number + "]";
                if (resource.isEmpty()) {
                    problems.add(LoadProblem.error(place, "an entry without a resource"));
                } else if (index.resourceType(resource.get()).orElse("").equals("Group")) {
                    lists.add(new Placed(place, resource.get()));
                } else {
                    resource(place, resource.get().bytes(MAX_RESOURCE));
                }
            });
        } catch (InvalidContentException e) {
            problems.add(LoadProblem.error("", String.valueOf(e.getMessage())));
        }
    }

    private void lines(ByteSource source) throws IOException {
        try (NdjsonLines lines = new NdjsonLines(source, MAX_RESOURCE)) {
            for (NdjsonLines.Line line = lines.next(); line != null; line = lines.next()) {
                String place = "line " + line.number();
                byte[] bytes = line.bytes();
                if (index.resourceType(line.content()).orElse("").equals("Group")) {
                    lists.add(new Placed(place, line.slice()));
                } else if (bytes == null) {
                    problems.add(LoadProblem.error(place, tooLong()));
                } else {
                    resource(place, bytes);
                }
            }
        }
    }

    /** Checks a resource and writes it when it breaks no rule. */
    private void resource(String place, byte[] bytes) {
        if (bytes.length > MAX_RESOURCE) {
            problems.add(LoadProblem.error(place, tooLong()));
            return;
        }
        String where = place;
        try {
            ScannedResource scanned = ResourceScanner.scan(bytes);
            ResourceType type = scanned.type();
            where = named(place, type, scanned.id());
            if (!ResourceType.ATTRIBUTION_TYPES.contains(type)) {
                problems.add(LoadProblem.error(
                        where, "a list rests on no " + type + "; load " + ResourceType.ATTRIBUTION_TYPES));
                return;
            }
            if (scanned.id() == null) {
                problems.add(LoadProblem.error(where, "the resource has no id"));
                return;
            }
            byte[] json = settings.version() == FhirVersion.STU3 ? VersionMapping.toR4(bytes) : bytes;
            long errors = problems.errors();
            String in = where;
            if (holdsReplacementCharacter(bytes)) {
                problems.add(new LoadProblem(
                        Severity.ERROR,
                        "C-78",
                        where,
                        "holds U+FFFD, which stands where bytes that were not valid UTF-8 have been lost; send the"
                                + " original text in UTF-8"));
            }
            ResourceRules.check(type, json, violation -> problems.add(LoadProblem.of(violation, in)));
            if (problems.errors() == errors) {
                write(new ResourceKey(type, scanned.id()), json, scanned, where);
            }
        } catch (InvalidContentException e) {
            problems.add(LoadProblem.error(where, inLine(place, String.valueOf(e.getMessage()))));
        }
    }

    private static boolean holdsReplacementCharacter(byte[] utf8) {
        for (int i = 0; i < utf8.length - 2; i++) {
            if (utf8[i] == (byte) 0xef && utf8[i + 1] == (byte) 0xbf && utf8[i + 2] == (byte) 0xbd) {
                return true;
            }
        }
        return false;
    }

    private void write(ResourceKey key, byte[] json, ScannedResource scanned, String where) {
        tx.putResource(key, json);
        count(key.type());
        for (ScannedResource.Link link : scanned.links()) {
            if (!link.target().equals(key)) {
                references.expect(
                        tx, link.target(), new References.Missing(file.path(), where, key.type() + "." + link.path()));
            }
        }
    }

    private void count(ResourceType type) {
        counts.merge(type, 1L, Long::sum);
        settings.progress().loaded(file.path(), type);
    }

    private static String named(String place, ResourceType type, @Nullable String id) {
        String resource = id == null ? type.code() : type.code() + "/" + id;
        return place.isEmpty() ? resource : place + ": " + resource;
    }

    /** The reader of a line counts lines from 1 again, which would only confuse. */
    static String inLine(String place, String message) {
        return place.startsWith("line ") ? message.replace("(line 1, ", "(") : message;
    }

    private static String tooLong() {
        return String.format(Locale.ROOT, "a resource of more than %,d bytes", MAX_RESOURCE);
    }
}
