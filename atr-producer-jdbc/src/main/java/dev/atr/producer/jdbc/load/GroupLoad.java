package dev.atr.producer.jdbc.load;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.CoverageJson;
import dev.atr.core.json.GroupReader;
import dev.atr.core.rules.RuleViolation;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.producer.jdbc.load.ByteSource.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A list on its way into a transaction. It is read three times, each time in constant memory: to the end, since what it
 * says about itself may stand behind the rows; with every row checked; and, when nothing in the file is wrong, into the
 * ledger.
 */
final class GroupLoad {
    private final LoadSettings settings;
    private final References references;
    private final LedgerTransaction tx;
    private final Problems problems;

    GroupLoad(LoadSettings settings, References references, LedgerTransaction tx, Problems problems) {
        this.settings = settings;
        this.references = references;
        this.tx = tx;
        this.problems = problems;
    }

    /** Checks a list and writes it; returns whether it was written. */
    boolean load(String place, Slice slice) throws IOException {
        String where = place;
        try {
            AttributionList list = outline(where, slice);
            where = where.isEmpty() ? named(list) : where + ": " + named(list);
            check(where, list, slice);
            if (!problems.isAcceptable()) {
                return false;
            }
            try (MemberCursor rows = open(slice)) {
                tx.importList(list, rows);
            }
            return true;
        } catch (InvalidContentException e) {
            problems.add(LoadProblem.error(where, FileLoad.inLine(place, String.valueOf(e.getMessage()))));
            return false;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private AttributionList outline(String where, Slice slice) throws IOException {
        try (GroupReader reader = open(slice)) {
            Member row = reader.next();
            while (row != null) {
                row = reader.next();
            }
            reader.warnings().forEach(issue -> problems.add(LoadProblem.warning(where, String.valueOf(issue.text()))));
            return reader.list();
        }
    }

    private void check(String where, AttributionList list, Slice slice) throws IOException {
        try (MemberCursor rows = new CheckedRows(where, list, open(slice))) {
            settings.listRules().check(list, rows, violation -> report(where, violation));
        }
        checkThere("ATR-MDL-035", where, "Group.managingEntity", list.payer());
    }

    private void report(String where, RuleViolation violation) {
        problems.add(LoadProblem.of(violation, where));
    }

    private GroupReader open(Slice slice) throws IOException {
        return new GroupReader(slice.open(), settings.version());
    }

    /** Returns the target of a reference if it is there; if not, it is named by the place of the reference alone. */
    private Optional<ResourceKey> checkThere(String rule, String where, String element, @Nullable Reference reference) {
        Optional<ResourceKey> target = Optional.ofNullable(reference).flatMap(r -> r.key());
        if (target.isEmpty() || references.isThere(tx, target.get())) {
            return target;
        }
        report(
                where,
                new RuleViolation(
                        rule,
                        Severity.ERROR,
                        element,
                        "the " + target.get().type() + " is neither in the ledger nor in this load; load it first"));
        return Optional.empty();
    }

    private static String named(AttributionList list) {
        return list.id().key().reference();
    }

    /** Rows that are looked up in the ledger as they pass. */
    private final class CheckedRows implements MemberCursor {
        private final String where;
        private final AttributionList list;
        private final MemberCursor rows;
        private long index;

        CheckedRows(String where, AttributionList list, MemberCursor rows) {
            this.where = where;
            this.list = list;
            this.rows = rows;
        }

        @Override
        public @Nullable Member next() {
            Member row = rows.next();
            if (row != null) {
                String place = "Group.member[" + index + "]";
                checkThere("ATR-MDL-038", where, place + ".entity", row.patient());
                checkThere("ATR-MDL-042", where, place + ".extension(attributedProvider)", row.provider());
                checkCoverage(row, place + ".extension(coverageReference)");
                index++;
            }
            return row;
        }

        private void checkCoverage(Member row, String element) {
            checkThere("ATR-MDL-010", where, element, row.coverage())
                    .flatMap(tx::find)
                    .ifPresent(json -> settings.listRules()
                            .checkCoverageOf(
                                    list,
                                    row,
                                    index,
                                    CoverageJson.read(json, FhirVersion.R4),
                                    violation -> report(where, violation)));
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
