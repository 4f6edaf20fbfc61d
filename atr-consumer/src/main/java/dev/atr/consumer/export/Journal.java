package dev.atr.consumer.export;

import dev.atr.consumer.export.DownloadedFile.Proof;
import dev.atr.core.attribution.ListId;
import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far a download into a folder has come; the content of its {@code export.json}. Each step is written after it is
 * done, so that a step whose end was not written is done again.
 *
 * @param fhirBase the Producer
 * @param request what was asked for; absent when the download began from a finished export
 * @param statusUrl the job
 * @param manifest what the export offers; absent until it is finished
 * @param files the files that are in their place
 * @param open the files of which a part has come, and whose transfer can go on
 * @param complete whether that is all of them
 */
record Journal(
        URI fhirBase,
        @Nullable ExportRequest request,
        URI statusUrl,
        @Nullable ExportManifest manifest,
        List<DownloadedFile> files,
        List<PartialFile> open,
        boolean complete) {
    private static final long FORMAT = 1;

    Journal {
        files = List.copyOf(files);
        open = List.copyOf(open);
    }

    static Journal begun(URI fhirBase, @Nullable ExportRequest request, URI statusUrl) {
        return new Journal(fhirBase, request, statusUrl, null, List.of(), List.of(), false);
    }

    Journal withManifest(ExportManifest value) {
        return new Journal(fhirBase, request, statusUrl, value, files, open, complete);
    }

    /** Returns a copy in which other files are in their place, and no longer open. */
    Journal withFiles(Collection<DownloadedFile> value) {
        Set<String> present = value.stream()
                .map(file -> String.valueOf(file.path().getFileName()))
                .collect(Collectors.toSet());
        List<PartialFile> stillOpen =
                open.stream().filter(file -> !present.contains(file.name())).toList();
        return new Journal(fhirBase, request, statusUrl, manifest, List.copyOf(value), stillOpen, complete);
    }

    /**
     * Returns a copy in which the transfer of a file has begun anew.
     *
     * @param begun what it can go on with; absent when it can't
     */
    Journal withOpen(String name, @Nullable PartialFile begun) {
        List<PartialFile> others = new ArrayList<>(open);
        others.removeIf(file -> file.name().equals(name));
        if (begun != null) {
            others.add(begun);
        }
        return new Journal(fhirBase, request, statusUrl, manifest, files, others, complete);
    }

    Journal completed() {
        return new Journal(fhirBase, request, statusUrl, manifest, files, List.of(), true);
    }

    byte[] write() {
        JsonValue.ObjectBuilder json = JsonValue.object().put("format", FORMAT).put("fhirBase", fhirBase.toString());
        if (request != null) {
            json.put("request", json(request));
        }
        json.put("statusUrl", statusUrl.toString())
                .putIfPresent("manifest", manifest == null ? null : JsonValue.parse(manifest.write()))
                .put("files", JsonValue.array(files.stream().map(Journal::json).toList()))
                .put("open", JsonValue.array(open.stream().map(Journal::json).toList()))
                .put("complete", complete);
        return json.build().toBytes();
    }

    private static JsonValue json(ExportRequest request) {
        return JsonValue.object()
                .put("list", request.list().value())
                .put(
                        "types",
                        texts(request.types().stream().map(ResourceType::code).toList()))
                .putIfPresent(
                        "since",
                        request.since() == null ? null : request.since().toString())
                .putIfPresent(
                        "until",
                        request.until() == null ? null : request.until().toString())
                .put(
                        "patients",
                        texts(request.patients().stream()
                                .map(ResourceKey::reference)
                                .toList()))
                .put("elements", texts(request.elements()))
                .put("typeFilters", texts(request.typeFilters()))
                .build();
    }

    private static JsonValue texts(List<String> texts) {
        return JsonValue.array(texts.stream().map(JsonValue::of).toList());
    }

    private static JsonValue json(DownloadedFile file) {
        return JsonValue.object()
                .put("name", String.valueOf(file.path().getFileName()))
                .put("kind", file.kind().name())
                .put("type", file.type().code())
                .put("lines", file.lines())
                .put("bytes", file.bytes())
                .put("sha256", file.sha256())
                .put("proof", file.proof().name())
                .build();
    }

    private static JsonValue json(PartialFile file) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("name", file.name())
                .put("etag", file.etag())
                .put("gzip", file.gzip());
        if (file.total() != null) {
            json.put("total", file.total());
        }
        return json.build();
    }

    /**
     * Reads a journal.
     *
     * @throws IllegalArgumentException when the document is no journal of this library
     */
    static Journal read(byte[] json, Path folder) {
        try {
            JsonValue journal = JsonValue.parse(json);
            if (journal.find("format").flatMap(JsonValue::number).orElse(0L) != FORMAT) {
                throw new IllegalArgumentException("format");
            }
            return new Journal(
                    URI.create(text(journal, "fhirBase")),
                    journal.find("request").map(Journal::request).orElse(null),
                    URI.create(text(journal, "statusUrl")),
                    journal.find("manifest")
                            .map(manifest -> ExportManifest.read(manifest.toBytes()))
                            .orElse(null),
                    journal.items("files").stream()
                            .map(file -> file(file, folder))
                            .toList(),
                    journal.items("open").stream().map(Journal::open).toList(),
                    journal.find("complete").flatMap(JsonValue::flag).orElse(false));
        } catch (IllegalArgumentException | DateTimeException | InvalidContentException e) {
            throw new IllegalArgumentException("folder: its export.json is not one that this version wrote", e);
        }
    }

    private static ExportRequest request(JsonValue request) {
        return new ExportRequest(
                new ListId(text(request, "list")),
                texts(request, "types").stream().map(ResourceType::new).toList(),
                request.text("since").map(Instant::parse).orElse(null),
                request.text("until").map(Instant::parse).orElse(null),
                texts(request, "patients").stream()
                        .map(reference -> ResourceKey.ofReference(reference)
                                .orElseThrow(() -> new IllegalArgumentException("patients")))
                        .toList(),
                texts(request, "elements"),
                texts(request, "typeFilters"));
    }

    private static DownloadedFile file(JsonValue file, Path folder) {
        return new DownloadedFile(
                ExportFile.Kind.valueOf(text(file, "kind")),
                new ResourceType(text(file, "type")),
                folder.resolve(checkedName(file)),
                number(file, "lines"),
                number(file, "bytes"),
                text(file, "sha256"),
                file.text("proof").map(Proof::valueOf).orElse(Proof.LENGTH));
    }

    private static PartialFile open(JsonValue file) {
        return new PartialFile(
                checkedName(file),
                text(file, "etag"),
                file.find("gzip").flatMap(JsonValue::flag).orElse(false),
                file.find("total").flatMap(JsonValue::number).orElse(null));
    }

    private static String checkedName(JsonValue file) {
        String name = text(file, "name");
        if (!DownloadFolder.isFileName(name)) {
            throw new IllegalArgumentException("name");
        }
        return name;
    }

    private static List<String> texts(JsonValue json, String name) {
        return json.items(name).stream()
                .map(item -> item.text().orElseThrow(() -> new IllegalArgumentException(name)))
                .toList();
    }

    private static String text(JsonValue json, String name) {
        return json.text(name).orElseThrow(() -> new IllegalArgumentException(name));
    }

    private static long number(JsonValue json, String name) {
        return json.find(name).flatMap(JsonValue::number).orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** Returns how far it is: a request may name patients, an address may be a capability. */
    @Override
    public String toString() {
        return "Journal[" + files.size() + " files" + (complete ? ", complete" : "") + "]";
    }
}
