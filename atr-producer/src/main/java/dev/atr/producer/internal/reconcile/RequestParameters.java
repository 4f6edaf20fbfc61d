package dev.atr.producer.internal.reconcile;

import dev.atr.core.Canonicals;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.ReconciliationJson;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ProviderNpi;
import dev.atr.core.reconcile.ProviderSelector;
import dev.atr.core.reconcile.ReconciliationParameters;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.Bodies;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.ParametersResource;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.net.URI;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one request, from the wire to what the guide allows them to mean. Whatever can't be read as exactly one
 * of its combinations is refused with a text that says what to change: a parameter that is left aside would change more
 * than was asked for (C-99).
 */
final class RequestParameters {
    private static final String ADD_FORMS =
            "give memberId with providerNpi, or patientReference with providerReference; attributionPeriod may be added"
                    + " to both.";
    private static final String REMOVE_FORMS =
            "give memberId, or memberId with providerNpi, or patientReference, or patientReference with"
                    + " providerReference, or these two with coverageReference.";
    private static final String STATUS_FORMS = "give memberId or patientReference.";

    private final ReconciliationParameters parameters;
    private final URI base;

    private RequestParameters(ReconciliationParameters parameters, URI base) {
        this.parameters = parameters;
        this.base = base;
    }

    static MemberAddRequest add(Call call, ReconciliationContext context) {
        return read(
                        call,
                        context,
                        Set.of("memberId", "providerNpi", "patientReference", "providerReference", "attributionPeriod"),
                        ADD_FORMS)
                .add();
    }

    static MemberRemoveRequest remove(Call call, ReconciliationContext context) {
        return read(
                        call,
                        context,
                        Set.of("memberId", "providerNpi", "patientReference", "providerReference", "coverageReference"),
                        REMOVE_FORMS)
                .remove();
    }

    static MemberSelector status(Call call, ReconciliationContext context) {
        return read(call, context, Set.of("memberId", "patientReference"), STATUS_FORMS)
                .status();
    }

    /** Checks that there are no parameters. */
    static void none(Call call, ReconciliationContext context) {
        ReconciliationParameters unused =
                read(call, context, Set.of(), "this operation takes no parameters.").parameters;
    }

    private static RequestParameters read(Call call, ReconciliationContext context, Set<String> served, String forms) {
        byte[] bytes = Bodies.read(call.request());
        if (bytes.length > 0) {
            MediaTypes.requireJson(call.request().headers(), context.version());
        }
        ReconciliationParameters read = ReconciliationParameters.NONE;
        for (ParametersResource.Entry entry : ParametersResource.read(bytes).entries()) {
            read = with(read, entry.name(), entry.type(), entry.value(), served, forms);
        }
        for (Parameter parameter : call.query().parameters()) {
            String name = parameter.name();
            if (Query.isGeneral(name)) {
                continue;
            }
            if (served.contains(name) && !name.endsWith("Reference")) {
                throw Refusal.of(
                                Reason.INVALID,
                                "Only references may stand in the address; send this one in a Parameters resource.")
                        .at(name);
            }
            read = with(read, name, "valueString", JsonValue.of(parameter.value()), served, forms);
        }
        return new RequestParameters(read, context.base());
    }

