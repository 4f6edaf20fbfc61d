package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.DownloadedFile.Proof;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr export}: a whole list with everything behind it, into a folder. */
@Command(
        name = "export",
        description =
                "Exports one list into a folder. The same call on a folder where it was interrupted goes on there.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @ArgGroup(multiplicity = "1")
    private OneList which = new OneList();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the files go.")
    @SuppressWarnings("NullAway.Init") // required
    private Path folder;

    @Option(
            names = "--type",
            split = ",",
            paramLabel = "T",
            description = "Resource types (default: all eight; Group, Patient and Coverage must be among them).")
    private List<String> types = new ArrayList<>();

    @Option(names = "--since", paramLabel = "T", description = "Only what changed after this instant.")
    private @Nullable String since;

    @Option(
            names = "--until",
            paramLabel = "T",
            description = "Only what changed before this instant: the list as it was then.")
    private @Nullable String until;

    @Option(
            names = "--patient",
            paramLabel = "REF",
            description = "Only this member, e.g. Patient/12. May be given several times.")
    private List<String> patients = new ArrayList<>();

    @Option(
            names = "--elements",
            split = ",",
            paramLabel = "E",
            description = "Only these elements of resources, e.g. name,Coverage.period, beside the mandatory ones.")
    private List<String> elements = new ArrayList<>();

    @Option(
            names = "--type-filter",
            paramLabel = "QUERY",
            description =
                    "Only resources that this query finds, e.g. Coverage?status=active. May be given several times.")
    private List<String> filters = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Console console;

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // What is wrong with the words is said before anybody is asked.
        narrowed(new ListId("any"));
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            ProducerConnection producer = peer.producer(egress);
            ExportRequest request = narrowed(new ListId(which.id(producer)));
            BulkExportClient exports = new BulkExportClient(producer);
            DownloadedExport export = download(exports, request);
            print(export, request);
            release(exports, export);
        }
        return ExitCode.DONE;
    }

    private DownloadedExport download(BulkExportClient exports, ExportRequest request)
            throws IOException, InterruptedException {
        try (ExportProgress progress = new ExportProgress(console)) {
            Thread onStop = new Thread(progress::stopped, "atr-stop");
            Runtime.getRuntime().addShutdownHook(onStop);
            try {
                return exports.download(request, folder, DownloadOptions.DEFAULT.withListener(progress));
            } finally {
                forget(onStop);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("--out " + folder + ": "
                    + String.valueOf(e.getMessage()).replaceFirst("^folder: ", "") + "; choose another.");
        }
    }

    private static void forget(Thread onStop) {
        try {
            Runtime.getRuntime().removeShutdownHook(onStop);
        } catch (IllegalStateException e) {
            // The process is being stopped, and has said so.
        }
    }

    /** The files are ours now: the Producer need not keep them. When that fails, they expire by themselves. */
    private void release(BulkExportClient exports, DownloadedExport export) throws InterruptedException {
        try {
            exports.resume(export.statusUrl()).delete();
        } catch (AtrException e) {
            console.err().println("atr: the Producer still keeps its copy of the files: " + e.getMessage());
        }
    }

    private ExportRequest narrowed(ListId list) {
        Instant from = instant("--since", since);
        Instant to = instant("--until", until);
        if (from != null && to != null && to.isBefore(from)) {
            throw new UsageException("--until must not be before --since.");
        }
        ExportRequest request = new ExportRequest(list, types(), from, to, patients(), List.of(), List.of());
        try {
            request = request.elements(elements);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--elements takes names such as identifier or Patient.name.");
        }
        for (String filter : filters) {
            try {
                request = request.typeFilter(filter);
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "--type-filter takes queries such as Coverage?status=active for one of the types"
                                + " exported, without parameters such as _sort.");
            }
        }
        return request;
    }

    private List<ResourceType> types() {
        if (types.isEmpty()) {
            return ExportRequest.FULL;
        }
        try {
            List<ResourceType> wanted = types.stream().map(ResourceType::new).toList();
            if (!wanted.containsAll(ExportRequest.MINIMUM)) {
                throw new UsageException("--type: Group, Patient and Coverage must be among the types.");
            }
            return wanted;
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--type takes resource types such as Group,Patient,Coverage: " + e.getMessage() + ".");
        }
    }

    private static @Nullable Instant instant(String option, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new UsageException(option + " takes an instant such as 2026-01-31T00:00:00Z.");
        }
    }

    private List<ResourceKey> patients() {
        return patients.stream()
                .map(reference -> ResourceKey.ofReference(reference)
                        .filter(key -> key.type().equals(ResourceType.PATIENT))
                        .orElseThrow(() -> new UsageException("--patient takes a reference such as Patient/12.")))
                .toList();
    }

    private void print(DownloadedExport export, ExportRequest request) {
        if (json) {
            console.json(JsonValue.object()
                    .put("list", request.list().value())
                    .put("folder", export.folder().toString())
                    .put("transactionTime", export.transactionTime().toString())
                    .put(
                            "files",
                            JsonValue.array(export.files().stream()
                                    .map(ExportCommand::json)
                                    .toList()))
                    .build());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("FILE", "RESOURCES", "BYTES"));
        for (DownloadedFile file : export.files()) {
            String note = file.kind() == ExportFile.Kind.OUTPUT
                    ? ""
                    : " (" + file.kind().name().toLowerCase(Locale.ROOT) + ")";
            rows.add(List.of(
                    file.path().getFileName() + note, Long.toString(file.lines()), Long.toString(file.bytes())));
        }
        console.table(rows);
        console.out()
                .println("List " + request.list() + " as of " + export.transactionTime() + " is in " + export.folder()
                        + "; " + whole(export.files()) + ".");
    }

    private static String whole(List<DownloadedFile> files) {
        long unproved =
                files.stream().filter(file -> file.proof() == Proof.LENGTH).count();
        return unproved == 0
                ? "every file is what the Producer announced"
                : "of " + unproved + " of its files the Producer said neither a count nor a digest: whether they are"
                        + " whole only their length tells";
    }

    private static JsonValue json(DownloadedFile file) {
        return JsonValue.object()
                .put("name", file.path().getFileName().toString())
                .put("type", file.type().code())
                .put("kind", file.kind().name().toLowerCase(Locale.ROOT))
                .put("count", file.lines())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256())
                .put("proof", file.proof().name().toLowerCase(Locale.ROOT))
                .build();
    }
}
