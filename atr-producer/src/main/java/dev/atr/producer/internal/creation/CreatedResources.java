package dev.atr.producer.internal.creation;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.rules.ResourceRules;
import dev.atr.core.rules.RuleReport;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.discovery.ResourceRead;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.ResourceCreation;
import java.util.Set;
import java.util.UUID;

/** {@code POST [base]/[type]} and {@code DELETE [base]/[type]/[id]} for the types beside Group. */
public final class CreatedResources {
    private final ResourceCreation resources;
    private final FhirVersion version;
    private final Answers answers;

    /** Creates both over a payer's resources. */
    public CreatedResources(ResourceCreation resources, CreationContext context) {
        this.resources = resources;
        this.version = context.version();
        this.answers = new Answers(context);
    }

    /** Answers a create of a type. */
    public FhirResponse create(ResourceType type, Call call) {
        call.require(type, "c");
        call.query().only(Set.of(), call.preferences());
        if (!call.request().headers().all("If-None-Exist").isEmpty()) {
            // Left aside, it would make what the client does not want.
            throw Refusal.of(Reason.NOT_SUPPORTED, "A condition is served for Groups only.")
                    .at("If-None-Exist");
        }
        answers.requireRoom(call);
        ResourceKey key = new ResourceKey(type, UUID.randomUUID().toString());
        byte[] json = Submission.read(call, key, version).toBytes();
        StoredResource created = create(call, key, json);
        return answers.created(
                call,
                created.key(),
                true,
                new Versions(created.version(), created.lastUpdated()),
                ResourceRead.json(created, version));
    }

    private StoredResource create(Call call, ResourceKey key, byte[] json) {
        RuleReport report = new RuleReport();
        Creation<StoredResource> creation;
        try {
            ResourceRules.check(key.type(), json, report);
            Submission.require(report);
            creation = resources.create(call.caller(), key, json, ProvenanceHeader.read(call, version));
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.INVALID, "The body can't be kept: " + e.getMessage() + ".");
        }
        return Answers.content(creation);
    }

    /** Answers a delete of a type. */
    public FhirResponse delete(ResourceType type, Call call) {
        call.require(type, "d");
        call.query().only(Set.of(), call.preferences());
        ResourceKey key = new ResourceKey(type, call.variable(0));
        Deletion deletion = resources.delete(call.caller(), key, call.ifMatch());
        return answers.deleted(call, key, deletion, ResourceRead.unknown(type));
    }
}
