package dev.atr.cli.sample;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.jdbc.Ledger;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A payer that does not exist, to try things out with: one open list, beside it a small draft and a small final one.
 * There are families with one subscriber, providers at all three levels at several sites, members with two providers,
 * and members who join, move, change and leave over three publications.
 *
 * <p>The same number of members and the same calendar year give the same data, byte for byte, on every machine. Memory
 * does not grow with the number of members.
 */
public final class SamplePayer {
    /** What the word {@code small} stands for: 25 members, each kind of change once or twice among them. */
    public static final int SMALL = 25;

    /** Most members of the open list: 5 million. */
    public static final int MAX_MEMBERS = 5_000_000;

    /** System of the contract identifiers of the lists. */
    public static final String CONTRACT_SYSTEM = "https://cedarvalley.example/ids/contract";

    /** Id of the open list. */
    public static final ListId OPEN_LIST = new ListId("juniper-open");

    /** Id of the draft list. */
    public static final ListId DRAFT_LIST = new ListId("lakeside-draft");

    /** Id of the final list. */
    public static final ListId FINAL_LIST = new ListId("northgate-final");

    /** System of the identifier by which the payer's Organization says which sample this is: members and year. */
    static final String SAMPLE_SYSTEM = "https://cedarvalley.example/ids/sample";

    static final String PAYER_NAME = "Cedar Valley Health Plan";

    private static final int DRAFT_MEMBERS = 12;
    private static final int FINAL_MEMBERS = 15;
    private static final int SMALL_LEAVERS = 2;

    private final int members;
    private final Dice dice;
    private final SampleCalendar calendar;
    private final List<Part> parts;

    private SamplePayer(int members, int year) {
        this.members = members;
        this.dice = new Dice(members);
        this.calendar = new SampleCalendar(year);
        int sites = Math.max(2, Math.min(400, members / 2_000));
        int practitioners = sites * Math.max(3, Math.min(12, members / 400 / sites));
        int leavers = Math.max(SMALL_LEAVERS, members / 25);
        this.parts = List.of(
                part(
                        new Network(
                                OPEN_LIST,
                                ListStatus.OPEN,
                                "Juniper Health Partners",
                                "juniper",
                                "CV-2001",
                                1,
                                sites,
                                practitioners),
                        0,
                        members,
                        leavers),
                part(
                        new Network(
                                DRAFT_LIST, ListStatus.DRAFT, "Lakeside Physicians", "lakeside", "CV-2002", 2, 2, 4),
                        (long) members + leavers,
                        DRAFT_MEMBERS,
                        SMALL_LEAVERS),
                part(
                        new Network(
                                FINAL_LIST,
                                ListStatus.FINAL,
                                "Northgate Medical Group",
                                "northgate",
                                "CV-2003",
                                3,
                                2,
                                4),
                        (long) members + leavers + DRAFT_MEMBERS + SMALL_LEAVERS,
                        FINAL_MEMBERS,
                        0));
    }

    /**
     * Returns a payer whose open list has a number of active members.
     *
     * @param members from 1 to {@link #MAX_MEMBERS}
     * @param today a day of the calendar year in which the lists are to be current
     */
    public static SamplePayer of(int members, LocalDate today) {
        if (members < 1 || members > MAX_MEMBERS) {
            throw new IllegalArgumentException("a sample has 1 to " + MAX_MEMBERS + " members");
        }
        return new SamplePayer(members, today.getYear());
    }

    /**
     * Looks for a sample in a ledger, be it whole or only begun.
     *
     * @return what there is; empty when no sample was ever begun there
     * @throws dev.atr.producer.jdbc.LedgerException when the database fails
     */
    public static Optional<Held> heldBy(Ledger ledger) {
        List<byte[]> payer = new ArrayList<>();
        ledger.write(tx -> tx.find(SampleResources.PAYER).ifPresent(payer::add));
        return payer.stream()
                .flatMap(json -> JsonValue.parse(json).items("identifier").stream())
                .filter(identifier -> identifier.text("system").equals(Optional.of(SAMPLE_SYSTEM)))
                .flatMap(identifier -> identifier.text("value").stream())
                .flatMap(sample -> Held.parse(sample, LedgerSink.version(ledger, FINAL_LIST) > 0).stream())
                .findFirst();
    }

    /**
     * Writes the payer to a ledger, in an order in which whatever is referred to comes first. Takes about a tenth of a
     * millisecond a member. Where an earlier call was interrupted, what it left is kept and the rest is written.
     *
     * @param ledger a ledger without a sample, or with a part of the same one
     * @param progress told about each thousandth step
     * @throws dev.atr.producer.jdbc.LedgerException when the database fails; what was written before stays
     * @see #heldBy
     */
    public void writeTo(Ledger ledger, Progress progress) {
        writeTo(new LedgerSink(ledger), progress);
    }

