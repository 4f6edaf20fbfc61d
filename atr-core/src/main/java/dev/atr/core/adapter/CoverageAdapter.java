package dev.atr.core.adapter;

import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.error.InvalidContentException;

/**
 * Turns coverages into the Coverage of another library's FHIR model, and back. What this library does
 * not model comes through as well as the other one holds it.
 *
 * @param <C> the Coverage
 */
public interface CoverageAdapter<C> {
    /**
     * Returns what a Coverage says.
     *
     * @throws InvalidContentException when it is none that this library can read
     */
    MemberCoverage read(C coverage);

    /**
     * Returns a new Coverage.
     *
     * @throws InvalidContentException when the model can't hold what the coverage says
     */
    C write(MemberCoverage coverage);
}
