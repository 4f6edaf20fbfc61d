package dev.atr.producer.internal.reconcile;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.RemoveEffect;

/**
 * {@code POST [base]/Group/[id]/$member-remove}.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-member-remove.html">ATR 2.1.0</a>
 */
public final class MemberRemoveOperation {
    private final ReconciliationContext context;
    private final ChangeReplies replies;

    /** Creates the operation. */
    public MemberRemoveOperation(ReconciliationContext context) {
        this.context = context;
        this.replies = new ChangeReplies(context, "$member-remove");
    }

    /** Answers a call. */
    public FhirResponse answer(Call call) {
        ListId list = replies.list(call, "u");
        MemberRemoveRequest request = RequestParameters.remove(call, context);
        return replies.answer(
                call,
                request.parameters(),
                context.reconciliation().memberRemove(call.caller(), list, request, call.ifMatch(), context.policy()),
                200,
                MemberRemoveOperation::said);
    }

    private static OperationOutcome said(Change<RemoveEffect> change) {
        String rows = change.rows() == 1 ? "One row was " : change.rows() + " rows were ";
        return OperationOutcome.information(
                switch (change.effect()) {
                    case REMOVED -> rows + "removed.";
                    case MARKED_INACTIVE -> rows + "marked inactive.";
                    case ALREADY_INACTIVE -> "The member is inactive already; nothing was changed.";
                });
    }
}
