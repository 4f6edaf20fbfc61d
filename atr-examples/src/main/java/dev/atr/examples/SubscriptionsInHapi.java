package dev.atr.examples;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.model.api.annotation.Description;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.Delete;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.UriParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.subscription.SubscriptionRefusal;
import dev.atr.producer.spi.subscription.SubscriptionService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;
import org.jspecify.annotations.Nullable;

/** A payer whose FHIR server is HAPI's: Subscriptions to its lists as one resource provider more. */
public final class SubscriptionsInHapi implements IResourceProvider {
    private final FhirContext context;
    private final SubscriptionService subscriptions;
    private final Function<RequestDetails, Caller> callers;

    /**
     * Puts a {@code SubscriptionManager} behind HAPI's server.
     *
     * @param context of the server
     * @param subscriptions stays the host's to close
     * @param callers who calls, as the server's own authorization has found out
     */
    public SubscriptionsInHapi(
            FhirContext context, SubscriptionService subscriptions, Function<RequestDetails, Caller> callers) {
        this.context = context;
        this.subscriptions = subscriptions;
        this.callers = callers;
    }

    @Override
    public Class<Subscription> getResourceType() {
        return Subscription.class;
    }

    /** Makes a Subscription; the manager sends its endpoint a handshake then. */
    @Create
    public MethodOutcome create(@ResourceParam Subscription wanted, RequestDetails request) {
        return outcome(refusing(() -> subscriptions.create(callers.apply(request), json(wanted))))
                .setCreated(true);
    }

    /** Returns a Subscription of the caller's. */
    @Read
    public Subscription read(@IdParam IdType id, RequestDetails request) {
        return subscriptions
                .read(callers.apply(request), id.getIdPart())
                .map(this::subscription)
                .orElseThrow(() -> new ResourceNotFoundException(id));
    }

    /** Changes a Subscription, turns it off, or takes one in error up again. */
    @Update
    public MethodOutcome update(@IdParam IdType id, @ResourceParam Subscription wanted, RequestDetails request) {
        return refusing(() -> subscriptions.update(
                        callers.apply(request), id.getIdPart(), json(wanted), id.getVersionIdPart()))
                .map(this::outcome)
                .orElseThrow(() -> new ResourceNotFoundException(id));
    }

    /** Removes a Subscription. */
    @Delete
    public void delete(@IdParam IdType id, RequestDetails request) {
        refusing(() -> subscriptions.delete(callers.apply(request), id.getIdPart(), id.getVersionIdPart()));
    }

    /** Returns the caller's Subscriptions. */
    @Search
    public List<Subscription> search(
            @Description("endpoint of the Subscription") @OptionalParam(name = Subscription.SP_URL) @Nullable
                    UriParam endpoint,
            RequestDetails request) {
        return subscriptions
                .search(callers.apply(request), endpoint == null ? null : endpoint.getValue(), Set.of())
                .stream()
                .map(this::subscription)
                .toList();
    }

    /** Says how a Subscription stands. */
    @Operation(name = "$status", idempotent = true)
    public Bundle status(@IdParam IdType id, RequestDetails request) {
        Bundle found = new Bundle().setType(Bundle.BundleType.SEARCHSET);
        for (byte[] status : subscriptions.status(callers.apply(request), Set.of(id.getIdPart()), Set.of())) {
            found.addEntry().setResource(resource(status));
        }
        if (found.getEntry().isEmpty()) {
            throw new ResourceNotFoundException(id);
        }
        return found.setTotal(found.getEntry().size());
    }

    /** Tells events again. */
    @Operation(name = "$events", idempotent = true)
    public Bundle events(
            @IdParam IdType id,
            @OperationParam(name = "eventsSinceNumber") @Nullable IntegerType from,
            @OperationParam(name = "eventsUntilNumber") @Nullable IntegerType to,
            RequestDetails request) {
        return subscriptions
                .events(
                        callers.apply(request),
                        id.getIdPart(),
                        from == null ? 1 : from.getValue(),
                        to == null ? Long.MAX_VALUE : to.getValue())
                .map(bundle -> (Bundle) resource(bundle))
                .orElseThrow(() -> new ResourceNotFoundException(id));
    }

    private byte[] json(Subscription wanted) {
        return context.newJsonParser().encodeResourceToString(wanted).getBytes(StandardCharsets.UTF_8);
    }

    private Resource resource(byte[] json) {
        return (Resource) context.newJsonParser().parseResource(new String(json, StandardCharsets.UTF_8));
    }

    private Subscription subscription(StoredResource stored) {
        return (Subscription) resource(stored.json());
    }

    private MethodOutcome outcome(StoredResource stored) {
        Subscription now = subscription(stored);
        return new MethodOutcome(now.getIdElement()).setResource(now);
    }

    private static <T> T refusing(Supplier<T> call) {
        try {
            return call.get();
        } catch (SubscriptionRefusal refusal) {
            throw refused(refusal);
        }
    }

    private static BaseServerResponseException refused(SubscriptionRefusal refusal) {
        return switch (refusal.reason()) {
            case INVALID -> new InvalidRequestException(refusal.text());
            case LIST -> new AuthenticationException(refusal.text()); // as the guide has it; 403 where yours differs
            case VERSION -> new ResourceVersionConflictException(refusal.text());
            case NOT_SERVED, TOO_MANY -> new UnprocessableEntityException(refusal.text());
        };
    }
}
