package dev.atr.cli.load;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.parser.DataFormatException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.jdbc.load.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/**
 * Reads FHIR XML with the HAPI parser. The FHIR model of a version is built when its first document comes along, which
 * takes about a second.
 */
public final class FhirXml implements XmlReader {
    /** Largest document: 64 MB. It is held in memory several times over; larger lists come as JSON, which is streamed. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final XmlGuard guard = new XmlGuard();
    private final Map<FhirVersion, FhirContext> contexts = new EnumMap<>(FhirVersion.class);

    /** Creates a reader; nothing is loaded yet. */
    public FhirXml() {
        // Contexts are built on first use.
    }

    @Override
    public byte[] toJson(byte[] xml, FhirVersion version) {
        if (xml.length > MAX_BYTES) {
            throw new InvalidContentException(
                    "XML of more than " + MAX_BYTES / (1024 * 1024) + " MB; write it as JSON, which is streamed");
        }
        guard.check(xml);
        FhirContext context = contexts.computeIfAbsent(version, FhirXml::context);
        try {
            String text = new String(xml, StandardCharsets.UTF_8);
            if (text.startsWith(BYTE_ORDER_MARK)) {
                text = text.substring(1);
            }
            return context.newJsonParser()
                    .encodeResourceToString(context.newXmlParser()
                            .setParserErrorHandler(new Refusals())
                            .parseResource(text))
                    .getBytes(StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            // Its message quotes values, so it stays behind.
            throw new InvalidContentException("not FHIR " + version.number() + " XML: " + Refusals.reason(e));
        }
    }

    private static FhirContext context(FhirVersion version) {
        FhirContext context = new FhirContext(
                switch (version) {
                    case R4 -> FhirVersionEnum.R4;
                    case STU3 -> FhirVersionEnum.DSTU3;
                });
        context.getParserOptions().setStripVersionsFromReferences(false);
        context.getParserOptions().setOverrideResourceIdWithBundleEntryFullUrl(false);
        return context;
    }
}
