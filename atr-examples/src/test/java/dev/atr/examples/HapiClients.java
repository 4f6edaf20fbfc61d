package dev.atr.examples;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import dev.atr.core.fhir.FhirVersion;

/** HAPI's generic client, which here refuses what its model does not hold. */
final class HapiClients {
    private HapiClients() {}

    /** Returns a client that may change lists too. */
    static IGenericClient changing(RunningProducer producer, FhirVersion version) throws InterruptedException {
        FhirContext context = version == FhirVersion.R4 ? FhirContext.forR4() : FhirContext.forDstu3();
        context.setParserErrorHandler(new StrictErrorHandler());
        IGenericClient client =
                context.newRestfulGenericClient(producer.base(version).toString());
        client.registerInterceptor(
                new BearerTokenAuthInterceptor(producer.changing(version).token()));
        return client;
    }
}
