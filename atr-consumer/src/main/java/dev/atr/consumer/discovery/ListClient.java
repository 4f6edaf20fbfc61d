package dev.atr.consumer.discovery;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.consumer.internal.Pages;
import dev.atr.consumer.internal.Tokens;
import dev.atr.consumer.peer.SearchOptions;
import dev.atr.consumer.peer.SearchOptions.Names;
import dev.atr.consumer.peer.SearchOptions.Summaries;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.ResourceScanner;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the attribution lists that one Producer holds for us, and reads single resources and their histories.
 *
 * <p>Lists come as summaries, without rows: searches and reads ask for {@code _summary=true}, or for single elements
 * where the profile says so or the Producer is seen to send rows all the same. A summary that lacks
 * status or contract period, which choosing a list needs, is completed by a second read, where the Producer takes it.
 * Rows come by export only.
 *
 * <p>All methods throw {@link TransportException} when no answer came, {@link AuthorizationException} when the token is
 * not accepted or its scopes are too small, {@link RejectedException} when the Producer refuses for another reason,
 * {@link ProtocolException} when the answer is none that the specifications allow, and
 * {@link dev.atr.core.error.InvalidContentException} when its content can't be read.
 *
 * <p>What is read holds numbers of members and providers. The guide lets NPIs and TINs be passed on between providers
 * for payment, treatment and operations only; neither log lines nor messages nor {@code toString} of this library hold
 * them.
 *
 * <p>Thread-safe.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, "Discovery of Group Resource"</a>
 */
public final class ListClient {
    /** Pages of one search result that are read at most: {@value}. */
    public static final int MAX_PAGES = Pages.MAX;

    /** Largest page of a search result, in bytes: {@value}, or some thousand summaries. */
    public static final int MAX_PAGE_BYTES = Pages.MAX_BYTES;

    // A Producer that does not take the second read: what the summary lacks stays unknown.
    private static final Set<Integer> NOT_TAKEN = Set.of(400, 404, 405, 410, 422, 501);

    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/fhir+json");

    /** What a list says of itself: what a summary of the guide's Producers holds. */
    private static final String OF_ITSELF =
            "identifier,active,type,actual,code,name,quantity,managingEntity,characteristic,extension";

    private static final Pattern VERSION_ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    private final FhirPeer peer;
    private final SearchOptions searches;

    /** Whether the Producer has sent rows where a summary was asked for. */
    private volatile boolean summariesHaveRows;

    /** Creates a client; asks nothing yet. */
    public ListClient(ProducerConnection producer) {
        this.peer = new FhirPeer(producer);
        this.searches = producer.profile().searches();
    }

    /** Returns the FHIR version that the Producer speaks, by its metadata unless it was given. */
    public FhirVersion fhirVersion() throws InterruptedException {
        return peer.version();
    }

    /**
     * Finds the lists of a provider.
     *
     * @param npi the national provider identifier
     * @return summaries; empty when there is none
     */
    public List<AttributionList> findByNpi(String npi) throws InterruptedException {
        return findByIdentifier(Canonicals.NPI, npi);
    }

    /**
     * Finds the lists of a provider organization.
     *
     * @param tin the tax identification number
     * @return summaries; empty when there is none
     */
    public List<AttributionList> findByTin(String tin) throws InterruptedException {
        return findByIdentifier(Canonicals.TIN, tin);
    }

    /**
     * Finds lists by an identifier of a system that the Producer assigned: a contract or a settlement entity.
     *
     * @param system the system, for example {@code https://payer.example/contracts}
     * @param value the identifier, exactly as the Producer writes it
     * @return summaries of the lists that carry it, and of no others; empty when there is none
     */
    public List<AttributionList> findByIdentifier(String system, String value) throws InterruptedException {
        if (system.isBlank() || value.isBlank()) {
            throw new IllegalArgumentException("system and value: not blank");
        }
        Identifier wanted = Identifier.of(system, value);
        // A server that ignores the parameter answers with every list.
        return search(QueryParameters.of("identifier", Tokens.text(system, value))).stream()
                .filter(list -> Tokens.carries(list, wanted))
                .toList();
    }

