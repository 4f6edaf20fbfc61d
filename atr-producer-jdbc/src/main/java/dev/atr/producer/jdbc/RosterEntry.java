package dev.atr.producer.jdbc;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A row of a roster that breaks no rule. */
record RosterEntry(
        long line,
        Person person,
        Enrolment enrolment,
        @Nullable Provider provider,
        Days attribution) {

    /** A member. */
    record Person(
            String system,
            String number,
            @Nullable String family,
            @Nullable String given,
            @Nullable String birthDate,
            String gender) {
        @Override
        public String toString() {
            return "Person";
        }
    }

    /** What the attribution rests on. */
    record Enrolment(
            String subscriberId,
            String relationship,
            @Nullable String dependent,
            String plan,
            @Nullable String planName,
            Days days) {
        @Override
        public String toString() {
            return "Enrolment";
        }
    }

    /** A practitioner, an organization, or with both of them the role of the one at the other. */
    record Provider(
            @Nullable Practitioner practitioner, @Nullable Organization organization) {}

    /** A practitioner; without a family name it must be in the ledger. */
    record Practitioner(
            String npi, @Nullable String family, @Nullable String given) {}

    /** An organization with one number at least; without a name it must be in the ledger. */
    record Organization(
            @Nullable String npi,
            @Nullable String tin,
            @Nullable String name) {}

    /** First day and last day. */
    record Days(LocalDate start, @Nullable LocalDate end) {}

    @Override
    public String toString() {
        return "RosterEntry[" + line + "]";
    }
}
