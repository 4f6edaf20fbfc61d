package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.producer.spi.administration.RowDifference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether differences lead from one whole version of a list to another one, and say no more than that takes. */
final class DifferencesOracle {
    private DifferencesOracle() {}

    /**
     * Checks all of what was read.
     *
     * @param before all rows of the earlier version
     * @param after all rows of the later version
     * @param differences what is said to differ
     * @throws AssertionError when it does not
     */
    static void check(List<Member> before, List<Member> after, List<RowDifference> differences) {
        Map<MemberKey, Member> rows = active(before);
        Map<MemberKey, Member> then = active(before);
        Map<MemberKey, Member> now = active(after);
        List<Member> entering = new ArrayList<>();
        for (RowDifference difference : differences) {
            Member leaving = difference.map(joined -> null, RowDifference.Left::before, RowDifference.Changed::before);
            if (leaving != null) {
                assertThat(rows.remove(leaving.key())).isEqualTo(leaving);
            }
            Member enters = difference.map(RowDifference.Joined::after, left -> null, RowDifference.Changed::after);
            if (enters != null) {
                assertThat(now.get(enters.key())).isEqualTo(enters);
                entering.add(enters);
            }
            checkFlags(difference, patients(then), patients(now));
        }
        for (Member row : entering) {
            assertThat(rows.put(row.key(), row)).isNull();
        }
        assertThat(contents(rows)).isEqualTo(contents(now));
        checkEachPatientOnce(differences);
    }

    private static void checkFlags(RowDifference difference, Set<String> before, Set<String> after) {
        boolean right = difference.map(
                joined -> joined.newcomer() != before.contains(patient(difference)),
                left -> left.gone() != after.contains(patient(difference)),
                changed -> !content(changed.before()).equals(content(changed.after())));
        assertThat(right).isTrue();
    }

    /** A patient comes in one piece, and never both leaves and joins. */
    private static void checkEachPatientOnce(List<RowDifference> differences) {
        Set<String> seen = new HashSet<>();
        String last = "";
        Set<String> joined = new HashSet<>();
        Set<String> left = new HashSet<>();
        for (RowDifference difference : differences) {
            String patient = patient(difference);
            assertThat(patient.equals(last) || seen.add(patient)).isTrue();
            last = patient;
            difference.map(one -> joined.add(patient), one -> left.add(patient), one -> true);
        }
        joined.retainAll(left);
        assertThat(joined).isEmpty();
    }

    private static String patient(RowDifference difference) {
        return difference.map(
                joined -> joined.after().key().patient(),
                left -> left.before().key().patient(),
                changed -> changed.after().key().patient());
    }

    private static Set<String> patients(Map<MemberKey, Member> rows) {
        return rows.keySet().stream().map(MemberKey::patient).collect(Collectors.toSet());
    }

    private static Map<MemberKey, Member> active(List<Member> rows) {
        return new TreeMap<>(
                rows.stream().filter(row -> !row.inactive()).collect(Collectors.toMap(Member::key, row -> row)));
    }

    private static Map<MemberKey, Member> contents(Map<MemberKey, Member> rows) {
        Map<MemberKey, Member> contents = new TreeMap<>();
        rows.forEach((key, row) -> contents.put(key, content(row)));
        return contents;
    }

    private static Member content(Member row) {
        return row.withState(false, ChangeType.NOCHANGE);
    }
}
