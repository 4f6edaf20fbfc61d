package dev.atr.consumer.export;

import dev.atr.consumer.internal.FhirPeer;
import dev.atr.consumer.peer.ExportOptions;
import dev.atr.consumer.peer.ExportOptions.ExportTypeForm;
import dev.atr.consumer.peer.ExportOptions.Method;
import dev.atr.consumer.peer.ExportOptions.TypeList;
import dev.atr.consumer.peer.ExportOptions.TypeParameter;
import dev.atr.core.Canonicals;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kick-off request, in the forms that peers differ about: two operations, two methods, two names of a parameter. Forms
 * are tried in order, and only a refusal that may be one of the form leads to the next one, so that no export is ever begun
 * twice. The form that was taken comes first the next time. Thread-safe.
 */
final class KickOff {
    private final FhirPeer peer;
    private final ExportOptions options;
    private volatile @Nullable Form taken;

    KickOff(FhirPeer peer, ExportOptions options) {
        this.peer = peer;
        this.options = options;
    }

    /** Sends the kick-off and returns the reply's status address. */
    URI send(ExportRequest request) throws InterruptedException {
        List<Form> untried = forms(request);
        AtrException firstRefusal = null;
        while (true) {
            Form form = untried.remove(0);
            HttpCall call = form.isPost() ? post(request, form) : get(request, form);
            try (HttpReply reply = peer.send(call, true)) {
                int status = reply.status();
                if (status == 202) {
                    URI statusUrl = statusUrl(reply, call.uri());
                    taken = form;
                    return statusUrl;
                }
                if (status < 300) {
                    throw new ProtocolException("kick-off: expected 202 with Content-Location, got " + status);
                }
                untried.removeIf(other -> !form.mayBeOtherwise(status, other));
                AtrException refusal = peer.failure("kick-off", reply);
                // Of several refusals of what was asked, the first is of what we meant to ask.
                if (firstRefusal == null && isOfContent(status)) {
                    firstRefusal = refusal;
                }
                if (untried.isEmpty()) {
                    throw isOfContent(status) && firstRefusal != null ? firstRefusal : refusal;
                }
            }
        }
    }

    private static boolean isOfContent(int status) {
        return status == 400 || status == 422;
    }

    private List<Form> forms(ExportRequest request) {
        List<String> operations = switch (options.operation()) {
            case AUTO -> List.of("$davinci-data-export", "$export");
            case DAVINCI_DATA_EXPORT -> List.of("$davinci-data-export");
            case EXPORT -> List.of("$export");
        };
        boolean postFirst = options.method() == Method.POST
                || (options.method() == Method.AUTO && !request.patients().isEmpty());
        List<Form> forms = new ArrayList<>();
        for (String operation : operations) {
            forms.addAll(forms(operation, postFirst));
            if (options.method() == Method.AUTO) {
                forms.addAll(forms(operation, !postFirst));
            }
        }
        Form last = taken;
        // Bulk Data has patients in POST alone, so a GET that was taken without them says nothing.
        if (last != null && (last.isPost() || !postFirst) && forms.remove(last)) {
            forms.add(0, last);
        }
        return forms;
    }

    private List<Form> forms(String operation, boolean isPost) {
        List<TypeParameter> names = options.typeParameter() == TypeParameter.AUTO
                ? List.of(TypeParameter.TYPE, TypeParameter.RESOURCE_TYPES)
                : List.of(options.typeParameter());
        // In an address everything is text.
        List<ExportTypeForm> values = options.exportTypeForm() == ExportTypeForm.AUTO && isPost
                ? List.of(ExportTypeForm.AUTO, ExportTypeForm.STRING)
                : List.of(options.exportTypeForm());
        List<Form> forms = new ArrayList<>();
        for (TypeParameter name : names) {
            for (ExportTypeForm value : operation.equals("$export") ? values.subList(0, 1) : values) {
                forms.add(new Form(operation, isPost, name, value));
            }
        }
        return forms;
    }

    private URI statusUrl(HttpReply reply, URI kickOff) {
        String location = reply.headers()
                .first("Content-Location")
                .orElseThrow(
                        () -> new ProtocolException("kick-off: expected 202 with Content-Location, got 202 without"));
        URI statusUrl = peer.named("kick-off: Content-Location", kickOff, location);
        if (!peer.mayReceiveToken(statusUrl)) {
            throw new ProtocolException("kick-off: Content-Location is on an origin that may not receive our token");
        }
        return statusUrl;
    }

