package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.Form;
import dev.atr.producer.spi.ExportJob.OutputFile;
import dev.atr.producer.spi.ExportParameters;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An export job as the JSON that is stored. A property that is not there was absent, or an empty list. */
final class ExportJobJson {
    private ExportJobJson() {}

    static byte[] write(ExportJob job) {
        return JsonValue.object()
                .put("id", job.id())
                .put("caller", caller(job.caller()))
                .put("list", job.list().value())
                .put("exportType", job.exportType())
                .putItems("types", texts(codes(job.types())))
                .put("parameters", parameters(job.parameters()))
                .put("request", job.request().toString())
                .put("created", job.created().toString())
                .put("state", job.state().name())
                .put("attempt", job.attempt())
                .put("progress", job.progress())
                .putIfPresent("transactionTime", text(job.transactionTime()))
                .putItems("files", job.files().stream().map(ExportJobJson::file).toList())
                .putItems(
                        "messages",
                        job.messages().stream().map(ExportJobJson::message).toList())
                .putIfPresent("failure", job.failure())
                .putIfPresent("expires", text(job.expires()))
                .build()
                .toBytes();
    }

    static ExportJob read(byte[] bytes) {
        JsonObject json = JsonValue.parseObject(bytes);
        return new ExportJob(
                required(json, "id"),
                caller(part(json, "caller")),
                new ListId(required(json, "list")),
                required(json, "exportType"),
                types(json, "types"),
                parameters(part(json, "parameters")),
                URI.create(required(json, "request")),
                Instant.parse(required(json, "created")),
                ExportJob.State.valueOf(required(json, "state")),
                Math.toIntExact(number(json, "attempt")),
                required(json, "progress"),
                instant(json, "transactionTime"),
                json.items("files").stream().map(ExportJobJson::file).toList(),
                json.items("messages").stream().map(ExportJobJson::message).toList(),
                json.text("failure").orElse(null),
                instant(json, "expires"));
    }

    private static JsonValue caller(Caller caller) {
        Set<ListId> lists = caller.permittedLists();
        return JsonValue.object()
                .put("clientId", caller.clientId())
                .put("scope", caller.scope())
                // No lists are something else than no limit to lists.
                .putIfPresent(
                        "permittedLists",
                        lists == null
                                ? null
                                : JsonValue.array(texts(lists.stream()
                                        .map(ListId::value)
                                        .sorted()
                                        .toList())))
                .build();
    }

    private static Caller caller(JsonValue json) {
        Set<ListId> lists = json.find("permittedLists").isEmpty()
                ? null
                : texts(json, "permittedLists").stream().map(ListId::new).collect(Collectors.toSet());
        return new Caller(required(json, "clientId"), required(json, "scope"), lists);
    }

    private static JsonValue parameters(ExportParameters parameters) {
        return JsonValue.object()
                .putIfPresent("since", text(parameters.since()))
                .putIfPresent("until", text(parameters.until()))
                .putItems(
                        "patients",
                        texts(parameters.patients().stream()
                                .map(ResourceKey::reference)
                                .toList()))
                .putItems("elements", texts(parameters.elements()))
                .putItems("typeFilters", texts(parameters.typeFilters()))
                .put("separateStatus", parameters.separateStatus())
                .build();
    }

    private static ExportParameters parameters(JsonValue json) {
        return new ExportParameters(
                instant(json, "since"),
                instant(json, "until"),
                texts(json, "patients").stream()
                        .map(reference -> ResourceKey.ofReference(reference).orElseThrow(() -> broken("patients")))
                        .toList(),
                texts(json, "elements"),
                texts(json, "typeFilters"),
                json.find("separateStatus").flatMap(JsonValue::flag).orElse(false));
    }

    private static JsonValue file(OutputFile file) {
        Form gzip = file.gzip();
        return JsonValue.object()
                .put("type", file.type().code())
                .put("kind", file.kind().name())
                .put("count", file.count())
                .put("plain", form(file.plain()))
                .putIfPresent("gzip", gzip == null ? null : form(gzip))
                .build();
    }

    private static OutputFile file(JsonValue json) {
        return new OutputFile(
                new ResourceType(required(json, "type")),
                OutputFile.Kind.valueOf(required(json, "kind")),
                number(json, "count"),
                form(part(json, "plain")),
                json.find("gzip").map(ExportJobJson::form).orElse(null));
    }

    private static JsonValue form(Form form) {
        return JsonValue.object()
                .put("name", form.name())
                .put("bytes", form.bytes())
                .put("sha256", form.sha256())
                .build();
    }

    private static Form form(JsonValue json) {
        return new Form(required(json, "name"), number(json, "bytes"), required(json, "sha256"));
    }

    private static JsonValue message(Issue issue) {
        return JsonValue.object()
                .put("severity", issue.severity().name())
                .put("code", issue.code().code())
                .putIfPresent("text", issue.text())
                .putIfPresent("expression", issue.expression())
                .build();
    }

    private static Issue message(JsonValue json) {
        return new Issue(
                Severity.valueOf(required(json, "severity")),
                new IssueCode(required(json, "code")),
                json.text("text").orElse(null),
                json.text("expression").orElse(null));
    }

    private static List<String> codes(List<ResourceType> types) {
        return types.stream().map(ResourceType::code).toList();
    }

    private static List<ResourceType> types(JsonValue json, String name) {
        return texts(json, name).stream().map(ResourceType::new).toList();
    }

    private static List<JsonValue> texts(Collection<String> texts) {
        return texts.stream().<JsonValue>map(JsonValue::of).toList();
    }

    private static List<String> texts(JsonValue json, String name) {
        return json.items(name).stream()
                .map(item -> item.text().orElseThrow(() -> broken(name)))
                .toList();
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static @Nullable Instant instant(JsonValue json, String name) {
        return json.text(name).map(Instant::parse).orElse(null);
    }

    private static JsonValue part(JsonValue json, String name) {
        return json.find(name).orElseThrow(() -> broken(name));
    }

    private static String required(JsonValue json, String name) {
        return json.text(name).orElseThrow(() -> broken(name));
    }

    private static long number(JsonValue json, String name) {
        Optional<Long> number = json.find(name).flatMap(JsonValue::number);
        return number.orElseThrow(() -> broken(name));
    }

    private static LedgerException broken(String name) {
        return new LedgerException("a stored export job has no " + name + " that can be read");
    }
}