    /**
     * Finds lists that carry, of each of several choices of identifiers, at least one: those of a contract and of either
     * an NPI or a TIN, say.
     *
     * @param allOfAnyOf the choices, none of them empty; each identifier with system and value
     * @return summaries of the lists that fit, and of no others; empty when there is none
     * @throws IllegalArgumentException when there is no choice, or an identifier lacks a part
     */
    public List<AttributionList> findByIdentifiers(List<List<Identifier>> allOfAnyOf) throws InterruptedException {
        if (allOfAnyOf.isEmpty()) {
            throw new IllegalArgumentException("allOfAnyOf: at least one choice");
        }
        List<String> namesAndValues = new ArrayList<>();
        for (List<Identifier> anyOf : allOfAnyOf) {
            namesAndValues.add("identifier");
            namesAndValues.add(Tokens.anyOf(anyOf));
        }
        return search(QueryParameters.of(namesAndValues.toArray(String[]::new))).stream()
                .filter(list -> allOfAnyOf.stream()
                        .allMatch(anyOf -> anyOf.stream().anyMatch(wanted -> Tokens.carries(list, wanted))))
                .toList();
    }

    /**
     * Finds lists whose name begins with a text, in any case and with or without accents. Base FHIR has no such search:
     * the Producer is asked to do it only when its metadata says that it can, else all its lists are read and compared
     * here.
     *
     * @param name the beginning of the name
     * @return summaries; empty when there is none
     */
    public List<AttributionList> findByName(String name) throws InterruptedException {
        String wanted = folded(name);
        if (wanted.isBlank()) {
            throw new IllegalArgumentException("name: not blank");
        }
        boolean there = searches.names() == Names.AUTO && peer.capabilities().searches("Group", "name");
        return search(there ? QueryParameters.of("name", name) : QueryParameters.none()).stream()
                .filter(list -> list.name() != null && folded(list.name()).startsWith(wanted))
                .toList();
    }

    /** Finds every list that we may see. */
    public List<AttributionList> findAll() throws InterruptedException {
        return search(QueryParameters.none());
    }

    /**
     * Reads the summary of one list.
     *
     * @return empty when there is no such list, or it is not ours to see: a Producer makes no difference
     */
    public Optional<AttributionList> find(ListId id) throws InterruptedException {
        try (HttpReply reply = get("Group/" + id.value() + "?" + shortened())) {
            return summary(id, reply);
        }
    }

    /**
     * Reads the summary of a list again. When it is as it was, the Producer only says so.
     *
     * @param known the list as it was read before
     * @return the list as it is now, the same object when nothing changed; empty when there is no such list any more, or
     *     it is no longer ours to see
     */
    public Optional<AttributionList> refresh(AttributionList known) throws InterruptedException {
        if (known.version() == null) {
            return find(known.id());
        }
        HttpHeaders headers = HEADERS.with("If-None-Match", "W/\"" + known.version() + "\"");
        try (HttpReply reply =
                peer.send(HttpCall.get(peer.at(known.id().key().reference() + "?" + shortened()), headers), true)) {
            return reply.status() == 304 ? Optional.of(known) : summary(known.id(), reply);
        }
    }

    /**
     * Reads the summary of a list as it was in one version.
     *
     * @param version the version id
     * @return empty when there is no such version, or it is not ours to see, or it is the deletion
     */
    public Optional<AttributionList> findVersion(ListId id, String version) throws InterruptedException {
        try (HttpReply reply = get(versionPath(id.key(), version) + "?" + shortened())) {
            return summary(id, reply);
        }
    }

    /**
     * Reads one version of a resource.
     *
     * @param key a resource that is not a Group; see {@link #findVersion}
     * @param version the version id
     * @return the resource as JSON in UTF-8; empty when there is no such version, or it is not ours to see, or it is the
     *     deletion
     * @throws IllegalArgumentException when the key is that of a Group, or the version is no id
     */
    public Optional<byte[]> readVersion(ResourceKey key, String version) throws InterruptedException {
        return read(key, versionPath(key, version));
    }

