package dev.atr.producer.jdbc;

import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Npi;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.jdbc.RosterEntry.Days;
import dev.atr.producer.jdbc.RosterEntry.Enrolment;
import dev.atr.producer.jdbc.RosterEntry.Organization;
import dev.atr.producer.jdbc.RosterEntry.Person;
import dev.atr.producer.jdbc.RosterEntry.Practitioner;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns one row of a roster into typed values, or says what is wrong with it. For one thread. */
final class RosterRules {
    /** Longest text of a column, in characters. */
    private static final int MAX_LENGTH = 200;

    private static final char LOST = '\ufffd';
    private static final Pattern TIN = Pattern.compile("(\\d{2})-?(\\d{7})");
    private static final List<String> RELATIONSHIPS =
            List.of("self", "spouse", "child", "parent", "common", "other", "injured");
    private static final Map<String, String> GENDERS = Map.of(
            "m", "male", "male", "male", "f", "female", "female", "female", "o", "other", "other", "other", "u",
            "unknown", "unknown", "unknown");

    private final Consumer<RosterProblem> found;
    private RosterRow row = new RosterRow(0, Map.of());
    private boolean sound;

    RosterRules(Consumer<RosterProblem> found) {
        this.found = found;
    }

    /** Checks a row; empty when something is wrong with it. */
    Optional<RosterEntry> check(RosterRow some) {
        row = some;
        sound = true;
        row.values().forEach(this::checkText);
        if (row.values().isEmpty()) {
            report(null, "ATR-MDL-013", "the row is empty");
        }
        if (!sound) {
            return Optional.empty();
        }
        Person person = person();
        Enrolment enrolment = enrolment(person);
        RosterEntry.Provider provider = provider();
        Days attribution = days(
                RosterColumn.ATTRIBUTION_START,
                RosterColumn.ATTRIBUTION_END,
                "ATR-MDL-014",
                "say from which day the member is attributed");
        return sound && person != null && enrolment != null && attribution != null
                ? Optional.of(new RosterEntry(row.line(), person, enrolment, provider, attribution))
                : Optional.empty();
    }

    private void checkText(RosterColumn column, String text) {
        if (text.length() > MAX_LENGTH) {
            report(column, "ATR-MDL-058", "longer than " + MAX_LENGTH + " characters");
        }
        if (text.indexOf(LOST) >= 0) {
            report(
                    column,
                    "C-78",
                    "holds U+FFFD, which stands where bytes that were not valid have been lost; send the original text");
        }
        if (text.chars().anyMatch(Character::isISOControl) || !isWritable(text)) {
            report(column, "C-78", "holds a control character or half a character");
        }
    }

