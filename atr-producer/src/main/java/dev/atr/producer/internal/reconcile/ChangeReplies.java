package dev.atr.producer.internal.reconcile;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.reconcile.ReconciliationParameters;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.internal.discovery.GroupView;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.ReconciliationRefusal;
import java.util.function.Function;

/** What the operations have in common: who may call, and how outcomes are answered (C-26, C-27). */
final class ChangeReplies {
    private final ReconciliationContext context;
    private final String operation;
    private final Replies replies;

    ChangeReplies(ReconciliationContext context, String operation) {
        this.context = context;
        this.operation = operation;
        this.replies = new Replies(context.version());
    }

    /**
     * Returns the list that is called, when the client may change it.
     *
     * @param right the letter that its token needs on Group
     */
    ListId list(Call call, String right) {
        call.require(ResourceType.GROUP, right);
        ListId list = new ListId(call.variable(0));
        if (context.backend().find(call.caller(), list).isEmpty()) {
            throw noSuchList();
        }
        context.misses().wait(call.caller().clientId()).ifPresent(wait -> {
            throw Refusal.of(Reason.THROTTLED, "Too many requests named somebody in vain; wait.")
                    .retryAfter(wait);
        });
        return list;
    }

    /**
     * Returns the answer to a change.
     *
     * @param asked the parameters, of which a refusal names the one at fault
     * @param status the HTTP status when it was done
     * @param said what is said then
     */
    <E extends Enum<E>> FhirResponse answer(
            Call call,
            ReconciliationParameters asked,
            Outcome<Change<E>> outcome,
            int status,
            Function<Change<E>, OperationOutcome> said) {
        Change<E> change = done(call, asked, outcome, Reason.UNRESOLVED);
        AttributionList list = change.list();
        context.auditTrail()
                .record(AuditEvent.granted(
                                context.clock().instant(),
                                AuditEvent.Kind.CHANGE,
                                call.caller().clientId(),
                                "/Group/{id}/" + operation)
                        .withDetail(change.effect() + ", list " + list.id() + ", version " + list.version()));
        FhirResponse response = preferred(call, list, status, said.apply(change));
        for (String name : headers(list).map().keySet()) {
            response = response.with(name, headers(list).first(name).orElseThrow());
        }
        return list.version() == null
                ? response
                : response.with(
                        "Location", context.base() + "/" + list.id().key().reference() + "/_history/" + list.version());
    }

    private static HttpHeaders headers(AttributionList list) {
        return new Versions(list.version(), list.lastUpdated()).headers();
    }

    private FhirResponse preferred(Call call, AttributionList list, int status, OperationOutcome said) {
        if (call.preferences().returnsMinimal()) {
            return FhirResponse.of(status == 200 ? 204 : status, HttpHeaders.none());
        }
        if (call.preferences().returnsRepresentation()) {
            byte[] summary = GroupJson.header(GroupView.SUMMARY.of(list), context.version(), true);
            return replies.json(status, call.contentType(), summary);
        }
        return replies.outcome(status, call.contentType(), said);
    }

    /**
     * Returns what there is when it was done.
     *
     * @param asked the parameters, of which a refusal names the one at fault
     * @param notOnList what a person is who is not on the list
     * @throws Refusal when it was not
     */
    <T> T done(Call call, ReconciliationParameters asked, Outcome<T> outcome, Reason notOnList) {
        return outcome.map(
                result -> result,
                reason -> {
                    if (!asked.names().isEmpty()) {
                        context.misses().count(call.caller().clientId());
                    }
                    throw Refusal.of(Reason.UNPROCESSABLE, reason);
                },
                why -> {
                    if (tellsAboutSomebody(why)) {
                        context.misses().count(call.caller().clientId());
                    }
                    throw refusal(why, asked, notOnList);
                });
    }

    /**
     * Returns whether whoever tries numbers learns something from a refusal. That nobody is there is the least of it: others
     * say that somebody is.
     */
    private static boolean tellsAboutSomebody(ReconciliationRefusal why) {
        return switch (why) {
            case NO_SUCH_LIST, VERSION_CONFLICT, LIST_IS_FINAL -> false;
            case UNKNOWN_PROVIDER,
                    SEVERAL_PROVIDERS,
                    UNKNOWN_MEMBER,
                    SEVERAL_MEMBERS,
                    NO_COVERAGE,
                    SEVERAL_COVERAGES,
                    NOT_ON_LIST -> true;
        };
    }

    private static Refusal noSuchList() {
        return Refusal.hidden("list", "No attribution list with this id is available to the client.");
    }

    private static Refusal refusal(ReconciliationRefusal why, ReconciliationParameters asked, Reason notOnList) {
        String member = asked.memberId() == null ? "patientReference" : "memberId";
        String provider = asked.providerNpi() == null ? "providerReference" : "providerNpi";
        return switch (why) {
            case NO_SUCH_LIST -> noSuchList();
            case VERSION_CONFLICT ->
                Refusal.of(Reason.PRECONDITION, "The list has another version now: read it again, and then decide.")
                        .at("If-Match");
            case LIST_IS_FINAL ->
                Refusal.of(
                                Reason.UNPROCESSABLE,
                                "The list is final; members can no longer be added or removed. Ask the payer to reopen it.")
                        .at("Group.extension(attributionListStatus)");
            case UNKNOWN_PROVIDER ->
                Refusal.of(Reason.UNRESOLVED, "No provider of this number or reference is known to the plan.")
                        .at(provider);
            case SEVERAL_PROVIDERS ->
                Refusal.of(
                                Reason.AMBIGUOUS,
                                "Several providers have this number; name the one by reference, and the member too.")
                        .at(provider);
            case UNKNOWN_MEMBER ->
                Refusal.missing(Reason.UNRESOLVED, "No member of this number or reference is known to the plan.")
                        .at(member);
            case SEVERAL_MEMBERS ->
                Refusal.of(Reason.AMBIGUOUS, "Several members have this number; give its system, or a reference.")
                        .at(member);
            case NO_COVERAGE ->
                Refusal.of(
                                Reason.UNRESOLVED,
                                "The member has no active coverage by this plan in the period; name one in which there is.")
                        .at("attributionPeriod");
            case SEVERAL_COVERAGES ->
                Refusal.of(
                                Reason.AMBIGUOUS,
                                "The member has several active coverages in the period; the row cannot be determined. Name a"
                                        + " period in which there is one.")
                        .at("attributionPeriod");
            case NOT_ON_LIST ->
                Refusal.missing(notOnList, "There is no such row on this list.").at(member);
        };
    }
}
