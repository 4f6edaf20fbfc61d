package dev.atr.producer.internal.reconcile;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.spi.reconcile.AddEffect;

/**
 * {@code POST [base]/Group/[id]/$member-add}.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-member-add.html">ATR 2.1.0</a>
 */
public final class MemberAddOperation {
    private final ReconciliationContext context;
    private final ChangeReplies replies;

    /** Creates the operation. */
    public MemberAddOperation(ReconciliationContext context) {
        this.context = context;
        this.replies = new ChangeReplies(context, "$member-add");
    }

    /** Answers a call. */
    public FhirResponse answer(Call call) {
        ListId list = replies.list(call, "u");
        MemberAddRequest request = RequestParameters.add(call, context);
        return replies.answer(
                call,
                request.parameters(),
                context.reconciliation().memberAdd(call.caller(), list, request, call.ifMatch(), context.policy()),
                200,
                change -> said(change.effect()));
    }

    private static OperationOutcome said(AddEffect effect) {
        return OperationOutcome.information(
                switch (effect) {
                    case ADDED -> "The member was added.";
                    case CHANGED -> "The member was on the list; the period of the row was changed.";
                    case ALREADY_THERE -> "The member is on the list already; nothing was changed.";
                });
    }
}
