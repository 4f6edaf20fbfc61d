package dev.atr.consumer.check;

import dev.atr.consumer.export.ExportFile;
import dev.atr.core.Canonicals;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.ContentCoding;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The export of a list: kick-offs that are to be refused, a whole export with its files, one of a single member, and one
 * of what has changed since. Deletes each job.
 */
final class Exports implements Probe {
    private static final String ALL_TYPES =
            ResourceType.ATTRIBUTION_TYPES.stream().map(ResourceType::code).collect(Collectors.joining(","));

    private final Duration patience;
    private final AttributionListRules rules;
    private final List<ResourceKey> seen = new ArrayList<>();

    Exports(Duration patience, AttributionListRules rules) {
        this.patience = patience;
        this.rules = rules;
    }

    @Override
    public String name() {
        return "export";
    }

    /** Returns a resource of each type that was exported, a Patient of an active row first. */
    List<ResourceKey> seen() {
        return seen;
    }

    @Override
    public void look(Visit visit) throws InterruptedException {
        if (!visit.hasList()) {
            throw new ProtocolException("export: the Producer shows us no list");
        }
        refusals(visit);
        Optional<Instant> upTo = whole(visit);
        forms(visit);
        some(visit);
        if (upTo.isPresent()) {
            since(visit, upTo.get());
        }
    }

    private void refusals(Visit visit) throws InterruptedException {
        refused(
                visit,
                "a kick-off with _type=Patient alone",
                QueryParameters.of("_type", "Patient"),
                "ATR-EXP-010",
                "BULK-KICK-006");
        refused(
                visit,
                "a kick-off with an exportType that nobody knows",
                QueryParameters.of("exportType", "atr.check.none", "_type", "Group,Patient,Coverage"),
                "ATR-EXP-004",
                "BULK-KICK-006");
        refused(
                visit,
                "a kick-off with a type that is none",
                QueryParameters.of("_type", "Group,Patient,Coverage,AtrCheck"),
                "BULK-KICK-020");
    }

    private void refused(Visit visit, String what, QueryParameters query, String... ids) throws InterruptedException {
        HttpCall call = kickOff(visit, query);
        Answer answer = visit.send(call);
        if (isBusy(visit, answer, ids)) {
            return;
        }
        for (String id : ids) {
            visit.notes.expect(
                    id,
                    answer.isRefusal() && answer.isOutcome(),
                    what + ": status " + answer.status() + ", expected 4xx with an OperationOutcome");
        }
        ExportRun.drop(visit, call, answer);
    }

    private static boolean isBusy(Visit visit, Answer answer, String... ids) {
        boolean busy = answer.status() == 429 || answer.status() == 503;
        if (busy) {
            visit.notes.notLookedAt("the Producer was busy, status " + answer.status(), ids);
        }
        return busy;
    }

    private static HttpCall kickOff(Visit visit, QueryParameters query) {
        return HttpCall.get(
                visit.peer.at("Group/" + visit.listId() + "/$davinci-data-export?" + query.encode()),
                ExportRun.ASYNCHRONOUS);
    }

    /** Exports everything, and looks at all that comes. */
    private Optional<Instant> whole(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        HttpCall call = kickOff(visit, QueryParameters.of("exportType", Canonicals.EXPORT_TYPE, "_type", ALL_TYPES));
        Answer answer = visit.send(call);
        if (isBusy(visit, answer, "BULK-KICK-001", "BULK-KICK-002", "ATR-EXP-001", "ATR-EXP-003", "ATR-EXP-021")) {
            return Optional.empty();
        }
        String status = "kick-off by GET: status " + answer.status();
        for (String id : List.of(
                "BULK-KICK-001",
                "BULK-KICK-002",
                "ATR-EXP-001",
                "ATR-EXP-003",
                "ATR-EXP-008",
                "ATR-EXP-009",
                "ATR-EXP-021")) {
            notes.expect(id, answer.status() == 202, status + ", expected 202");
        }
        if (answer.status() != 202) {
            return Optional.empty();
        }
        boolean absolute = answer.headers()
                .first("Content-Location")
                .filter(Exports::isAbsolute)
                .isPresent();
        notes.expect("BULK-KICK-001", absolute, "Content-Location is missing or not absolute");
        ExportRun run = ExportRun.of(visit, call, answer).orElseThrow();
        try {
            Answer stranger = run.statusWithoutToken();
            notes.expect("BULK-STAT-016", stranger.isRefusal(), "status without a token: " + stranger.status());
            Answer completed = run.await(patience);
            notes.expect(
                    "BULK-STAT-014",
                    completed.mediaType().equals("application/json"),
                    "the manifest is not application/json");
            notes.expect(
                    "BULK-STAT-015", completed.headers().first("Expires").isPresent(), "the manifest has no Expires");
            JsonValue manifest = completed.json();
            manifest(notes, manifest);
            files(visit, run, manifest);
            run.delete();
            return manifest.text("transactionTime").flatMap(Exports::instant);
        } finally {
            run.drop();
        }
    }

