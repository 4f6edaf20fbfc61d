package dev.atr.producer.internal.creation;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import java.util.List;
import java.util.Objects;

/** How creations and deletions are answered, whatever is created. */
final class Answers {
    private final CreationContext context;
    private final Replies replies;

    Answers(CreationContext context) {
        this.context = context;
        this.replies = new Replies(context.version());
    }

    /**
     * Sees to it that a client does not fill the payer's system.
     *
     * @throws Refusal when it has created as much as it may for now
     */
    void requireRoom(Call call) {
        context.creations().wait(call.caller().clientId()).ifPresent(wait -> {
            throw Refusal.of(
                            Reason.THROTTLED,
                            "This client has created as much as it may for now; wait, and create the rest then.")
                    .retryAfter(wait);
        });
    }

    /**
     * Returns what there is now, created or there before.
     *
     * @throws Refusal when there is nothing, or too much
     */
    static <T> T content(Creation<T> creation) {
        return switch (creation.kind()) {
            case CREATED, EXISTS -> Objects.requireNonNull(creation.content());
            case SEVERAL_EXIST ->
                throw Refusal.of(Reason.SEVERAL, "Several lists fit the condition; name the one.")
                        .at("If-None-Exist");
            case DECLINED -> throw Refusal.of(Reason.UNPROCESSABLE, Objects.requireNonNull(creation.reason()));
        };
    }

    /** Returns the answer to a creation, in the form that the client prefers. */
    FhirResponse created(Call call, ResourceKey key, boolean anew, Versions versions, byte[] json) {
        if (anew) {
            context.creations().count(call.caller().clientId());
            record(call, key, "/" + key.type(), "CREATED");
        }
        int status = anew ? 201 : 200;
        FhirResponse response;
        if (call.preferences().returnsMinimal()) {
            response = FhirResponse.of(status, versions.headers());
        } else if (call.preferences().returnsOutcome()) {
            response = replies.outcome(status, call.contentType(), said(anew ? "It was created." : "It was there."));
        } else {
            response = replies.json(status, call.contentType(), json);
        }
        for (String name : versions.headers().map().keySet()) {
            response = response.with(name, versions.headers().first(name).orElseThrow());
        }
        String version = versions.version();
        return response.with(
                "Location", context.base() + "/" + key.reference() + (version == null ? "" : "/_history/" + version));
    }

    /** Returns the answer to a deletion; one that was done before is no error. */
    FhirResponse deleted(Call call, ResourceKey key, Deletion deletion, Refusal unknown) {
        if (deletion.kind() == Deletion.Kind.DELETED) {
            record(call, key, "/" + key.type() + "/{id}", "DELETED");
        }
        return switch (deletion.kind()) {
            case DELETED, ALREADY_DELETED ->
                call.preferences().returnsOutcome()
                        ? replies.outcome(200, call.contentType(), said("It is deleted."))
                        : FhirResponse.of(204, HttpHeaders.none());
            case UNKNOWN -> throw unknown;
            case OTHER_VERSION ->
                throw Refusal.of(Reason.PRECONDITION, "It has another version now: read it again, and then decide.")
                        .at("If-Match");
            case DECLINED -> throw Refusal.of(Reason.UNPROCESSABLE, Objects.requireNonNull(deletion.reason()));
        };
    }

    /** The trail names lists by their ids; those of resources may be known to tell who somebody is. */
    private void record(Call call, ResourceKey key, String route, String effect) {
        context.auditTrail()
                .record(AuditEvent.granted(
                                context.clock().instant(),
                                AuditEvent.Kind.CHANGE,
                                call.caller().clientId(),
                                route)
                        .withDetail(effect + (key.type().equals(ResourceType.GROUP) ? ", list " + key.id() : "")));
    }

    private static OperationOutcome said(String text) {
        return new OperationOutcome(List.of(new Issue(Severity.INFORMATION, IssueCode.INFORMATIONAL, text, null)));
    }
}
