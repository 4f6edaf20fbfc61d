package dev.atr.examples.payer;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Characteristic;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The lists of a payer, read from the tables in which it has them; it takes no changes. A snapshot is the number of the
 * last finished load: whatever is loaded later, each query finds the rows that stood then. So a page is read in a
 * transaction of its own, and none stays open. Ended rows must outlive the longest export.
 */
public final class BackendOverOwnTables implements ProducerBackend {
    private static final MemberKey FIRST = new MemberKey("", "", "", "0001-01-01");
    private static final Pattern PARAMETER = Pattern.compile(":([a-z]+)");

    /** The versions of lists: how many there are, and which load made the last one. */
    private static final String CHANGES = """
            (select list_id, count(*) as version, max(load_id) as load_id
            from list_changes where load_id <= :load group by list_id) c
            """;

    private static final String HEADERS = """
            select l.*, c.version, d.finished_at, p.kind, (
              select count(distinct a.member_id) from attributions a where a.list_id = l.list_id
              and a.status = 'active' and :load between a.first_load and a.last_load) as members
            from lists l join {changes} on c.list_id = l.list_id join loads d on d.load_id = c.load_id
            left join providers p on p.provider_id = l.attributed_to and :load between p.first_load and p.last_load
            where l.list_id in (:lists) and :load between l.first_load and l.last_load
            """.replace("{changes}", CHANGES);

    /** The change code says what the last version of the list did. The order is that of {@code MemberKey}. */
    private static final String ROWS =
            """
            select a.*, {provider} as provider, case
              when a.status = 'ended' then 'dropped'
              when a.status = 'cancelled' then 'cancelled'
              when a.first_load < c.load_id then 'nochange'
              when exists (
                select 1 from attributions b where b.list_id = a.list_id and b.member_id = a.member_id
                and c.load_id - 1 between b.first_load and b.last_load) then 'changed'
              else 'new' end as change_type
            from attributions a join {changes} on c.list_id = a.list_id
            left join providers p on p.provider_id = a.provider_id and :load between p.first_load and p.last_load
            where a.list_id in (:lists) and :load between a.first_load and a.last_load and a.member_id >= :member
            and (a.member_id, {provider}, a.enrolment_id, a.valid_from) > (:member, :provider, :enrolment, :start)
            order by a.member_id, provider, a.enrolment_id, a.valid_from fetch first 1000 rows only
            """.replace("{changes}", CHANGES).replace("{provider}", "coalesce(p.kind || '/' || p.provider_id, '')");

    private final DataSource tables;

    /** Reads from tables as {@code tables.sql} has them. */
    public BackendOverOwnTables(DataSource tables) {
        this.tables = tables;
    }

    @Override
    public Optional<AttributionList> find(Caller caller, ListId list) {
        return snapshot(caller, list).map(ListSnapshot::list);
    }

    @Override
    public ListPage search(Caller caller, ListQuery query) {
        Load load = newest();
        return query.among(headers(load, visible(caller, load)), target -> identifiers(load, target));
    }