    private static void manifest(Notes notes, JsonValue manifest) {
        notes.expect(
                "BULK-MAN-001",
                manifest.text("transactionTime").flatMap(Exports::instant).isPresent(),
                "transactionTime is no instant");
        notes.expect("BULK-MAN-002", manifest.text("request").isPresent(), "request is missing");
        boolean token =
                manifest.find("requiresAccessToken").flatMap(JsonValue::flag).orElse(false);
        notes.expect("BULK-MAN-003", token, "requiresAccessToken is not true");
        notes.expect("ATR-EXP-017", token, "requiresAccessToken is not true");
        notes.expect("BULK-MAN-004", manifest.find("output").isPresent(), "output is missing");
        for (JsonValue file : manifest.items("output")) {
            boolean named = file.text("type").isPresent()
                    && file.text("url").filter(Exports::isAbsolute).isPresent();
            notes.expect("BULK-MAN-004", named, "an output file has no type or no absolute url");
            boolean empty = file.find("count").flatMap(JsonValue::number).orElse(1L) == 0;
            notes.expect("BULK-MAN-006", !empty, "an output file has no resources");
            notes.expect(
                    "BULK-KICK-018",
                    List.of(ALL_TYPES.split(",", -1)).contains(file.text("type").orElse("")),
                    "an output file is of a type that was not asked for");
        }
        boolean hasMessages =
                manifest.find("error").isPresent() || manifest.find("outcome").isPresent();
        notes.expect("BULK-MAN-007", hasMessages, "error is missing, where an empty array says that nothing was wrong");
    }

    private void files(Visit visit, ExportRun run, JsonValue manifest) throws InterruptedException {
        List<ExportFile> files = named(visit, run, manifest, "output", ExportFile.Kind.OUTPUT);
        if (files.isEmpty()) {
            visit.notes.broken("ATR-EXP-013", "the export has no files");
            return;
        }
        transfer(visit, files.get(0));
        ExportedContent content = new ExportedContent(visit, rules);
        content.read(files);
        seen.addAll(content.seen());
    }

    private static List<ExportFile> named(
            Visit visit, ExportRun run, JsonValue manifest, String name, ExportFile.Kind kind) {
        boolean token =
                manifest.find("requiresAccessToken").flatMap(JsonValue::flag).orElse(true);
        List<ExportFile> files = new ArrayList<>();
        for (JsonValue file : manifest.items(name)) {
            String type = file.text("type").orElse("OperationOutcome");
            try {
                files.add(new ExportFile(
                        kind,
                        new ResourceType(type),
                        visit.peer.named(
                                "manifest: a file's url",
                                run.status(),
                                file.text("url").orElse("")),
                        file.find("count").flatMap(JsonValue::number).orElse(null),
                        token));
            } catch (ProtocolException | IllegalArgumentException e) {
                visit.notes.broken("BULK-MAN-004", "a file has a type or a url that can't be used");
            }
        }
        return files;
    }

    private static void transfer(Visit visit, ExportFile file) throws InterruptedException {
        Notes notes = visit.notes;
        HttpCall bare = new HttpCall("GET", file.url(), ExportedContent.NDJSON, new byte[0], 0, HttpCall.Limits.FILE);
        try (HttpReply stranger = visit.peer.send(bare, false)) {
            notes.expect(
                    "ATR-EXP-018", stranger.status() >= 400, "a file without a token: status " + stranger.status());
        }
        try (HttpReply ours = visit.peer.send(bare, true)) {
            String type = ours.headers().first("Content-Type").orElse("");
            notes.expect("BULK-FILE-001", ours.status() == 200, "a file with our token: status " + ours.status());
            notes.expect(
                    "BULK-FILE-001",
                    type.startsWith("application/fhir+ndjson"),
                    "Content-Type of a file is not application/fhir+ndjson");
        }
        HttpCall zipped = new HttpCall(
                "GET",
                file.url(),
                ExportedContent.NDJSON.with("Accept-Encoding", ContentCoding.OFFER),
                new byte[0],
                0,
                HttpCall.Limits.FILE);
        try (HttpReply reply = visit.peer.send(zipped, true)) {
            int first =
                    ContentCoding.decode(reply, HttpCall.Limits.FILE.maxBytes()).read();
            notes.expect("BULK-FILE-009", first == '{' || first < 0, "a file asked for with gzip can't be read");
        } catch (IOException | AtrException e) {
            notes.broken("BULK-FILE-009", "a file asked for with gzip can't be read");
        }
    }

    /** Kicks off in the other forms of the same request, and takes each back at once. */
    private static void forms(Visit visit) throws InterruptedException {
        taken(visit, "ATR-EXP-011", "resourceTypes=…", QueryParameters.of("resourceTypes", ALL_TYPES));
        taken(
                visit,
                "BULK-KICK-021",
                "_type given three times",
                QueryParameters.of("_type", "Group", "_type", "Patient", "_type", "Coverage"));
    }