    /**
     * Reads the history of a list or of another resource, newest version first. Versions of a list come without rows.
     *
     * @param most how many versions to read at most; positive. They are held in memory
     * @return the versions; none when there is no such resource, or it is not ours to see
     */
    public List<ReceivedVersion> history(ResourceKey key, int most) throws InterruptedException {
        if (most < 1) {
            throw new IllegalArgumentException("most: positive");
        }
        String summary = key.type().equals(ResourceType.GROUP) ? "&" + shortened() : "";
        List<ReceivedVersion> versions = new ArrayList<>();
        new Pages(peer, "history", status -> status == 404 || status == 410)
                .forEach(peer.at(key.reference() + "/_history?_count=" + Math.min(most, 100) + summary), entry -> {
                    if (versions.size() < most) {
                        versions.add(version(entry));
                    }
                    return versions.size() < most;
                });
        return List.copyOf(versions);
    }

    /**
     * Reads one resource.
     *
     * @param key a resource that is not a Group: lists are read by {@link #find} and exported
     * @return the resource as JSON in UTF-8; empty when there is none, or it is not ours to see
     * @throws IllegalArgumentException when the key is that of a Group
     */
    public Optional<byte[]> read(ResourceKey key) throws InterruptedException {
        return read(key, key.reference());
    }

    private Optional<byte[]> read(ResourceKey key, String path) throws InterruptedException {
        if (key.type().equals(ResourceType.GROUP)) {
            throw new IllegalArgumentException("key: a Group may be too large to read; see find and the export client");
        }
        String what = "read of " + key.type();
        try (HttpReply reply = get(path)) {
            if (reply.status() == 404 || reply.status() == 410) {
                return Optional.empty();
            }
            requireOk(what, reply);
            byte[] json = reply.bytes();
            ResourceScanner.ScannedResource scanned = ResourceScanner.scan(json);
            if (!scanned.type().equals(key.type()) || !key.id().equals(scanned.id())) {
                throw new ProtocolException(what + ": got another resource than was asked for");
            }
            return Optional.of(json);
        }
    }

    private Optional<AttributionList> summary(ListId id, HttpReply reply) throws InterruptedException {
        if (reply.status() == 404 || reply.status() == 410) {
            return Optional.empty();
        }
        requireOk("read of a list", reply);
        AttributionList list = header(reply);
        if (!list.id().equals(id)) {
            throw new ProtocolException("read of a list: got another one than was asked for");
        }
        return Optional.of(completed(list));
    }

    private static String versionPath(ResourceKey key, String version) {
        if (!VERSION_ID.matcher(version).matches()) {
            throw new IllegalArgumentException("version: an id of letters, digits, hyphens and dots");
        }
        return key.reference() + "/_history/" + version;
    }

