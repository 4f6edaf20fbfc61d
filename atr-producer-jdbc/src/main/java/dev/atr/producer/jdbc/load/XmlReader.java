package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.FhirVersion;

/**
 * Turns FHIR XML into FHIR JSON of the same version. An interface because reading XML takes a FHIR model library, which
 * the ledger does without. Called from one thread at a time.
 */
public interface XmlReader {
    /**
     * Reads one document.
     *
     * @param xml a resource or a Bundle
     * @param version the FHIR version that it is written in
     * @return the same as JSON in UTF-8, of the same FHIR version
     * @throws dev.atr.core.error.InvalidContentException when it is no FHIR XML, or may be an attack; the message names
     *     the place and holds no content
     */
    byte[] toJson(byte[] xml, FhirVersion version);
}
