package dev.atr.examples;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import dev.atr.core.fhir.FhirVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** HAPI's generic client, which here refuses what its model does not hold. */
final class HapiClients {
    /** Kept, since the first use of each type takes a context long. */
    private static final Map<FhirVersion, FhirContext> CONTEXTS = new ConcurrentHashMap<>();

    private HapiClients() {}

    /** Returns a client that may change lists too. */
    static IGenericClient changing(RunningProducer producer, FhirVersion version) throws InterruptedException {
        IGenericClient client = CONTEXTS.computeIfAbsent(version, HapiClients::context)
                .newRestfulGenericClient(producer.base(version).toString());
        client.registerInterceptor(
                new BearerTokenAuthInterceptor(producer.changing(version).token()));
        return client;
    }

    private static FhirContext context(FhirVersion version) {
        FhirContext context = version == FhirVersion.R4 ? FhirContext.forR4() : FhirContext.forDstu3();
        context.setParserErrorHandler(new StrictErrorHandler());
        return context;
    }
}
