package dev.atr.core.attribution;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member attribution list without its rows: what the Group that carries it says about the list as a whole. The rows
 * are {@link Member}s and only ever pass by in a {@link MemberCursor}.
 *
 * @param id the Group's logical id
 * @param version the Group's {@code meta.versionId}; absent before a Producer has stored it
 * @param lastUpdated the Group's {@code meta.lastUpdated}; absent before a Producer has stored it
 * @param identifiers contract, settlement entity and ACO identifiers, NPIs and TINs
 * @param active {@code Group.active}; may be absent
 * @param name {@code Group.name}; may be absent
 * @param quantity number of distinct active members; may be absent
 * @param payer {@code Group.managingEntity}: the payer's Organization; may be absent in what a peer sent
 * @param status where the list is in its life; absent only in what a peer sent
 * @param contractPeriod validity of the contract; may be absent
 * @param intendedRecipient who the list is for; may be absent
 * @param characteristics traits that all members share; may be empty
 * @param other properties not modelled here, among them narrative and {@code code}; {@code type} and {@code actual}
 *     stand here only when they are not {@code person} and {@code true}
 */
public record AttributionList(
        ListId id,
        @Nullable String version,
        @Nullable Instant lastUpdated,
        List<Identifier> identifiers,
        @Nullable Boolean active,
        @Nullable String name,
        @Nullable Integer quantity,
        @Nullable Reference payer,
        @Nullable ListStatus status,
        @Nullable Period contractPeriod,
        @Nullable Identifier intendedRecipient,
        List<Characteristic> characteristics,
        OtherElements other) {
    /** Copies the lists. */
    public AttributionList {
        identifiers = List.copyOf(identifiers);
        characteristics = List.copyOf(characteristics);
    }

    /**
     * Returns a list of the parts that the guide asks for.
     *
     * @param id the list's id
     * @param status where it is in its life
     * @param identifiers contract identifier and the provider's numbers
     * @param payer the payer's Organization
     * @param contractPeriod validity of the contract
     */
    public static AttributionList of(
            ListId id, ListStatus status, List<Identifier> identifiers, Reference payer, Period contractPeriod) {
        return new AttributionList(
                id,
                null,
                null,
                identifiers,
                true,
                null,
                null,
                payer,
                status,
                contractPeriod,
                null,
                List.of(),
                OtherElements.NONE);
    }

    /** Returns the first identifier of a system, for example {@link Canonicals#NPI}. */
    public Optional<Identifier> identifier(String system) {
        return identifiers.stream().filter(i -> system.equals(i.system())).findFirst();
    }

    /** Returns a copy with version and time of the last change. */
    public AttributionList withVersion(String newVersion, Instant newLastUpdated) {
        return new AttributionList(
                id,
                newVersion,
                newLastUpdated,
                identifiers,
                active,
                name,
                quantity,
                payer,
                status,
                contractPeriod,
                intendedRecipient,
                characteristics,
                other);
    }

    /** Returns a copy with the number of distinct active members. */
    public AttributionList withQuantity(int newQuantity) {
        return new AttributionList(
                id,
                version,
                lastUpdated,
                identifiers,
                active,
                name,
                newQuantity,
                payer,
                status,
                contractPeriod,
                intendedRecipient,
                characteristics,
                other);
    }

    /** Returns a copy with another status. */
    public AttributionList withStatus(ListStatus newStatus) {
        return new AttributionList(
                id,
                version,
                lastUpdated,
                identifiers,
                active,
                name,
                quantity,
                payer,
                newStatus,
                contractPeriod,
                intendedRecipient,
                characteristics,
                other);
    }

    /** Returns a copy with a name. */
    public AttributionList withName(String newName) {
        return new AttributionList(
                id,
                version,
                lastUpdated,
                identifiers,
                active,
                newName,
                quantity,
                payer,
                status,
                contractPeriod,
                intendedRecipient,
                characteristics,
                other);
    }

    /** Returns a copy for a recipient. */
    public AttributionList withIntendedRecipient(Identifier newRecipient) {
        return new AttributionList(
                id,
                version,
                lastUpdated,
                identifiers,
                active,
                name,
                quantity,
                payer,
                status,
                contractPeriod,
                newRecipient,
                characteristics,
                other);
    }

    @Override
    public String toString() {
        return "AttributionList[" + id + " v" + version + "]";
    }
}
