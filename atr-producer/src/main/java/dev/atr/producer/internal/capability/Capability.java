package dev.atr.producer.internal.capability;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Replies;

/** {@code GET [base]/metadata} and {@code GET [base]/SearchParameter/Group-name}. */
public final class Capability {
    private final byte[] statement;
    private final byte[] nameParameter;
    private final FhirVersion version;
    private final Replies replies;

    /** Creates the answers once; they change with the configuration only. */
    public Capability(CapabilityDocuments documents, FhirVersion version) {
        this.statement = documents.statement().toBytes();
        this.nameParameter = documents.nameParameter().toBytes();
        this.version = version;
        this.replies = new Replies(version);
    }

    /** Answers anybody with the CapabilityStatement. */
    public FhirResponse statement(FhirRequest request) {
        return replies.json(200, MediaTypes.negotiated(request, version), statement);
    }

    /** Answers with the SearchParameter. */
    public FhirResponse nameParameter(Call call) {
        return replies.json(200, call.contentType(), nameParameter);
    }
}
