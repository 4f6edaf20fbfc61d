package dev.atr.producer.internal.routing;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that is not answered with what it asked for. Caught in one place and turned into an OperationOutcome. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String text;
    private final @Nullable String expression;
    private final transient HttpHeaders headers;
    private final transient @Nullable Denial denial;
    private final transient @Nullable OperationOutcome issues;

    private Refusal(
            Reason reason, String text, @Nullable String expression, HttpHeaders headers, @Nullable Denial denial) {
        this(reason, text, expression, headers, denial, null);
    }

    private Refusal(
            Reason reason,
            String text,
            @Nullable String expression,
            HttpHeaders headers,
            @Nullable Denial denial,
            @Nullable OperationOutcome issues) {
        super(text, null, false, false);
        this.reason = reason;
        this.text = text;
        this.expression = expression;
        this.headers = headers;
        this.denial = denial;
        this.issues = issues;
    }

    /**
     * What the audit trail is told of a refusal that is about access.
     *
     * @param kind what it is about
     * @param reason why, in the words of {@link AuditEvent}
     * @param clientId the client that a refused token names; absent when none does, or the client is authenticated
     */
    record Denial(
            AuditEvent.Kind kind, String reason, @Nullable String clientId) {}

    /**
     * Returns a refusal.
     *
     * @param reason why
     * @param text what is wrong and what to change; never a submitted value
     */
    public static Refusal of(Reason reason, String text) {
        return new Refusal(reason, text, null, HttpHeaders.none(), null);
    }

    /**
     * Returns a refusal of several issues.
     *
     * @param reason why
     * @param issues what is wrong and what to change; never a submitted value
     */
    public static Refusal of(Reason reason, OperationOutcome issues) {
        return new Refusal(reason, "several rules are broken", null, HttpHeaders.none(), null, issues);
    }

    /** Returns the refusal of a path behind which there is nothing for this client. */
    public static Refusal notFound() {
        return of(Reason.NOT_FOUND, "There is nothing at this address.");
    }

    /**
     * Returns the refusal of what is another client's, or nobody's: both are answered alike (C-85).
     *
     * @param what {@code list}, {@code resource} or {@code job}
     * @param text what there is none of
     */
    public static Refusal hidden(String what, String text) {
        return of(Reason.NOT_FOUND, text).denied(AuditEvent.Kind.LIST, what, null);
    }

    /**
     * Returns the refusal of a person who is not there for this client, whether or not for another. The audit trail is
     * told: many of these in a row are somebody's tries.
     *
     * @param reason {@link Reason#NOT_FOUND} or {@link Reason#UNRESOLVED}
     * @param text what there is none of
     */
    public static Refusal missing(Reason reason, String text) {
        return of(reason, text).denied(AuditEvent.Kind.LIST, "member", null);
    }

    /**
     * Returns the refusal of a Subscription to a list that the client may not see, or that is not there (C-55).
     *
     * @param status 401 or 403
     * @param text what the client may not do
     */
    public static Refusal ofSubscription(int status, String text) {
        return of(status == Reason.SCOPE.status() ? Reason.SCOPE : Reason.SUBSCRIPTION, text)
                .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")
                .denied(AuditEvent.Kind.LIST, "list", null);
    }

    /** Returns a copy of which the audit trail is told. */
    Refusal denied(AuditEvent.Kind kind, String why, @Nullable String clientId) {
        return new Refusal(reason, text, expression, headers, new Denial(kind, why, clientId));
    }

    /** Returns a copy that names the parameter or element at fault. */
    public Refusal at(String where) {
        return new Refusal(reason, text, where, headers, denial);
    }

    /** Returns a copy with a response header. */
    public Refusal with(String header, String value) {
        return new Refusal(reason, text, expression, headers.with(header, value), denial);
    }

    /** Returns a copy that asks to wait, in whole seconds, rounded up: clients busy-poll on a date. */
    public Refusal retryAfter(Duration wait) {
        return with(
                "Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
    }

    /** Returns the HTTP status. */
    public int status() {
        return reason.status();
    }

    /** Returns what the audit trail is told; absent when the refusal is not about access. */
    @Nullable
    Denial denial() {
        return denial;
    }

    /** Returns the response headers beside those that every response has. */
    public HttpHeaders headers() {
        return headers;
    }

    /** Returns the body. */
    public OperationOutcome outcome() {
        if (issues != null) {
            return issues;
        }
        return new OperationOutcome(List.of(new Issue(Severity.ERROR, reason.code(), text, expression)));
    }
}
