package dev.atr.hapi.dstu3;

import ca.uhn.fhir.context.FhirContext;
import dev.atr.core.adapter.CoverageAdapter;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.CoverageJson;
import org.hl7.fhir.dstu3.model.Coverage;

/** Coverages as HAPI's STU3 Coverage, and back. Thread-safe. */
public final class HapiCoverages implements CoverageAdapter<Coverage> {
    private final HapiJson json;

    /**
     * Creates an adapter.
     *
     * @param context the host's own
     * @throws IllegalArgumentException when it is not one for STU3
     */
    public HapiCoverages(FhirContext context) {
        this.json = new HapiJson(context);
    }

    @Override
    public MemberCoverage read(Coverage coverage) {
        return CoverageJson.read(json.write(coverage), FhirVersion.STU3);
    }

    @Override
    public Coverage write(MemberCoverage coverage) {
        return json.read(Coverage.class, CoverageJson.write(coverage, FhirVersion.STU3));
    }
}