    private HttpCall get(ExportRequest request, Form form) {
        QueryParameters query = QueryParameters.none();
        if (form.sendsExportType()) {
            query = query.with("exportType", Canonicals.EXPORT_TYPE);
        }
        for (String name : form.typeParameters()) {
            for (String value : typeValues(request)) {
                query = query.with(name, value);
            }
        }
        if (request.since() != null) {
            query = query.with("_since", request.since().toString());
        }
        if (request.until() != null) {
            query = query.with("_until", request.until().toString());
        }
        for (String elements : listed(request.elements())) {
            query = query.with("_elements", elements);
        }
        for (String filter : request.typeFilters()) {
            query = query.with("_typeFilter", filter);
        }
        for (ResourceKey patient : request.patients()) {
            query = query.with("patient", patient.reference());
        }
        return HttpCall.get(URI.create(address(request, form) + "?" + query.encode()), headers());
    }

    private HttpCall post(ExportRequest request, Form form) throws InterruptedException {
        List<JsonValue> parameters = new ArrayList<>();
        if (form.sendsExportType()) {
            parameters.add(parameter("exportType", exportTypeProperty(form), JsonValue.of(Canonicals.EXPORT_TYPE)));
        }
        for (String name : form.typeParameters()) {
            for (String value : typeValues(request)) {
                parameters.add(parameter(name, "valueString", JsonValue.of(value)));
            }
        }
        if (request.since() != null) {
            parameters.add(parameter(
                    "_since", "valueInstant", JsonValue.of(request.since().toString())));
        }
        if (request.until() != null) {
            parameters.add(parameter(
                    "_until", "valueInstant", JsonValue.of(request.until().toString())));
        }
        for (String elements : listed(request.elements())) {
            parameters.add(parameter("_elements", "valueString", JsonValue.of(elements)));
        }
        for (String filter : request.typeFilters()) {
            parameters.add(parameter("_typeFilter", "valueString", JsonValue.of(filter)));
        }
        for (ResourceKey patient : request.patients()) {
            parameters.add(parameter(
                    "patient",
                    "valueReference",
                    JsonValue.object().put("reference", patient.reference()).build()));
        }
        byte[] body = JsonValue.object()
                .put("resourceType", "Parameters")
                .putItems("parameter", parameters)
                .build()
                .toBytes();
        return HttpCall.post(address(request, form), headers().with("Content-Type", "application/fhir+json"), body);
    }

    private HttpHeaders headers() {
        String prefer = options.separateStatus() ? "respond-async, separate-export-status" : "respond-async";
        return HttpHeaders.of("Accept", "application/fhir+json", "Prefer", prefer);
    }

    private static JsonValue parameter(String name, String property, JsonValue value) {
        return JsonValue.object().put("name", name).put(property, value).build();
    }

    private URI address(ExportRequest request, Form form) {
        return peer.at("Group/" + request.list().value() + "/" + form.operation());
    }

    private List<String> typeValues(ExportRequest request) {
        return listed(request.types().stream().map(ResourceType::code).toList());
    }

    /** Returns the values of one list parameter: all in one, or one each. */
    private List<String> listed(List<String> values) {
        return options.typeList() == TypeList.REPEATED || values.isEmpty() ? values : List.of(String.join(",", values));
    }

    private String exportTypeProperty(Form form) throws InterruptedException {
        return switch (form.exportTypeForm()) {
            case AUTO -> peer.version() == FhirVersion.STU3 ? "valueUri" : "valueCanonical";
            case CANONICAL -> "valueCanonical";
            case URI -> "valueUri";
            case STRING -> "valueString";
        };
    }

    /** One way to send the same request. */
    private record Form(String operation, boolean isPost, TypeParameter typeParameter, ExportTypeForm exportTypeForm) {
        boolean sendsExportType() {
            return !operation.equals("$export");
        }

        List<String> typeParameters() {
            return switch (typeParameter) {
                case AUTO, TYPE -> List.of("_type");
                case RESOURCE_TYPES -> List.of("resourceTypes");
                case BOTH -> List.of("_type", "resourceTypes");
            };
        }

        /** Returns whether another form may be taken where this one was answered with a status. */
        boolean mayBeOtherwise(int status, Form other) {
            boolean sameOperation = operation.equals(other.operation);
            boolean sameRequest = sameOperation && isPost == other.isPost;
            return switch (status) {
                case 404, 501 -> !sameOperation;
                case 405, 415 -> !sameRequest;
                case 400, 422 -> sameRequest;
                default -> false;
            };
        }
    }
}
