package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.json.GroupJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of a list as the ledger keeps it: what happened to it is not written down but read off its positions.
 *
 * @param key its key, in four columns
 * @param periodEnd text of the period's end; absent when open
 * @param lastDay last day of the period in the payer's zone; absent when open
 * @param inactive whether it was taken out or sent as inactive; a period that is over comes on top
 * @param cancelled whether it had been added by mistake
 * @param enteredPos position since which the member is on the list
 * @param fromPos position since which the row is as it is
 * @param extra the whole row as JSON where the columns can't hold all of it; absent otherwise
 */
record MemberRow(
        MemberKey key,
        @Nullable String periodEnd,
        @Nullable LocalDate lastDay,
        boolean inactive,
        boolean cancelled,
        long enteredPos,
        long fromPos,
        byte @Nullable [] extra) {
    static final String COLUMNS = "patient, provider, coverage, period_start, period_end, last_day, inactive,"
            + " cancelled, entered_pos, from_pos, extra";

    /** Takes a row in; positions are those of nothing yet. */
    static MemberRow of(Member row, ZoneId zone) {
        MemberKey key = row.key();
        if (!key.patient().startsWith("Patient/")) {
            throw new InvalidContentException("a row of a list refers to no Patient");
        }
        for (String part : new String[] {key.patient(), key.provider(), key.coverage()}) {
            if (part.length() > Refs.MAX_LENGTH) {
                throw new InvalidContentException(
                        "a reference of a row is longer than " + Refs.MAX_LENGTH + " characters");
            }
        }
        ChangeType code =
                row.changeType() == null ? ChangeType.NEW : row.changeType().normalized();
        boolean cancelled = code.equals(ChangeType.CANCELLED);
        FhirDateTime end = row.period() == null ? null : row.period().end();
        return new MemberRow(
                key,
                end == null ? null : end.text(),
                end == null ? null : end.lastDay(zone),
                row.inactive() || cancelled || code.equals(ChangeType.DROPPED),
                cancelled,
                0,
                0,
                isPlain(row) ? null : json(row));
    }

    private static byte[] json(Member row) {
        try {
            return GroupJson.member(row.withState(false, ChangeType.NOCHANGE), FhirVersion.R4);
        } catch (IllegalArgumentException e) {
            throw new InvalidContentException("a row of a list can't be written as JSON: " + e.getMessage());
        }
    }

    /** Reads {@link #COLUMNS}, which come first in the row. For one thread. */
    static final class Reader implements Session.RowReader<MemberRow> {
        private String lastDayText = "";
        private @Nullable LocalDate lastDay;

        @Override
        public MemberRow read(ResultSet row) throws SQLException {
            return new MemberRow(
                    new MemberKey(row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                    row.getString(5),
                    lastDay(row.getString(6)),
                    row.getBoolean(7),
                    row.getBoolean(8),
                    row.getLong(9),
                    row.getLong(10),
                    row.getBytes(11));
        }

        /** Most rows of a list share theirs. */
        private @Nullable LocalDate lastDay(@Nullable String text) {
            if (text == null) {
                return null;
            }
            if (!text.equals(lastDayText)) {
                lastDay = LocalDate.parse(text);
                lastDayText = text;
            }
            return lastDay;
        }
    }

    /** Returns whether nothing but positions tells the two apart. */
    boolean sameContent(MemberRow that) {
        return key.equals(that.key)
                && Objects.equals(periodEnd, that.periodEnd)
                && inactive == that.inactive
                && cancelled == that.cancelled
                && Arrays.equals(extra, that.extra);
    }

    MemberRow asDropped() {
        return new MemberRow(key, periodEnd, lastDay, true, false, enteredPos, fromPos, extra);
    }

    MemberRow asCancelled() {
        return new MemberRow(key, periodEnd, lastDay, true, true, enteredPos, fromPos, extra);
    }

    /** Returns a copy of a member who came with another row, in whose place this one is put. */
    MemberRow enteredWith(MemberRow old) {
        return new MemberRow(key, periodEnd, lastDay, inactive, cancelled, old.enteredPos, fromPos, extra);
    }

    boolean isActive(Calendar calendar) {
        return !inactive && !calendar.isOver(lastDay);
    }

    /** Returns the row with state and change code as they stand at a version (C-33). */
    Member at(long baselinePos, Calendar calendar, SamePeriod periods) {
        boolean nowInactive = !isActive(calendar);
        ChangeType change;
        if (nowInactive) {
            change = cancelled ? ChangeType.CANCELLED : ChangeType.DROPPED;
        } else if (enteredPos > baselinePos) {
            change = ChangeType.NEW;
        } else {
            change = fromPos > baselinePos ? ChangeType.CHANGED : ChangeType.NOCHANGE;
        }
        if (extra != null) {
            return GroupJson.readMember(extra, FhirVersion.R4).withState(nowInactive, change);
        }
        return new Member(
                reference(key.patient()),
                key.coverage().isEmpty() ? null : reference(key.coverage()),
                key.provider().isEmpty() ? null : reference(key.provider()),
                periods.between(key.start(), periodEnd),
                nowInactive,
                change,
                OtherElements.NONE);
    }

    private static Reference reference(String text) {
        return new Reference(text, null, null, null, OtherElements.NONE);
    }

    private static boolean isPlain(Member row) {
        Period period = row.period();
        return isPlain(row.patient())
                && isPlain(row.coverage())
                && isPlain(row.provider())
                && (period == null || (period.other().isEmpty() && (period.start() != null || period.end() != null)))
                && row.other().isEmpty();
    }

    private static boolean isPlain(@Nullable Reference reference) {
        return reference == null
                || (reference.isPlain()
                        && reference
                                .key()
                                .map(key -> key.reference().equals(reference.reference()))
                                .orElse(false));
    }

    @Override
    public String toString() {
        return "MemberRow";
    }

    /**
     * The date that decides which attributions are over.
     *
     * @param asOf the version's date in the payer's zone
     * @param isFinal whether the list is final; the calendar leaves such lists alone
     */
    record Calendar(LocalDate asOf, boolean isFinal) {
        private static final LocalDate EARLIEST = LocalDate.of(1, 1, 1);

        static Calendar of(LocalDate asOf, @Nullable ListStatus status) {
            return new Calendar(asOf, ListStatus.FINAL.equals(status));
        }

        /** Returns the first day of all that are not over; the earliest one there is when the calendar plays no part. */
        LocalDate firstDay() {
            return isFinal ? EARLIEST : asOf;
        }

        private boolean isOver(@Nullable LocalDate lastDay) {
            return lastDay != null && lastDay.isBefore(firstDay());
        }
    }
}
