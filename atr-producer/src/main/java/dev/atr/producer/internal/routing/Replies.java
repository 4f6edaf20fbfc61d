package dev.atr.producer.internal.routing;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.json.OutcomeJson;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;

/** Makes responses of the parts that all of them share. Immutable. */
public final class Replies {
    private final FhirVersion version;

    /** Creates the maker of responses in a FHIR version. */
    public Replies(FhirVersion version) {
        this.version = version;
    }

    /** Returns a response of one JSON document. */
    public FhirResponse json(int status, String contentType, byte[] json) {
        return new FhirResponse(status, HttpHeaders.of("Content-Type", contentType), FhirResponse.Body.of(json));
    }

    /** Returns a response of an OperationOutcome. */
    public FhirResponse outcome(int status, String contentType, OperationOutcome outcome) {
        return json(status, contentType, OutcomeJson.write(outcome, version));
    }

    /** Returns the response to a request that is refused. */
    public FhirResponse refusal(Refusal refusal, String contentType) {
        FhirResponse response = outcome(refusal.status(), contentType, refusal.outcome());
        for (String name : refusal.headers().map().keySet()) {
            response = response.with(name, refusal.headers().first(name).orElseThrow());
        }
        return response;
    }
}