    @Override
    public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
        Load load = newest();
        List<String> asked =
                visible(caller, load).stream().filter(list.value()::equals).toList();
        return headers(load, asked).stream().findFirst().map(header -> new Snapshot(this, load, header));
    }

    @Override
    public Optional<StoredResource> read(Caller caller, ResourceKey key) {
        Load load = newest();
        return resources(load, visible(caller, load), key.type(), "= :id", key.id()).stream()
                .findFirst();
    }

    /** The last finished load; of one that is under way, nothing is seen. */
    private Load newest() {
        return query(
                        "select load_id, finished_at from loads where finished_at is not null"
                                + " order by load_id desc fetch first 1 row only",
                        Map.of(),
                        row -> new Load(row.getInt("load_id"), time(row)))
                .stream()
                .findFirst()
                .orElse(new Load(0, Instant.EPOCH));
    }

    /** What the payer entitles the client to, and its registration permits. */
    private List<String> visible(Caller caller, Load load) {
        return query(
                        "select l.list_id from lists l join list_access x on x.list_id = l.list_id"
                                + " where x.client_id = :client and :load between l.first_load and l.last_load",
                        Map.of("client", caller.clientId(), "load", load.id()),
                        row -> row.getString("list_id"))
                .stream()
                .filter(list -> caller.permits(new ListId(list)))
                .toList();
    }

    private List<AttributionList> headers(Load load, List<String> lists) {
        return lists.isEmpty()
                ? List.of()
                : query(HEADERS, Map.of("load", load.id(), "lists", lists), BackendOverOwnTables::header);
    }

    private List<StoredResource> resources(
            Load load, List<String> lists, ResourceType type, String condition, String id) {
        OwnResources own = OwnResources.BY_TYPE.get(type);
        return own == null || lists.isEmpty()
                ? List.of()
                : query(
                        own.select(condition),
                        Map.of("load", load.id(), "lists", lists, "id", id),
                        row -> own.read(type, row));
    }

    private List<Identifier> identifiers(Load load, ResourceKey provider) {
        return query(
                "select npi from providers where provider_id = :id and kind = :kind and npi is not null"
                        + " and :load between first_load and last_load",
                Map.of("id", provider.id(), "kind", provider.type().code(), "load", load.id()),
                row -> Identifier.of(Canonicals.NPI, row.getString("npi")));
    }

    private static AttributionList header(ResultSet row) throws SQLException {
        String recipient = row.getString("recipient_npi");
        String attributedTo = row.getString("attributed_to");
        List<Identifier> identifiers = Stream.of(
                        identifier("https://payer.example/contracts", row.getString("contract")),
                        identifier(Canonicals.NPI, row.getString("npi")),
                        identifier(Canonicals.TIN, row.getString("tin")),
                        identifier(null, row.getString("local_number")))
                .filter(identifier -> identifier.value() != null)
                .toList();
        return new AttributionList(
                new ListId(row.getString("list_id")),
                row.getString("version"),
                time(row),
                identifiers,
                true,
                row.getString("name"),
                row.getInt("members"),
                Reference.to(ResourceType.ORGANIZATION, row.getString("payer_id")),
                new ListStatus(row.getString("status")),
                period(row),
                recipient == null ? null : identifier(Canonicals.NPI, recipient),
                attributedTo == null ? List.of() : List.of(attributedTo(row.getString("kind") + "/" + attributedTo)),
                OtherElements.NONE);
    }

    private static Characteristic attributedTo(String provider) {
        return new Characteristic(
                CodeableConcept.of(Canonicals.CHARACTERISTIC_SYSTEM, "attributed-to"),
                new OtherElements(List.of(
                        new OtherElements.Property("valueReference", "{\"reference\":\"" + provider + "\"}"),
                        new OtherElements.Property("exclude", "false"))));
    }

    private static Member member(ResultSet row) throws SQLException {
        String provider = row.getString("provider");
        return new Member(
                Reference.to(ResourceType.PATIENT, row.getString("member_id")),
                Reference.to(ResourceType.COVERAGE, row.getString("enrolment_id")),
                ResourceKey.ofReference(provider).map(Reference::to).orElse(null),
                period(row),
                !row.getString("status").equals("active"),
                ChangeType.of(row.getString("change_type")),
                OtherElements.NONE);
    }

    private static Identifier identifier(@Nullable String system, @Nullable String value) {
        return new Identifier(null, null, system, value, null, OtherElements.NONE);
    }

    private static Period period(ResultSet row) throws SQLException {
        return Period.of(row.getString("valid_from"), row.getString("valid_to"));
    }

    private static Instant time(ResultSet row) throws SQLException {
        return row.getObject("finished_at", OffsetDateTime.class).toInstant();
    }

    /** Asks with {@code :named} values, of which a list becomes several; the connection goes back at once. */
    private <T> List<T> query(String sql, Map<String, Object> values, Row<T> reader) {
        List<Object> bound = new ArrayList<>();
        String text = PARAMETER.matcher(sql).replaceAll(name -> {
            Object value = Objects.requireNonNull(values.get(name.group(1)), name.group(1));
            List<?> all = value instanceof List<?> several ? several : List.of(value);
            bound.addAll(all);
            return String.join(", ", Collections.nCopies(all.size(), "?"));
        });
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(text)) {
            for (int i = 0; i < bound.size(); i++) {
                statement.setObject(i + 1, bound.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> read = new ArrayList<>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the payer's tables can't be read", e);
        }
    }

    private Connection connect() {
        try {
            return tables.getConnection();
        } catch (SQLException e) {
            throw new TransportException("the payer's database does not answer", e); // the engine comes back later
        }
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private record Load(int id, Instant finished) {}

    private record Snapshot(BackendOverOwnTables payer, Load load, AttributionList list) implements ListSnapshot {
        @Override
        public Instant transactionTime() {
            return load.finished();
        }

        @Override
        public MemberCursor members() {
            Pages<Member> rows =
                    new Pages<>(last -> rowsAfter(last.map(Member::key).orElse(FIRST)));
            return new MemberCursor() {
                @Override
                public @Nullable Member next() {
                    return rows.next();
                }

                @Override
                public void close() {}
            };
        }

        private List<Member> rowsAfter(MemberKey last) {
            Map<String, Object> after = Map.of(
                    "load", load.id(),
                    "lists", list.id().value(),
                    "member", id(last.patient()),
                    "provider", last.provider(),
                    "enrolment", id(last.coverage()),
                    "start", LocalDate.parse(last.start()));
            return payer.query(ROWS, after, BackendOverOwnTables::member);
        }

        private static String id(String reference) {
            return reference.substring(reference.indexOf('/') + 1);
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            List<String> lists = List.of(list.id().value());
            Pages<StoredResource> resources = new Pages<>(last -> payer.resources(
                    load,
                    lists,
                    type,
                    "> :id",
                    last.map(each -> each.key().id()).orElse("")));
            return new ResourceCursor() {
                @Override
                public @Nullable StoredResource next() {
                    return resources.next();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    /** Hands out one after the other, and reads a page more when it has none. */
    private static final class Pages<T> {
        private final Function<Optional<T>, List<T>> pageAfter;
        private Iterator<T> page = Collections.emptyIterator();
        private Optional<T> last = Optional.empty();

        Pages(Function<Optional<T>, List<T>> pageAfter) {
            this.pageAfter = pageAfter;
        }

        @Nullable
        T next() {
            if (!page.hasNext()) {
                page = pageAfter.apply(last).iterator();
            }
            if (!page.hasNext()) {
                return null;
            }
            T next = page.next();
            last = Optional.of(next);
            return next;
        }
    }
}
