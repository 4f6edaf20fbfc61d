package dev.atr.spring.boot.starter;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.AtrProducer;

/**
 * Has a last word before the Producer is built, for whatever has no property. Every bean of this type is called, in
 * order.
 */
@FunctionalInterface
public interface AtrProducerCustomizer {
    /**
     * Changes the configuration of a Producer.
     *
     * @param version which one, where two are served
     * @param producer as properties and beans have it
     */
    void customize(FhirVersion version, AtrProducer.Builder producer);
}