    private static ReceivedVersion version(JsonValue entry) {
        JsonValue resource = entry.find("resource").orElse(null);
        JsonValue response = entry.find("response").orElse(JsonValue.JsonObject.EMPTY);
        JsonValue meta = resource == null
                ? JsonValue.JsonObject.EMPTY
                : resource.find("meta").orElse(JsonValue.JsonObject.EMPTY);
        String id = meta.text("versionId")
                .or(() -> response.text("etag").map(etag -> etag.replaceAll("^W/|\"", "")))
                .orElse(null);
        Instant time = meta.text("lastUpdated")
                .or(() -> response.text("lastModified"))
                .flatMap(ListClient::instant)
                .orElse(null);
        return new ReceivedVersion(id, time, resource == null ? null : resource.toBytes());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            // A Producer that writes times in its own way; what it says beside that still counts.
            return Optional.empty();
        }
    }

    private String shortened() {
        return shortened(QueryParameters.none()).encode();
    }

    /** Adds the parameter that keeps rows away, by the name that this Producer knows. */
    private QueryParameters shortened(QueryParameters query) {
        boolean byElements = switch (searches.summaries()) {
            case AUTO -> summariesHaveRows;
            case SUMMARY -> false;
            case ELEMENTS -> true;
        };
        return byElements ? query.with("_elements", OF_ITSELF) : query.with("_summary", "true");
    }

    private List<AttributionList> search(QueryParameters query) throws InterruptedException {
        Pages pages = searchPages();
        try {
            return search(query, pages);
        } catch (TransportException e) {
            if (!pages.hasBrokenOff() || searches.summaries() != Summaries.AUTO || summariesHaveRows) {
                throw e;
            }
            // Perhaps there were rows in it, and so it was too large.
            summariesHaveRows = true;
            try {
                return search(query, searchPages());
            } catch (AtrException again) {
                summariesHaveRows = false;
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    private Pages searchPages() {
        return new Pages(peer, "search for lists", status -> false);
    }

    private List<AttributionList> search(QueryParameters query, Pages pages) throws InterruptedException {
        Map<ListId, AttributionList> found = new LinkedHashMap<>();
        FhirVersion version = peer.version();
        pages.forEach(peer.at("Group?" + shortened(query).encode()), entry -> {
            JsonValue resource = entry.find("resource").orElse(entry);
            // Beside the lists, a searchset may hold an OperationOutcome about the search itself.
            if (resource.text("resourceType").orElse("").equals("Group")) {
                summariesHaveRows |= !resource.items("member").isEmpty();
                AttributionList list = GroupJson.readHeader(resource.toBytes(), version);
                found.putIfAbsent(list.id(), list);
            }
            return true;
        });
        for (Map.Entry<ListId, AttributionList> entry : found.entrySet()) {
            entry.setValue(completed(entry.getValue()));
        }
        return List.copyOf(found.values());
    }

    /**
     * Reads what the summary of a list lacks: servers that know nothing of the guide strip its extensions from
     * summaries. A server that does not take {@code _elements} sends the whole Group, whose rows pass by unheld.
     */
    private AttributionList completed(AttributionList summary) throws InterruptedException {
        if (summary.status() != null && summary.contractPeriod() != null) {
            return summary;
        }
        try (HttpReply reply = get("Group/" + summary.id().value() + "?_elements=identifier,name,extension")) {
            if (NOT_TAKEN.contains(reply.status())) {
                return summary;
            }
            requireOk("read of a list", reply);
            AttributionList more = header(reply);
            if (!more.id().equals(summary.id())) {
                throw new ProtocolException("read of a list: got another one than was asked for");
            }
            return new AttributionList(
                    summary.id(),
                    summary.version(),
                    summary.lastUpdated(),
                    summary.identifiers().isEmpty() ? more.identifiers() : summary.identifiers(),
                    summary.active(),
                    summary.name() == null ? more.name() : summary.name(),
                    summary.quantity(),
                    summary.payer(),
                    summary.status() == null ? more.status() : summary.status(),
                    summary.contractPeriod() == null ? more.contractPeriod() : summary.contractPeriod(),
                    summary.intendedRecipient() == null ? more.intendedRecipient() : summary.intendedRecipient(),
                    summary.characteristics(),
                    summary.other());
        }
    }

    private AttributionList header(HttpReply reply) throws InterruptedException {
        try (GroupReader reader = new GroupReader(reply.body(), peer.version())) {
            while (reader.next() != null) {
                // Rows that nobody asked for; they are told apart from a whole list by being let go.
                summariesHaveRows = true;
            }
            return reader.list();
        } catch (UncheckedIOException e) {
            throw new TransportException("read of a list: the answer broke off or is too large", e);
        }
    }

    private HttpReply get(String pathAndQuery) throws InterruptedException {
        return peer.send(HttpCall.get(peer.at(pathAndQuery), HEADERS), true);
    }

    private void requireOk(String what, HttpReply reply) {
        if (reply.status() != 200) {
            throw peer.failure(what, reply);
        }
    }

    private static String folded(String name) {
        return Normalizer.normalize(name.strip(), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }
}
