package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one attribution between an earlier and a later version of a list. Only active rows attribute: one that
 * is inactive in a version, because it was dropped or cancelled or its period is over, is as good as absent there. Each
 * member carries state and change code as in the version that it is taken from.
 */
public sealed interface RowDifference {
    /** Returns what one of three functions makes of it. */
    <R> R map(Function<Joined, R> joined, Function<Left, R> left, Function<Changed, R> changed);

    /**
     * Compares the rows of one patient in two versions. A row that left and one that came make one change, if there are
     * both: those of one coverage and provider first, then those of one coverage, then those of one provider, then any.
     *
     * @param before the rows in the earlier version, inactive ones included; keys ascending
     * @param after those in the later version
     * @return what differs: changes first, then who left, then who joined; none when the patient is attributed as before
     */
    static List<RowDifference> between(List<Member> before, List<Member> after) {
        Map<MemberKey, Member> left = active(before);
        Map<MemberKey, Member> joined = active(after);
        boolean newcomer = left.isEmpty();
        boolean gone = joined.isEmpty();
        List<RowDifference> differences = new ArrayList<>();
        for (MemberKey key : List.copyOf(left.keySet())) {
            Member now = joined.remove(key);
            if (now != null) {
                Member then = Objects.requireNonNull(left.remove(key));
                if (!content(then).equals(content(now))) {
                    differences.add(Changed.of(then, now));
                }
            }
        }
        pair(left, joined, RowDifference::samePair, differences);
        pair(left, joined, (one, other) -> one.coverage().equals(other.coverage()), differences);
        pair(left, joined, (one, other) -> one.provider().equals(other.provider()), differences);
        pair(left, joined, (one, other) -> true, differences);
        left.values().forEach(row -> differences.add(new Left(row, inactive(after, row.key()), gone)));
        joined.values().forEach(row -> differences.add(new Joined(row, newcomer)));
        return differences;
    }

    private static void pair(
            Map<MemberKey, Member> left,
            Map<MemberKey, Member> joined,
            BiPredicate<MemberKey, MemberKey> together,
            List<RowDifference> differences) {
        for (Iterator<Member> leaving = left.values().iterator(); leaving.hasNext(); ) {
            Member before = leaving.next();
            joined.keySet().stream()
                    .filter(key -> together.test(before.key(), key))
                    .findFirst()
                    .ifPresent(key -> {
                        differences.add(Changed.of(before, Objects.requireNonNull(joined.remove(key))));
                        leaving.remove();
                    });
        }
    }

    private static boolean samePair(MemberKey one, MemberKey other) {
        return one.coverage().equals(other.coverage()) && one.provider().equals(other.provider());
    }

    private static Map<MemberKey, Member> active(List<Member> rows) {
        Map<MemberKey, Member> active = new TreeMap<>();
        rows.stream().filter(row -> !row.inactive()).forEach(row -> active.put(row.key(), row));
        return active;
    }

    private static @Nullable Member inactive(List<Member> rows, MemberKey key) {
        return rows.stream().filter(row -> row.key().equals(key)).findFirst().orElse(null);
    }

    private static Member content(Member row) {
        return row.withState(false, ChangeType.NOCHANGE);
    }

    /**
     * A row that attributes in the later version and did not in the earlier one.
     *
     * @param after the row in the later version
     * @param newcomer whether the member joined the list with it: no row attributed the member in the earlier version
     */
    record Joined(Member after, boolean newcomer) implements RowDifference {
        @Override
        public <R> R map(Function<Joined, R> joined, Function<Left, R> left, Function<Changed, R> changed) {
            return joined.apply(this);
        }

        /** Returns the name of the type only: a row is member data. */
        @Override
        public String toString() {
            return "Joined";
        }
    }

    /**
     * A row that attributed in the earlier version and does not in the later one: it was taken out or cancelled, or its
     * period is over.
     *
     * @param before the row in the earlier version
     * @param after the row in the later version, inactive, where its change code says why; absent when it is there no more
     * @param gone whether the member left the list with it: no row attributes the member in the later version
     */
    record Left(Member before, @Nullable Member after, boolean gone) implements RowDifference {
        @Override
        public <R> R map(Function<Joined, R> joined, Function<Left, R> left, Function<Changed, R> changed) {
            return left.apply(this);
        }

        /** Returns the name of the type only: a row is member data. */
        @Override
        public String toString() {
            return "Left";
        }
    }

    /**
     * An attribution that holds in both versions, but not in the same way.
     *
     * @param before the row in the earlier version
     * @param after the row in the later version
     * @param what in which ways; at least one, in the order of the constants
     */
    record Changed(Member before, Member after, Set<Aspect> what) implements RowDifference {
        /** Copies the set and checks that it has something in it. */
        public Changed {
            what = ordered(what);
        }

        /** Returns the change from one row to another one. */
        public static Changed of(Member before, Member after) {
            MemberKey then = before.key();
            MemberKey now = after.key();
            Set<Aspect> what = EnumSet.noneOf(Aspect.class);
            if (!then.provider().equals(now.provider())) {
                what.add(Aspect.PROVIDER);
            }
            if (!then.coverage().equals(now.coverage())) {
                what.add(Aspect.COVERAGE);
            }
            if (!Objects.equals(before.period(), after.period())) {
                what.add(Aspect.PERIOD);
            }
            if (what.isEmpty()) {
                what.add(Aspect.OTHER);
            }
            return new Changed(before, after, what);
        }

        @Override
        public <R> R map(Function<Joined, R> joined, Function<Left, R> left, Function<Changed, R> changed) {
            return changed.apply(this);
        }

        private static Set<Aspect> ordered(Collection<Aspect> what) {
            if (what.isEmpty()) {
                throw new IllegalArgumentException("a change is a change of something");
            }
            return Collections.unmodifiableSet(EnumSet.copyOf(what));
        }

        /** Returns what has changed, without the rows: they are member data. */
        @Override
        public String toString() {
            return "Changed" + what;
        }
    }

    /** In which way an attribution changed. */
    enum Aspect {
        /** Another provider, or none. */
        PROVIDER,
        /** Another coverage. */
        COVERAGE,
        /** Another beginning or end. */
        PERIOD,
        /** None of these, but something else that the row says, such as the text of a reference. */
        OTHER
    }
}
