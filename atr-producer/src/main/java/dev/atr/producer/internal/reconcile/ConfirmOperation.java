package dev.atr.producer.internal.reconcile;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.reconcile.ReconciliationParameters;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.spi.reconcile.ConfirmEffect;
import java.util.List;

/**
 * {@code POST [base]/Group/[id]/$confirm-attribution-list}.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-confirm-attribution-list.html">ATR 2.1.0</a>
 */
public final class ConfirmOperation {
    private final ReconciliationContext context;
    private final ChangeReplies replies;

    /** Creates the operation. */
    public ConfirmOperation(ReconciliationContext context) {
        this.context = context;
        this.replies = new ChangeReplies(context, "$confirm-attribution-list");
    }

    /** Answers a call. */
    public FhirResponse answer(Call call) {
        ListId list = replies.list(call, "u");
        RequestParameters.none(call, context);
        return replies.answer(
                call,
                ReconciliationParameters.NONE,
                context.reconciliation().confirmAttributionList(call.caller(), list, call.ifMatch(), context.policy()),
                context.confirmStatus(),
                change -> said(change.effect()));
    }

    private static OperationOutcome said(ConfirmEffect effect) {
        return switch (effect) {
            case FINALISED -> OperationOutcome.information("Confirmation received; the list is now final.");
            case ALREADY_FINAL -> OperationOutcome.information("Confirmation received; the list is final already.");
            case STAYS_OPEN -> OperationOutcome.information("Confirmation received; the list stays as it is.");
            case STAYS_DRAFT ->
                new OperationOutcome(List.of(new Issue(
                        Severity.WARNING,
                        IssueCode.BUSINESS_RULE,
                        "Confirmation received; the list has no members and stays a draft.",
                        null)));
        };
    }
}
