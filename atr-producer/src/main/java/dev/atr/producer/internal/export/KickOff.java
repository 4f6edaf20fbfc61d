package dev.atr.producer.internal.export;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirResponse;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.ExportOption;
import dev.atr.producer.internal.routing.Bodies;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportParameters;
import dev.atr.producer.spi.ListSnapshot;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [base]/Group/[id]/$davinci-data-export}, and the plain {@code $export}, by {@code GET} or {@code POST}.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Bulk Data Kick-off Request"</a>
 */
public final class KickOff {
    private static final int ID_BYTES = 20;

    private final Exports exports;
    private final ExportContext context;
    private final Map<String, ExportType> exportTypes;
    private final Replies replies;
    private final SecureRandom random = new SecureRandom();

    /**
     * Creates the operation.
     *
     * @param exports takes the jobs in
     * @param context what all parts of an export share
     * @param exportTypes the kinds of export by name
     */
    public KickOff(Exports exports, ExportContext context, Map<String, ExportType> exportTypes) {
        this.exports = exports;
        this.context = context;
        this.exportTypes = Map.copyOf(exportTypes);
        this.replies = new Replies(context.version());
    }

    /** Answers {@code $davinci-data-export}. */
    public FhirResponse attribution(Call call) {
        return kickOff(call, "$davinci-data-export", false);
    }

    /** Answers the plain {@code $export}. */
    public FhirResponse plain(Call call) {
        return kickOff(call, "$export", true);
    }

    private FhirResponse kickOff(Call call, String operation, boolean plain) {
        if (context.has(ExportOption.REQUIRE_PREFER) && !call.preferences().respondAsync()) {
            throw Refusal.of(Reason.REQUIRED, "Exports are asynchronous: send Prefer: respond-async.")
                    .at("Prefer");
        }
        call.require(ResourceType.GROUP, "r");
        ListId list = new ListId(call.variable(0));
        if (context.backend().find(call.caller(), list).isEmpty()) {
            throw Refusal.hidden("list", "No attribution list with this id is available to the client.");
        }
        KickOffRequest request = covered(call, KickOffRequest.of(parameters(call), call, context, exportTypes, plain));
        requireSomething(call.caller(), list, request.parameters());

        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String query = call.query().text();
        String address =
                context.base() + "/" + list.key().reference() + "/" + operation + (query.isEmpty() ? "" : "?" + query);
        ExportJob job = new ExportJob(
                HexFormat.of().formatHex(id),
                call.caller(),
                list,
                request.exportType().name(),
                request.types(),
                request.parameters(),
                URI.create(address),
                context.clock().instant(),
                ExportJob.State.RUNNING,
                0,
                "waiting",
                null,
                List.of(),
                request.messages(),
                null,
                null);
        exports.start(job);

        FhirResponse accepted = replies.outcome(
                        202, call.contentType(), OperationOutcome.information("Export accepted."))
                .with("Content-Location", context.base() + "/$export-status/" + job.id());
        if (call.preferences().separateExportStatus()) {
            return accepted.with("Preference-Applied", "respond-async, separate-export-status");
        }
        return call.preferences().respondAsync() ? accepted.with("Preference-Applied", "respond-async") : accepted;
    }

    /** Refuses what would export nothing: a time before the list, or nobody but strangers (C-08). */
    private void requireSomething(Caller caller, ListId list, ExportParameters parameters) {
        if (!Slices.isLimited(parameters)) {
            return;
        }
        Optional<ListSnapshot> opened = Slices.open(context.backend(), caller, list, parameters);
        try (ListSnapshot snapshot = opened.orElseThrow(() ->
                Refusal.of(Reason.VALUE, "There was no such list at that time.").at("_until"))) {
            int strangers = Slices.strangers(snapshot, parameters, () -> {}).size();
            boolean refused = context.has(ExportOption.REFUSE_UNKNOWN_PATIENTS)
                    ? strangers > 0
                    : strangers == parameters.patients().size();
            if (strangers > 0 && refused) {
                throw Refusal.of(
                                Reason.UNPROCESSABLE,
                                strangers + " of the " + parameters.patients().size()
                                        + " patients named are no members of the list.")
                        .at(PatientParameter.NAME);
            }
        }
    }

    private Query parameters(Call call) {
        if (!call.request().method().equals("POST")) {
            return call.query();
        }
        byte[] bytes = Bodies.read(call.request());
        if (bytes.length > 0) {
            MediaTypes.requireJson(call.request().headers(), context.version());
        }
        Query body = ParametersBody.read(bytes);
        for (Parameter parameter : body.parameters()) {
            if (call.query().has(parameter.name())) {
                throw Refusal.of(Reason.INVALID, "A parameter must not stand in the address and in the body.")
                        .at(Query.echoable(parameter.name()));
            }
        }
        return call.query().and(body);
    }

    /** Types without a scope lead to a refusal when the client needs or named them; else they are left out (C-52). */
    private static KickOffRequest covered(Call call, KickOffRequest request) {
        List<ResourceType> missing = ExportScopes.missing(call.scopes(), request.types());
        List<ResourceType> needed = missing.stream()
                .filter(type -> request.explicit() || request.minimum().contains(type))
                .toList();
        if (!needed.isEmpty()) {
            throw Call.insufficient(needed);
        }
        return missing.isEmpty() ? request : request.without(missing);
    }
}