    private static ReconciliationParameters with(
            ReconciliationParameters read,
            String name,
            String type,
            JsonValue value,
            Set<String> served,
            String forms) {
        if (!served.contains(name)) {
            throw Refusal.of(Reason.NOT_SUPPORTED, "This parameter does not belong here: " + forms)
                    .at(Query.echoable(name));
        }
        try {
            return ReconciliationJson.read(read, name, type, value);
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.INVALID, "This parameter can't be read: " + e.getMessage() + ".")
                    .at(name);
        }
    }

    private MemberAddRequest add() {
        boolean byNumber = has("memberId") || has("providerNpi");
        boolean byReference = has("patientReference") || has("providerReference");
        if (byNumber && byReference) {
            throw mixed(ADD_FORMS);
        }
        if (byReference) {
            ResourceKey patient = patient(ADD_FORMS);
            ResourceKey provider = key(
                    "providerReference", parameters.providerReference(), ProviderSelector.TYPES, provider(ADD_FORMS));
            return withPeriod(() -> new MemberAddRequest.OfPatient(patient, provider, parameters.attributionPeriod()));
        }
        MemberId member = memberId("A member and a provider are needed: " + ADD_FORMS);
        ProviderNpi npi = npi(provider(ADD_FORMS));
        return withPeriod(() -> new MemberAddRequest.OfMember(member, npi, parameters.attributionPeriod()));
    }

    private MemberRemoveRequest remove() {
        boolean byNumber = has("memberId") || has("providerNpi");
        boolean byReference = has("patientReference") || has("providerReference") || has("coverageReference");
        if (byNumber && byReference) {
            throw mixed(REMOVE_FORMS);
        }
        if (!byReference) {
            MemberId member = memberId("A member is needed: " + REMOVE_FORMS);
            return has("providerNpi")
                    ? new MemberRemoveRequest.OfMemberAndProvider(member, npi(""))
                    : new MemberRemoveRequest.OfMember(member);
        }
        ResourceKey patient = patient(REMOVE_FORMS);
        if (!has("providerReference") && !has("coverageReference")) {
            return new MemberRemoveRequest.OfPatient(patient);
        }
        ResourceKey provider = key(
                "providerReference",
                parameters.providerReference(),
                ProviderSelector.TYPES,
                "With a coverage a provider is needed: " + REMOVE_FORMS);
        return has("coverageReference")
                ? new MemberRemoveRequest.OfCoverage(
                        patient,
                        provider,
                        key("coverageReference", parameters.coverageReference(), Set.of(ResourceType.COVERAGE), ""))
                : new MemberRemoveRequest.OfPatientAndProvider(patient, provider);
    }

    private MemberSelector status() {
        if (has("memberId") && has("patientReference")) {
            throw mixed(STATUS_FORMS);
        }
        return has("patientReference")
                ? new MemberSelector.ByPatient(patient(STATUS_FORMS))
                : new MemberSelector.ByMemberId(memberId("A member is needed: " + STATUS_FORMS));
    }

    private boolean has(String name) {
        return parameters.names().contains(name);
    }

    private static Refusal mixed(String forms) {
        return Refusal.of(Reason.INVALID, "Numbers and references are not mixed: " + forms)
                .at("Parameters.parameter");
    }

    private static String provider(String forms) {
        return "A provider is needed: " + forms;
    }

    private ResourceKey patient(String forms) {
        return key(
                "patientReference",
                parameters.patientReference(),
                Set.of(ResourceType.PATIENT),
                "A patient is needed: " + forms);
    }

    private MemberId memberId(String missing) {
        Identifier identifier = required(parameters.memberId(), missing);
        CodeableConcept type = identifier.type();
        boolean otherType = type != null && !type.codings().isEmpty() && !MemberId.isTyped(identifier);
        if (otherType) {
            throw value("memberId", "An identifier of type MB is expected, or one without a type.");
        }
        return checked(
                "memberId",
                "An identifier with a value is expected, and a system that is not empty if there is one.",
                () -> new MemberId(identifier.system(), text(identifier.value())));
    }

    private ProviderNpi npi(String missing) {
        Identifier identifier = required(parameters.providerNpi(), missing);
        if (identifier.system() != null && !identifier.system().equals(Canonicals.NPI)) {
            throw value("providerNpi", "An identifier of the system " + Canonicals.NPI + " is expected.");
        }
        return checked(
                "providerNpi", "An NPI of ten digits is expected.", () -> new ProviderNpi(text(identifier.value())));
    }

    /** Makes a request of parts of which only the period can be wrong any more. */
    private static MemberAddRequest withPeriod(Supplier<MemberAddRequest> request) {
        return checked(
                "attributionPeriod",
                "A period with a start is expected, and an end that is not before it if there is one.",
                request);
    }

    private ResourceKey key(String name, @Nullable Reference reference, Set<ResourceType> types, String missing) {
        String text = text(required(reference, missing).reference());
        String root = base + "/";
        String relative = text.startsWith(root) ? text.substring(root.length()) : text;
        return ResourceKey.ofReference(relative)
                .filter(key -> key.reference().equals(relative) && types.contains(key.type()))
                .orElseThrow(() -> value(
                        name, "A literal reference such as " + sample(types) + "/123 is expected, without a version."));
    }

    private static String sample(Set<ResourceType> types) {
        return types.stream().map(ResourceType::code).sorted().toList().get(0);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <T> T required(@Nullable T value, String missing) {
        if (value == null) {
            throw Refusal.of(Reason.REQUIRED, missing).at("Parameters.parameter");
        }
        return value;
    }

    private static <T> T checked(String name, String expected, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw value(name, expected);
        }
    }

    private static Refusal value(String name, String expected) {
        return Refusal.of(Reason.VALUE, expected).at(name);
    }
}
