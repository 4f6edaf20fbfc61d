package dev.atr.producer.jdbc;

import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.CoverageJson;
import dev.atr.producer.jdbc.RosterEntry.Days;
import dev.atr.producer.jdbc.RosterEntry.Person;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a roster in a table of one transaction: checked, tied to Patients and Coverages of the ledger or to those
 * that are to be made, and with what is to be written. Reads the ledger and writes nothing to it. For one thread.
 */
final class RosterRows {
    private static final String TABLE = "staged_roster";
    private static final int BATCH = 500;
    private static final int PAGE = 2000;

    /** Between the values of a row; no value holds a control character. */
    private static final String SEPARATOR = "\u001f";

    /** The last column is the row itself where a Patient or Coverage is to be written from it. */
    private static final String COLUMNS = "patient, coverage, provider, period_start, line, period_end, last_day,"
            + " person_digest, enrolment_digest, row_values";

    private static final String TYPES = "patient ${text} not null, coverage ${text} not null,"
            + " provider ${text} not null, period_start ${text} not null, line bigint not null, period_end ${text},"
            + " last_day date, person_digest ${bytes} not null, enrolment_digest ${bytes} not null, row_values ${text},"
            + " primary key (patient, coverage, provider, period_start, line)";

    private static final String PAGE_AFTER = " from staged_roster where patient >= ?"
            + " and (patient, coverage, provider, period_start, line) > (?, ?, ?, ?, ?)";

    private static final String IN_ORDER = " order by patient, coverage, provider, period_start, line limit " + PAGE;

    private final Session session;
    private final String payer;
    private final RosterProblems problems;
    private final RosterRules rules;
    private final RosterProviders providers;
    private final List<RosterEntry> batch = new ArrayList<>(BATCH);
    private final List<RosterRow> sources = new ArrayList<>(BATCH);
    private long rows;
    private long differing;

    /**
     * Makes the empty table.
     *
     * @param payer reference to the payer's Organization
     */
    RosterRows(Session session, String payer, RosterProblems problems) throws SQLException {
        this.session = session;
        this.payer = payer;
        this.problems = problems;
        this.rules = new RosterRules(problems::add);
        this.providers = new RosterProviders(session, problems);
        session.createStaging(TABLE, TYPES);
    }

    /** Reads a roster to its end, or as far as it can be read. */
    void stage(RosterCursor cursor) throws SQLException {
        try {
            for (RosterRow row = cursor.next(); row != null; row = cursor.next()) {
                rows++;
                Optional<RosterEntry> entry = rules.check(row);
                if (entry.isPresent()) {
                    batch.add(entry.get());
                    sources.add(row);
                }
                if (batch.size() == BATCH) {
                    flush();
                }
            }
        } catch (InvalidContentException e) {
            problems.add(RosterProblem.ofRoster(null, String.valueOf(e.getMessage())));
        }
        flush();
        session.stagingFilled(TABLE);
        checkTwins();
    }

    /** Returns how many rows were read. */
    long rows() {
        return rows;
    }

    /** Returns how many resources are to be written; a member with several rows counts with each. */
    long differing() {
        return differing + providers.differing();
    }

    /** Puts the rows into the table of an import. */
    long stageInto(ListImport list) throws SQLException {
        return list.stage("select patient, provider, coverage, period_start, period_end, last_day, false, false,"
                + " cast(null as " + session.dialect().types("${bytes}") + "), 'new' from staged_roster");
    }

    /** Writes the resources that are new or differ. */
    void write(LedgerTransaction transaction) throws SQLException {
        providers.write(transaction);
        Staged last = Staged.NONE;
        List<Staged> page;
        do {
            page = page(last, " and row_values is not null");
            for (Staged row : page) {
                last = row;
                RosterEntry entry = rules.check(decode(row.line, Objects.requireNonNull(row.values)))
                        .orElseThrow();
                Person person = entry.person();
                ResourceKey patient = RosterResources.patientKey(person);
                if (row.patient.equals(patient.reference())) {
                    transaction.putResource(patient, RosterResources.patient(person));
                }
                ResourceKey coverage =
                        RosterResources.coverageKey(person, entry.enrolment().plan());
                if (row.coverage.equals(coverage.reference())) {
                    transaction.putResource(
                            coverage, RosterResources.coverage(person, entry.enrolment(), row.patient, payer));
                }
            }
        } while (!page.isEmpty());
    }

