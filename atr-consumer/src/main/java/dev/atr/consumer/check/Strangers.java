package dev.atr.consumer.check;

import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;

/** What a Producer shows to those who have no token. */
final class Strangers implements Probe {
    @Override
    public String name() {
        return "access without a token";
    }

    @Override
    public void look(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        Answer search = visit.getBare(visit.peer.at("Group?_summary=true"), Visit.FHIR);
        notes.expect("ATR-SEC-008", search.isRefusal(), "a search without a token: status " + search.status());
        notes.expect("FHIR-019", search.isOutcome(), "a refusal without a token comes without an OperationOutcome");
        HttpHeaders wrong = Visit.FHIR.with("Authorization", "Bearer " + Visit.NOBODY);
        Answer stranger = visit.sendBare(HttpCall.get(visit.peer.at("Group?_summary=true"), wrong));
        notes.expect(
                "SMART-035", stranger.isRefusal(), "a search with a token of nobody's: status " + stranger.status());
        HttpCall call =
                HttpCall.get(visit.peer.at("Group/" + Visit.NOBODY + "/$davinci-data-export"), ExportRun.ASYNCHRONOUS);
        Answer kickOff = visit.sendBare(call);
        ExportRun.drop(visit, call, kickOff);
        notes.expect(
                "ATR-EXP-020",
                kickOff.isRefusal() && kickOff.isOutcome(),
                "a kick-off without a token: status " + kickOff.status() + ", expected 4xx with an OperationOutcome");
    }
}
