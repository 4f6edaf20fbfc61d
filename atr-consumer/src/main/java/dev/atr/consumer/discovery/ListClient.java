package dev.atr.consumer.discovery;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
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
import java.net.URI;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the attribution lists that one Producer holds for us, and reads single resources.
 *
 * <p>Lists come as summaries, without rows: searches and reads ask for {@code _summary=true}. A summary that lacks
 * status or contract period, which choosing a list needs, is completed by a second read, where the Producer takes it.
 * Rows come by export only.
 *
 * <p>All methods throw {@link TransportException} when no answer came, {@link AuthorizationException} when the token is
 * not accepted or its scopes are too small, {@link RejectedException} when the Producer refuses for another reason,
 * {@link ProtocolException} when the answer is none that the specifications allow, and
 * {@link dev.atr.core.error.InvalidContentException} when its content can't be read.
 *
 * <p>Thread-safe.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, "Discovery of Group Resource"</a>
 */
public final class ListClient {
    /** Pages of one search result that are read at most: 10 000. */
    public static final int MAX_PAGES = 10_000;

    /** Largest page of a search result, in bytes: 8 MB, or some thousand summaries. */
    public static final int MAX_PAGE_BYTES = 8 << 20;

    private static final HttpCall.Limits PAGE_LIMITS = new HttpCall.Limits(
            MAX_PAGE_BYTES,
            HttpCall.Limits.DOCUMENT.answerTimeout(),
            HttpCall.Limits.DOCUMENT.idleTimeout(),
            HttpCall.Limits.DOCUMENT.totalTimeout());

    // A Producer that does not take the second read: what the summary lacks stays unknown.
    private static final Set<Integer> NOT_TAKEN = Set.of(400, 404, 405, 410, 422, 501);

    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/fhir+json");

    private final FhirPeer peer;

    /** Creates a client; asks nothing yet. */
    public ListClient(ProducerConnection producer) {
        this.peer = new FhirPeer(producer);
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
        return search(QueryParameters.of("identifier", Tokens.text(system, value), "_summary", "true")).stream()
                .filter(list -> Tokens.carries(list, wanted))
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
        QueryParameters query = peer.capabilities().searches("Group", "name")
                ? QueryParameters.of("name", name, "_summary", "true")
                : QueryParameters.of("_summary", "true");
        return search(query).stream()
                .filter(list -> list.name() != null && folded(list.name()).startsWith(wanted))
                .toList();
    }

    /** Finds every list that we may see. */
    public List<AttributionList> findAll() throws InterruptedException {
        return search(QueryParameters.of("_summary", "true"));
    }

    /**
     * Reads the summary of one list.
     *
     * @return empty when there is no such list, or it is not ours to see: a Producer makes no difference
     */
    public Optional<AttributionList> find(ListId id) throws InterruptedException {
        try (HttpReply reply = get("Group/" + id.value() + "?_summary=true")) {
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
    }

    /**
     * Reads one resource.
     *
     * @param key a resource that is not a Group: lists are read by {@link #find} and exported
     * @return the resource as JSON in UTF-8; empty when there is none, or it is not ours to see
     * @throws IllegalArgumentException when the key is that of a Group
     */
    public Optional<byte[]> read(ResourceKey key) throws InterruptedException {
        if (key.type().equals(ResourceType.GROUP)) {
            throw new IllegalArgumentException("key: a Group may be too large to read; see find and the export client");
        }
        String what = "read of " + key.type();
        try (HttpReply reply = get(key.reference())) {
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

    private List<AttributionList> search(QueryParameters query) throws InterruptedException {
        Map<ListId, AttributionList> found = new LinkedHashMap<>();
        Set<URI> read = new HashSet<>();
        URI page = peer.at("Group?" + query.encode());
        while (page != null) {
            if (!read.add(page) || read.size() > MAX_PAGES) {
                throw new ProtocolException("search for lists: the next links do not end");
            }
            JsonValue bundle = bundle(page);
            for (JsonValue entry : bundle.items("entry")) {
                JsonValue resource = entry.find("resource").orElse(entry);
                // Beside the lists, a searchset may hold an OperationOutcome about the search itself.
                if (resource.text("resourceType").orElse("").equals("Group")) {
                    AttributionList list = GroupJson.readHeader(resource.toBytes(), peer.version());
                    found.putIfAbsent(list.id(), list);
                }
            }
            page = next(bundle, page);
        }
        for (Map.Entry<ListId, AttributionList> entry : found.entrySet()) {
            entry.setValue(completed(entry.getValue()));
        }
        return List.copyOf(found.values());
    }

    private JsonValue bundle(URI page) throws InterruptedException {
        HttpCall call = new HttpCall("GET", page, HEADERS, new byte[0], 0, PAGE_LIMITS);
        try (HttpReply reply = peer.send(call, true)) {
            requireOk("search for lists", reply);
            JsonValue bundle = JsonValue.parse(reply.bytes());
            if (!bundle.text("resourceType").orElse("").equals("Bundle")) {
                throw new ProtocolException("search for lists: expected a Bundle");
            }
            return bundle;
        }
    }

    private @Nullable URI next(JsonValue bundle, URI page) {
        for (JsonValue link : bundle.items("link")) {
            if (link.text("relation").orElse("").equals("next")) {
                URI next = peer.named(
                        "search for lists: next link", page, link.text("url").orElse(""));
                if (!peer.isHere(next)) {
                    throw new ProtocolException("search for lists: the next link leads to another origin");
                }
                return next;
            }
        }
        return null;
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
