package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.rules.AttributionListRules;
import org.jspecify.annotations.Nullable;

/** What is the same for all files of a load. */
record LoadSettings(
        FhirVersion version,
        AttributionListRules listRules,
        @Nullable XmlReader xml,
        ResourceLoader.Progress progress) {
    /** Largest XML file, in bytes: 64 MB; what a reader that builds a tree can take. */
    static final int MAX_XML = 64 * 1024 * 1024;
}
