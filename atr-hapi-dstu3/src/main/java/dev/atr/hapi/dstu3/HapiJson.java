package dev.atr.hapi.dstu3;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import dev.atr.core.error.InvalidContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** HAPI's objects as JSON and back, with nothing left out and nothing added. Thread-safe. */
final class HapiJson {
    private final FhirContext context;

    HapiJson(FhirContext context) {
        if (context.getVersion().getVersion() != FhirVersionEnum.DSTU3) {
            throw new IllegalArgumentException("context: one for STU3 is needed");
        }
        this.context = context;
    }

    byte[] write(IBaseResource resource) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (Writer writer = new OutputStreamWriter(json, StandardCharsets.UTF_8)) {
            parser().encodeResourceToWriter(resource, writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DataFormatException e) {
            throw refused(resource.fhirType(), e);
        }
        return json.toByteArray();
    }

    <T extends IBaseResource> T read(Class<T> type, byte[] json) {
        try {
            return parser().parseResource(type, new ByteArrayInputStream(json));
        } catch (DataFormatException e) {
            throw refused(type.getSimpleName(), e);
        }
    }

    /** Returns our own refusal, where HAPI wraps it; the message of HAPI's exception may hold what was read. */
    private static InvalidContentException refused(String type, DataFormatException from) {
        for (Throwable cause = from.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidContentException refused) {
                return refused;
            }
        }
        return new InvalidContentException(type + ": HAPI's STU3 model can't hold it");
    }

    /** Returns a parser that narrows nothing, whatever the host has set in the context. */
    private IParser parser() {
        return context.newJsonParser()
                .setParserErrorHandler(new Refusal())
                .setStripVersionsFromReferences(false)
                .setPrettyPrint(false);
    }
}
