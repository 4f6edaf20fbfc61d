package dev.atr.producer.jdbc;

import java.util.Locale;

/**
 * What a row of a roster may say. The name in lower case is the column of a flat file and the key of a mapping file. Days
 * are written {@code 2026-01-31}. See {@code docs/roster.md}.
 */
public enum RosterColumn {
    /** The number under which the payer knows the member; required. */
    MEMBER_ID,
    /** URI of the namespace of that number; required, mostly one for all rows. */
    MEMBER_ID_SYSTEM,
    /** Family name; this or the given name is required. */
    FAMILY_NAME,
    /** Given name. */
    GIVEN_NAME,
    /** Birth date: a day, a month or a year. */
    BIRTH_DATE,
    /** {@code male}, {@code female}, {@code other}, {@code unknown} or their first letter; {@code unknown} when empty. */
    GENDER,
    /** The subscriber's number; the member's own when empty. */
    SUBSCRIBER_ID,
    /**
     * Of the member to the subscriber: {@code self}, {@code spouse}, {@code child}, {@code parent}, {@code common},
     * {@code other} or {@code injured}. When empty: {@code self} where the two numbers are the same, else {@code other}.
     */
    RELATIONSHIP,
    /** Dependent number. */
    DEPENDENT,
    /** Identifier of the plan; required. */
    PLAN_ID,
    /** Name of the plan. */
    PLAN_NAME,
    /** First day of the coverage; required. */
    COVERAGE_START,
    /** Last day of the coverage; open when empty. */
    COVERAGE_END,
    /**
     * At which level the member is attributed: {@code practitioner}, {@code organization} or {@code role}, a practitioner
     * at an organization. When empty it follows from the numbers; a row without numbers has no provider.
     */
    PROVIDER_LEVEL,
    /** NPI of the practitioner. */
    PROVIDER_NPI,
    /** Family name of the practitioner; required unless the ledger has the practitioner. */
    PROVIDER_FAMILY_NAME,
    /** Given name of the practitioner. */
    PROVIDER_GIVEN_NAME,
    /** NPI of the organization. */
    ORGANIZATION_NPI,
    /** TIN of the organization, with or without hyphen; names it where there is no NPI. */
    ORGANIZATION_TIN,
    /** Name of the organization; required unless the ledger has the organization. */
    ORGANIZATION_NAME,
    /** First day of the attribution; required. */
    ATTRIBUTION_START,
    /** Last day of the attribution; open when empty. */
    ATTRIBUTION_END;

    /** Returns the name of the column, for example {@code member_id}. */
    public String columnName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the column of a name, in whatever case.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static RosterColumn named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