    private static boolean isWritable(String text) {
        try {
            JsonValue.of(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private @Nullable Person person() {
        String number = required(RosterColumn.MEMBER_ID, "ATR-MDL-013", "add the member's number");
        String system = required(
                RosterColumn.MEMBER_ID_SYSTEM,
                "ATR-MDL-050",
                "add the URI of the namespace of the member's number; a mapping file can say it for all rows");
        if (system != null && !isUri(system)) {
            report(RosterColumn.MEMBER_ID_SYSTEM, "ATR-MDL-050", "not a URI with a scheme");
        }
        String family = text(RosterColumn.FAMILY_NAME);
        String given = text(RosterColumn.GIVEN_NAME);
        if (family == null && given == null) {
            report(RosterColumn.FAMILY_NAME, "ATR-MDL-063", "add a family or a given name");
        }
        String birthDate = text(RosterColumn.BIRTH_DATE);
        if (birthDate != null && !isDate(birthDate)) {
            report(RosterColumn.BIRTH_DATE, "ATR-MDL-063", "not a date such as 1980-01-31");
        }
        String gender =
                GENDERS.get(row.find(RosterColumn.GENDER).orElse("unknown").toLowerCase(Locale.ROOT));
        if (gender == null) {
            report(RosterColumn.GENDER, "ATR-MDL-063", "say male, female, other or unknown, or their first letter");
        }
        return number == null || system == null || gender == null
                ? null
                : new Person(system, number, family, given, birthDate, gender);
    }

    private @Nullable Enrolment enrolment(@Nullable Person person) {
        String plan = text(RosterColumn.PLAN_ID);
        if (plan == null && row.find(RosterColumn.COVERAGE_START).isEmpty()) {
            report(
                    null,
                    "ATR-MDL-010",
                    "the member has no coverage; an attribution rests on one: add plan_id and coverage_start");
            return null;
        }
        if (plan == null) {
            report(RosterColumn.PLAN_ID, "ATR-MDL-009", "add the identifier of the plan");
        }
        Days days = days(
                RosterColumn.COVERAGE_START,
                RosterColumn.COVERAGE_END,
                "ATR-MDL-052",
                "say from which day the member is covered");
        String subscriber = row.find(RosterColumn.SUBSCRIBER_ID)
                .orElse(row.find(RosterColumn.MEMBER_ID).orElse(""));
        String self = person != null && subscriber.equals(person.number()) ? "self" : "other";
        String relationship = row.find(RosterColumn.RELATIONSHIP).orElse(self).toLowerCase(Locale.ROOT);
        if (!RELATIONSHIPS.contains(relationship)) {
            report(
                    RosterColumn.RELATIONSHIP,
                    "C-71",
                    "say one of " + String.join(", ", RELATIONSHIPS) + ", or leave it empty");
        }
        return plan == null || days == null
                ? null
                : new Enrolment(
                        subscriber,
                        relationship,
                        text(RosterColumn.DEPENDENT),
                        plan,
                        text(RosterColumn.PLAN_NAME),
                        days);
    }

    private RosterEntry.@Nullable Provider provider() {
        Practitioner practitioner = practitioner();
        Organization organization = organization();
        String level = text(RosterColumn.PROVIDER_LEVEL);
        if (level == null) {
            return practitioner == null && organization == null
                    ? null
                    : new RosterEntry.Provider(practitioner, organization);
        }
        boolean person = practitioner != null;
        boolean group = organization != null;
        switch (level.toLowerCase(Locale.ROOT)) {
            case "practitioner" -> {
                expect(person, RosterColumn.PROVIDER_NPI);
                return new RosterEntry.Provider(practitioner, null);
            }
            case "organization" -> {
                expect(group, RosterColumn.ORGANIZATION_NPI);
                return new RosterEntry.Provider(null, organization);
            }
            case "role" -> {
                expect(person, RosterColumn.PROVIDER_NPI);
                expect(group, RosterColumn.ORGANIZATION_NPI);
                return new RosterEntry.Provider(practitioner, organization);
            }
            default -> {
                report(RosterColumn.PROVIDER_LEVEL, "ATR-MDL-042", "say practitioner, organization or role");
                return null;
            }
        }
    }

    private @Nullable Practitioner practitioner() {
        String npi = npi(RosterColumn.PROVIDER_NPI);
        return npi == null
                ? null
                : new Practitioner(
                        npi, text(RosterColumn.PROVIDER_FAMILY_NAME), text(RosterColumn.PROVIDER_GIVEN_NAME));
    }

    private @Nullable Organization organization() {
        String npi = npi(RosterColumn.ORGANIZATION_NPI);
        String tin = text(RosterColumn.ORGANIZATION_TIN);
        if (tin != null) {
            var digits = TIN.matcher(tin);
            if (digits.matches()) {
                tin = digits.group(1) + digits.group(2);
            } else {
                report(RosterColumn.ORGANIZATION_TIN, "ATR-MDL-033", "not a TIN: it has nine digits");
            }
        }
        return npi == null && tin == null ? null : new Organization(npi, tin, text(RosterColumn.ORGANIZATION_NAME));
    }

    private @Nullable String npi(RosterColumn column) {
        String npi = text(column);
        if (npi != null && !Npi.isValid(npi)) {
            report(column, "C-78", "not an NPI: it has ten digits, the last a check digit that fits");
        }
        return npi;
    }

    private void expect(boolean there, RosterColumn column) {
        if (!there) {
            report(column, "ATR-MDL-042", "the provider's level asks for this number; add it");
        }
    }

    private @Nullable Days days(RosterColumn from, RosterColumn to, String rule, String missing) {
        String first = required(from, rule, missing);
        LocalDate start = first == null ? null : day(from, first, rule);
        String last = text(to);
        LocalDate end = last == null ? null : day(to, last, rule);
        if (start != null && end != null && end.isBefore(start)) {
            report(to, rule, "the end lies before the start");
        }
        return start == null ? null : new Days(start, end);
    }

    private @Nullable LocalDate day(RosterColumn column, String text, String rule) {
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1 && day.getYear() <= 9999) {
                return day;
            }
        } catch (DateTimeParseException e) {
            // Said below
        }
        report(column, rule, "not a day such as 2026-01-31; a mapping file can say how days are written");
        return null;
    }

    private static boolean isDate(String text) {
        try {
            return new FhirDateTime(text).text().length() <= 10;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private @Nullable String required(RosterColumn column, String rule, String missing) {
        String text = text(column);
        if (text == null) {
            report(column, rule, missing);
        }
        return text;
    }

    private @Nullable String text(RosterColumn column) {
        return row.find(column).orElse(null);
    }

    private void report(@Nullable RosterColumn column, String rule, String text) {
        sound = false;
        found.accept(new RosterProblem(row.line(), column, rule, text));
    }
}
