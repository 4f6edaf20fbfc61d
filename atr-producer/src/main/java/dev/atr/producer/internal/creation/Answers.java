package dev.atr.producer.internal.creation;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import java.net.URI;
import java.util.List;
import java.util.Objects;

/** How creations and deletions are answered, whatever is created. */
final class Answers {
    private final URI base;
    private final Replies replies;

    Answers(URI base, FhirVersion version) {
        this.base = base;
        this.replies = new Replies(version);
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
                "Location", base + "/" + key.reference() + (version == null ? "" : "/_history/" + version));
    }

    /** Returns the answer to a deletion; one that was done before is no error. */
    FhirResponse deleted(Call call, Deletion deletion, Refusal unknown) {
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

    private static OperationOutcome said(String text) {
        return new OperationOutcome(List.of(new Issue(Severity.INFORMATION, IssueCode.INFORMATIONAL, text, null)));
    }
}