    /** Writes everything, in an order in which whatever is referred to comes first. */
    void writeTo(SampleSink sink, Progress progress) {
        long total = 2 * parts.stream().mapToLong(Part::people).sum();
        Counter counter = new Counter(progress, total);
        SampleResources resources = new SampleResources(dice, calendar);
        // First, so that a sample that was begun can be told from none; the last list says that it is whole.
        sink.resource(SampleResources.PAYER, resources.payer(Held.text(members, calendar.year())));
        for (Part part : parts) {
            writeProviders(part.network(), resources, sink);
        }
        for (Part part : parts) {
            writePeople(part.stayers(), resources, sink, counter);
            writePeople(part.leavers(), resources, sink, counter);
        }
        for (Part part : parts) {
            int first = part.isFinal() ? SampleRows.PUBLICATIONS : 1;
            try (MemberCursor rows = new Rows(part, first, counter)) {
                sink.list(part.network().list(calendar.contract()), rows);
            }
            for (int publication = first + 1; publication <= SampleRows.PUBLICATIONS; publication++) {
                writeChanges(part, publication, sink);
            }
        }
        counter.finish();
    }

    private static void writeProviders(Network network, SampleResources resources, SampleSink sink) {
        sink.resource(new ResourceKey(ResourceType.ORGANIZATION, network.organization()), resources.group(network));
        for (int site = 0; site < network.sites(); site++) {
            sink.resource(
                    new ResourceKey(ResourceType.ORGANIZATION, network.siteId(site)), resources.site(network, site));
            sink.resource(
                    new ResourceKey(ResourceType.LOCATION, network.locationId(site)),
                    resources.location(network, site));
        }
        for (int practitioner = 0; practitioner < network.practitioners(); practitioner++) {
            sink.resource(
                    new ResourceKey(ResourceType.PRACTITIONER, network.practitionerId(practitioner)),
                    resources.practitioner(network, practitioner));
            sink.resource(
                    new ResourceKey(ResourceType.PRACTITIONER_ROLE, network.roleId(practitioner)),
                    resources.role(network, practitioner));
        }
    }

    private static void writePeople(Population people, SampleResources resources, SampleSink sink, Counter counter) {
        people.forEach(person -> {
            sink.resource(SampleResources.patientKey(person.number()), resources.patient(person));
            if (!person.household().subscriberIsMember()) {
                sink.resource(SampleResources.relatedKey(person.number()), resources.subscriber(person));
            }
            sink.resource(SampleResources.coverageKey(person.number()), resources.coverage(person));
            counter.one();
        });
    }

    private static void writeChanges(Part part, int publication, SampleSink sink) {
        sink.changes(part.network().listId(), changes -> {
            for (long person = part.first(); person < part.end(); person++) {
                if (!part.rows().changeAt(person, publication)) {
                    continue;
                }
                List<Member> before = part.rows().at(person, publication - 1);
                List<Member> after = part.rows().at(person, publication);
                before.stream()
                        .map(Member::key)
                        .filter(key -> after.stream().noneMatch(row -> row.key().equals(key)))
                        .forEach(changes::remove);
                after.stream().filter(row -> !before.contains(row)).forEach(changes::put);
            }
        });
    }

    private Part part(Network network, long first, int stayers, int leavers) {
        return new Part(
                network,
                new Population(dice, first, stayers),
                new Population(dice, first + stayers, leavers),
                new SampleRows(network, dice, calendar, first, stayers));
    }

    /**
     * A sample that a ledger holds.
     *
     * @param members how many members its open list has, or is to have
     * @param year the calendar year for which it was made
     * @param isComplete whether all of it is there; false when the writing was interrupted
     */
    public record Held(int members, int year, boolean isComplete) {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,7})-(\\d{4})");

        private static String text(int members, int year) {
            return members + "-" + year;
        }

        private static Optional<Held> parse(String text, boolean isComplete) {
            Matcher parts = TEXT.matcher(text);
            return parts.matches()
                    ? Optional.of(
                            new Held(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), isComplete))
                    : Optional.empty();
        }

        /** Returns the payer that was written, or was to be. */
        public SamplePayer payer() {
            return new SamplePayer(members, year);
        }
    }

    /** Told how far the writing has got. */
    public interface Progress {
        /**
         * Some more is written.
         *
         * @param done steps done, ascending
         * @param total steps in all, the same each time
         */
        void written(long done, long total);
    }

    /** A list with its people. Those who leave are families of their own, so that no subscriber leaves a child behind. */
    private record Part(Network network, Population stayers, Population leavers, SampleRows rows) {
        long first() {
            return stayers.first();
        }

        long people() {
            return stayers.size() + leavers.size();
        }

        long end() {
            return first() + people();
        }

        boolean isFinal() {
            return network.status().equals(ListStatus.FINAL);
        }
    }

    /** Counts steps and tells about every thousandth. */
    private static final class Counter {
        private static final int STEP = 1_000;

        private final Progress progress;
        private final long total;
        private long done;

        Counter(Progress progress, long total) {
            this.progress = progress;
            this.total = total;
        }

        void one() {
            done++;
            if (done % STEP == 0) {
                progress.written(done, total);
            }
        }

        void finish() {
            progress.written(total, total);
        }
    }

    /** The rows of a list as they stand at a publication. */
    private static final class Rows implements MemberCursor {
        private final Part part;
        private final int publication;
        private final Counter counter;
        private final Deque<Member> waiting = new ArrayDeque<>();
        private long person;

        Rows(Part part, int publication, Counter counter) {
            this.part = part;
            this.publication = publication;
            this.counter = counter;
            this.person = part.first();
        }

        @Override
        public @Nullable Member next() {
            while (waiting.isEmpty() && person < part.end()) {
                waiting.addAll(part.rows().at(person, publication));
                person++;
                counter.one();
            }
            return waiting.poll();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
