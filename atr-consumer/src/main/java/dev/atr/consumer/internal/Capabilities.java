package dev.atr.consumer.internal;

import dev.atr.core.Backport;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;

/** What a Producer's CapabilityStatement says that a Consumer acts upon. Immutable. */
public final class Capabilities {
    private final JsonValue statement;

    private Capabilities(JsonValue statement) {
        this.statement = statement;
    }

    /**
     * Reads a CapabilityStatement.
     *
     * @throws ProtocolException when the document is something else
     */
    static Capabilities read(byte[] json) {
        JsonValue statement = JsonValue.parse(json);
        if (!statement.text("resourceType").orElse("").equals("CapabilityStatement")) {
            throw new ProtocolException("metadata: expected a CapabilityStatement");
        }
        return new Capabilities(statement);
    }

    /**
     * Returns the FHIR version that the Producer speaks.
     *
     * @throws ProtocolException when it is neither R4 nor STU3
     */
    public FhirVersion fhirVersion() {
        String number = statement.text("fhirVersion").orElse("");
        if (number.startsWith("4.0")) {
            return FhirVersion.R4;
        }
        if (number.startsWith("3.0")) {
            return FhirVersion.STU3;
        }
        throw new ProtocolException("metadata: expected fhirVersion 4.0.x or 3.0.x");
    }

    /** Returns whether a resource type can be searched by a parameter. */
    public boolean searches(String type, String parameter) {
        return statement.all("rest.resource").stream()
                .filter(resource -> resource.text("type").orElse("").equals(type))
                .flatMap(resource -> resource.all("searchParam.name").stream())
                .anyMatch(name -> name.text().orElse("").equals(parameter));
    }

    /** Returns whether events of a topic can be subscribed to, as far as this tells: a Producer need not say so. */
    public boolean advertisesTopic(String canonical) {
        return statement.all("rest.resource.extension").stream()
                .filter(extension -> extension.text("url").orElse("").equals(Backport.ADVERTISED_TOPIC))
                .flatMap(extension -> extension.find("valueCanonical").flatMap(JsonValue::text).stream())
                .anyMatch(topic -> topic.equals(canonical) || topic.startsWith(canonical + "|"));
    }
}