    private static void taken(Visit visit, String id, String what, QueryParameters query) throws InterruptedException {
        HttpCall call = kickOff(visit, query.with("exportType", Canonicals.EXPORT_TYPE));
        Answer answer = visit.send(call);
        if (!isBusy(visit, answer, id)) {
            visit.notes.expect(id, answer.status() == 202, what + ": status " + answer.status() + ", expected 202");
        }
        ExportRun.drop(visit, call, answer);
    }

    /** Exports one member by POST, and one who is not on the list, of whom we must be told. */
    private void some(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        Optional<ResourceKey> member = seen.stream()
                .filter(key -> key.type().equals(ResourceType.PATIENT))
                .findFirst();
        if (member.isEmpty()) {
            notes.notLookedAt("the export has no Patient", "BULK-KICK-003", "ATR-EXP-005", "ATR-EXP-007");
            return;
        }
        HttpCall call = HttpCall.post(
                visit.peer.at("Group/" + visit.listId() + "/$davinci-data-export"),
                ExportRun.ASYNCHRONOUS.with("Content-Type", "application/fhir+json"),
                JsonValue.object()
                        .put("resourceType", "Parameters")
                        .putItems(
                                "parameter",
                                List.of(
                                        parameter("exportType", "valueCanonical", JsonValue.of(Canonicals.EXPORT_TYPE)),
                                        parameter("_type", "valueString", JsonValue.of("Group,Patient,Coverage")),
                                        patient(member.get().reference()),
                                        patient("Patient/" + Visit.NOBODY)))
                        .build()
                        .toBytes());
        Answer answer = visit.send(call);
        if (isBusy(visit, answer, "BULK-KICK-003", "ATR-EXP-005", "ATR-EXP-007")) {
            return;
        }
        String status = "kick-off by POST with two patients, one of them unknown: status " + answer.status();
        notes.expect("BULK-KICK-003", answer.status() == 202, status);
        notes.expect("ATR-EXP-007", answer.status() == 202, status);
        notes.expect("ATR-EXP-021", answer.status() == 202, status);
        Optional<ExportRun> begun = ExportRun.of(visit, call, answer);
        if (begun.isEmpty()) {
            return;
        }
        ExportRun run = begun.get();
        try {
            JsonValue manifest = run.await(patience).json();
            Set<String> patients = new TreeSet<>();
            ExportedContent.forEach(
                    visit, named(visit, run, manifest, "output", ExportFile.Kind.OUTPUT), (key, json) -> {
                        if (key.type().equals(ResourceType.PATIENT)) {
                            patients.add(key.id());
                        }
                    });
            notes.expect(
                    "ATR-EXP-005",
                    patients.equals(Set.of(member.get().id())),
                    "an export of one member has " + patients.size() + " Patients, or another one");
            List<JsonValue> messages = new ArrayList<>(manifest.items("error"));
            messages.addAll(manifest.items("outcome"));
            notes.expect("ATR-EXP-007", !messages.isEmpty(), "an unknown patient is not reported");
            run.delete();
        } finally {
            run.drop();
        }
    }

    /** Exports what has changed since the last export: what comes has changed since. */
    private void since(Visit visit, Instant upTo) throws InterruptedException {
        Notes notes = visit.notes;
        HttpCall call = kickOff(
                visit,
                QueryParameters.of(
                        "exportType",
                        Canonicals.EXPORT_TYPE,
                        "_type",
                        "Group,Patient,Coverage",
                        "_since",
                        upTo.toString()));
        Answer answer = visit.send(call);
        if (isBusy(visit, answer, "ATR-EXP-022", "BULK-KICK-014")) {
            return;
        }
        notes.expect("ATR-EXP-022", answer.status() == 202, "_since: status " + answer.status());
        notes.expect("BULK-KICK-014", answer.status() == 202, "_since: status " + answer.status());
        Optional<ExportRun> begun = ExportRun.of(visit, call, answer);
        if (begun.isEmpty()) {
            return;
        }
        ExportRun run = begun.get();
        try {
            JsonValue manifest = run.await(patience).json();
            ExportedContent.forEach(
                    visit, named(visit, run, manifest, "output", ExportFile.Kind.OUTPUT), (key, json) -> {
                        boolean before = JsonValue.parse(json).all("meta.lastUpdated").stream()
                                .flatMap(time -> time.text().stream())
                                .flatMap(time -> instant(time).stream())
                                .anyMatch(time -> time.isBefore(upTo));
                        if (before && !key.type().equals(ResourceType.GROUP)) {
                            notes.doubtful(
                                    "ATR-EXP-022",
                                    "an export by _since has a " + key.type()
                                            + " that had not changed; right only for a member that is new");
                        }
                    });
            run.delete();
        } finally {
            run.drop();
        }
    }

    private static JsonValue parameter(String name, String property, JsonValue value) {
        return JsonValue.object().put("name", name).put(property, value).build();
    }

    private static JsonValue patient(String reference) {
        return parameter(
                "patient",
                "valueReference",
                JsonValue.object().put("reference", reference).build());
    }

    private static boolean isAbsolute(String url) {
        try {
            return URI.create(url).isAbsolute();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