    private void flush() throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        Set<String> own = new TreeSet<>();
        for (RosterEntry entry : batch) {
            own.add(RosterResources.patientKey(entry.person()).reference());
            own.add(coverageKey(entry));
        }
        Map<String, ResourceWriter.Held> held = ResourceWriter.held(session, own);
        List<Person> unknown = batch.stream()
                .filter(entry -> !held.containsKey(
                                RosterResources.patientKey(entry.person()).reference())
                        || !held.containsKey(coverageKey(entry)))
                .map(RosterEntry::person)
                .toList();
        Numbered numbered = numbered(unknown);
        try (Session.Batch insert =
                session.batch("insert into staged_roster (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (int i = 0; i < batch.size(); i++) {
                stage(batch.get(i), sources.get(i), held, numbered, insert);
            }
            insert.run();
        }
        batch.clear();
        sources.clear();
    }

    private void stage(
            RosterEntry entry,
            RosterRow source,
            Map<String, ResourceWriter.Held> held,
            Numbered numbered,
            Session.Batch insert)
            throws SQLException {
        Person person = entry.person();
        String ownPatient = RosterResources.patientKey(person).reference();
        String patient = held.containsKey(ownPatient) ? ownPatient : patient(entry, numbered, ownPatient);
        String ownCoverage = coverageKey(entry);
        String coverage = held.containsKey(ownCoverage) ? ownCoverage : coverage(entry, patient, numbered, ownCoverage);
        String provider = providers.resolve(entry.line(), entry.provider());
        byte[] patientJson = RosterResources.patient(person);
        byte[] coverageJson = RosterResources.coverage(person, entry.enrolment(), patient, payer);
        int toWrite =
                differs(ownPatient, patient, held, patientJson) + differs(ownCoverage, coverage, held, coverageJson);
        differing += toWrite;
        Days days = entry.attribution();
        insert.add(
                patient,
                coverage,
                provider,
                days.start().toString(),
                entry.line(),
                days.end() == null ? null : String.valueOf(days.end()),
                days.end(),
                RosterResources.digest(patientJson),
                RosterResources.digest(coverageJson),
                toWrite == 0 ? null : encode(source));
    }

    /** Returns 1 when one of our resources is new or differs, 0 otherwise. */
    private static int differs(String own, String used, Map<String, ResourceWriter.Held> held, byte[] json) {
        if (!own.equals(used)) {
            return 0;
        }
        ResourceWriter.Held before = held.get(own);
        return before == null || !before.sameContent(json) ? 1 : 0;
    }

    private String patient(RosterEntry entry, Numbered numbered, String own) {
        String number = number(entry.person().system(), entry.person().number());
        Set<String> found = new TreeSet<>(numbered.patients.getOrDefault(number, List.of()));
        if (found.isEmpty()) {
            numbered.coverages.getOrDefault(number, List.of()).forEach(coverage -> found.add(coverage.beneficiary));
        }
        if (found.size() > 1) {
            problems.add(new RosterProblem(
                    entry.line(),
                    RosterColumn.MEMBER_ID,
                    "C-24",
                    "several of the ledger's Patients have this number; leave it to one of them"));
        }
        return found.isEmpty() ? own : found.iterator().next();
    }

    private String coverage(RosterEntry entry, String patient, Numbered numbered, String own) {
        List<HeldPlan> found =
                numbered
                        .coverages
                        .getOrDefault(
                                number(entry.person().system(), entry.person().number()), List.of())
                        .stream()
                        .filter(coverage ->
                                coverage.plan.equals(entry.enrolment().plan()))
                        .filter(coverage -> coverage.beneficiary.equals(patient))
                        .toList();
        if (found.size() > 1) {
            problems.add(new RosterProblem(
                    entry.line(),
                    RosterColumn.PLAN_ID,
                    "ATR-MDL-002",
                    "the ledger has several coverages of this member in this plan; leave one of them"));
        }
        return found.isEmpty() ? own : found.get(0).ref;
    }

    /** Finds the Patients and Coverages of others that have the members' numbers. */
    private Numbered numbered(Collection<Person> persons) throws SQLException {
        Map<String, List<String>> patients = new HashMap<>();
        Map<String, String> coverages = new HashMap<>();
        Set<String> values = persons.stream().map(Person::number).collect(Collectors.toCollection(TreeSet::new));
        if (!values.isEmpty()) {
            // No order and no bound of ref: for either PostgreSQL would walk all there are by the index of ref
            session.list(
                    "select ref, id_system, id_value from :rows(atr.resource_number, id_value)",
                    row -> {
                        String ref = row.getString(1);
                        String number = number(row.getString(2), row.getString(3));
                        if (Refs.isOf(ResourceType.PATIENT, ref)) {
                            patients.computeIfAbsent(number, any -> new ArrayList<>())
                                    .add(ref);
                        } else if (Refs.isOf(ResourceType.COVERAGE, ref)) {
                            coverages.put(ref, number);
                        }
                        return ref;
                    },
                    values);
        }
        Map<String, List<HeldPlan>> plans = new HashMap<>();
        if (!coverages.isEmpty()) {
            ResourceWriter.held(session, new TreeSet<>(coverages.keySet())).values().stream()
                    .map(HeldPlan::of)
                    .flatMap(Optional::stream)
                    .sorted((one, other) -> one.ref.compareTo(other.ref))
                    .forEach(plan -> plans.computeIfAbsent(
                                    Objects.requireNonNull(coverages.get(plan.ref)), any -> new ArrayList<>())
                            .add(plan));
        }
        return new Numbered(patients, plans);
    }

    /** What others have written about some members, by number. */
    private record Numbered(Map<String, List<String>> patients, Map<String, List<HeldPlan>> coverages) {}

    /** A Coverage that the ledger has. */
    private record HeldPlan(String ref, String beneficiary, String plan) {
        static Optional<HeldPlan> of(ResourceWriter.Held held) {
            MemberCoverage coverage = CoverageJson.read(held.json(), FhirVersion.R4);
            Optional<String> beneficiary = Optional.ofNullable(coverage.beneficiary())
                    .flatMap(Reference::key)
                    .map(ResourceKey::reference);
            return beneficiary.map(patient ->
                    new HeldPlan(held.ref(), patient, coverage.planIdentifier().orElse("")));
        }
    }

    /** Looks for rows that can't stand side by side; in the order of the table they are neighbours. */
    private void checkTwins() throws SQLException {
        Staged last = Staged.NONE;
        List<Staged> page;
        do {
            page = page(last, "");
            for (Staged row : page) {
                compare(last, row);
                last = row;
            }
        } while (!page.isEmpty());
    }

    private void compare(Staged one, Staged other) {
        long line = Math.max(one.line, other.line);
        String where = " (see line " + Math.min(one.line, other.line) + ")";
        if (!one.patient.equals(other.patient)) {
            return;
        }
        if (!Arrays.equals(one.person, other.person)) {
            problems.add(new RosterProblem(
                    line,
                    RosterColumn.MEMBER_ID,
                    "ATR-MDL-001",
                    "another row says something else about the same member" + where));
        } else if (one.coverage.equals(other.coverage) && !Arrays.equals(one.enrolment, other.enrolment)) {
            problems.add(new RosterProblem(
                    line,
                    RosterColumn.PLAN_ID,
                    "ATR-MDL-002",
                    "the same enrolment twice: another row says something else about the same member in the same plan"
                            + where));
        } else if (one.coverage.equals(other.coverage)
                && one.provider.equals(other.provider)
                && one.start.equals(other.start)) {
            problems.add(new RosterProblem(
                    line,
                    null,
                    "C-37",
                    "the same enrolment twice: the same member, plan, provider and attribution_start" + where));
        }
    }

    private List<Staged> page(Staged after, String condition) throws SQLException {
        return session.list(
                "select " + COLUMNS + PAGE_AFTER + condition + IN_ORDER,
                row -> new Staged(
                        row.getString("patient"),
                        row.getString("coverage"),
                        row.getString("provider"),
                        row.getString("period_start"),
                        row.getLong("line"),
                        row.getBytes("person_digest"),
                        row.getBytes("enrolment_digest"),
                        row.getString("row_values")),
                after.patient,
                after.patient,
                after.coverage,
                after.provider,
                after.start,
                after.line);
    }

    /** A row of the table. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Staged(
            String patient,
            String coverage,
            String provider,
            String start,
            long line,
            byte[] person,
            byte[] enrolment,
            @Nullable String values) {
        static final Staged NONE = new Staged("", "", "", "", 0, new byte[0], new byte[0], null);
    }

    private static String coverageKey(RosterEntry entry) {
        return RosterResources.coverageKey(entry.person(), entry.enrolment().plan())
                .reference();
    }

    private static String number(@Nullable String system, String value) {
        return system + SEPARATOR + value;
    }

    private static String encode(RosterRow row) {
        return Arrays.stream(RosterColumn.values())
                .map(column -> row.find(column).orElse(""))
                .collect(Collectors.joining(SEPARATOR));
    }

    private static RosterRow decode(long line, String values) {
        String[] texts = values.split(SEPARATOR, -1);
        Map<RosterColumn, String> row = new EnumMap<>(RosterColumn.class);
        RosterColumn[] columns = RosterColumn.values();
        for (int i = 0; i < columns.length; i++) {
            row.put(columns[i], texts[i]);
        }
        return new RosterRow(line, row);
    }
}
