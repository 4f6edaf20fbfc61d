package dev.atr.consumer.discovery;

import dev.atr.consumer.internal.Tokens;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses one list among those that a search found, by contract identifier and contract period, and never by taking
 * the first. Immutable.
 *
 * @param contract the identifier that the list must carry; absent for any
 * @param day a day that the list's contract period must contain; absent for any. A list that does not say its contract
 *     period is not chosen by day
 * @param zone the zone in which a period's instants are seen as days
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, "Discovery of Group Resource"</a>
 */
public record ListSelector(
        @Nullable Identifier contract, @Nullable LocalDate day, ZoneId zone) {
    /** Fits every list; right where there can only be one. */
    public static final ListSelector ANY = new ListSelector(null, null, ZoneOffset.UTC);

    /**
     * Returns a copy that wants a contract, a settlement entity or any other identifier.
     *
     * @param system the system that the Producer assigned
     * @param value the identifier in it
     */
    public ListSelector identifiedBy(String system, String value) {
        return new ListSelector(Identifier.of(system, value), day, zone);
    }

    /** Returns a copy that wants a contract in force on a day. */
    public ListSelector inForceOn(LocalDate value) {
        return new ListSelector(contract, value, zone);
    }

    /**
     * Chooses.
     *
     * @param found what a search found
     * @return the one list that fits; empty when none does
     * @throws AmbiguousListException when several fit
     */
    public Optional<AttributionList> select(List<AttributionList> found) {
        List<AttributionList> fitting = found.stream().filter(this::fits).toList();
        if (fitting.size() > 1) {
            throw new AmbiguousListException(fitting);
        }
        return fitting.stream().findFirst();
    }

    private boolean fits(AttributionList list) {
        return (contract == null || Tokens.carries(list, contract)) && (day == null || inForce(list.contractPeriod()));
    }

    private boolean inForce(@Nullable Period period) {
        if (period == null || day == null) {
            return false;
        }
        boolean begun = period.start() == null || !period.start().firstDay(zone).isAfter(day);
        return begun && !period.endedBefore(day, zone);
    }
}
