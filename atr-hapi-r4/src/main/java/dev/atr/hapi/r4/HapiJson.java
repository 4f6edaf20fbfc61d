package dev.atr.hapi.r4;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import dev.atr.core.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** HAPI's objects as JSON and back, with nothing left out and nothing added. Thread-safe. */
final class HapiJson {
    private final FhirContext context;

    HapiJson(FhirContext context) {
        if (context.getVersion().getVersion() != FhirVersionEnum.R4) {
            throw new IllegalArgumentException("context: one for R4 is needed");
        }
        this.context = context;
    }

    byte[] write(IBaseResource resource) {
        try {
            return parser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw refused(resource.fhirType());
        }
    }

    <T extends IBaseResource> T read(Class<T> type, byte[] json) {
        try {
            return parser().parseResource(type, new String(json, StandardCharsets.UTF_8));
        } catch (DataFormatException e) {
            throw refused(type.getSimpleName());
        }
    }

    /** The message of HAPI's exception is left out: it may hold what was read. */
    private static InvalidContentException refused(String type) {
        return new InvalidContentException(type + ": HAPI's R4 model can't hold it");
    }

    private IParser parser() {
        IParser parser = context.newJsonParser();
        parser.setParserErrorHandler(new StrictErrorHandler());
        // A reference to a version stays one
        parser.setStripVersionsFromReferences(false);
        return parser;
    }
}
