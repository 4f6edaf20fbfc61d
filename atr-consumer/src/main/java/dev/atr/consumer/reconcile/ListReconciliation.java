package dev.atr.consumer.reconcile;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.OutcomeJson;
import dev.atr.core.json.ReconciliationJson;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ReconciliationParameters;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Sleeper;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks one Producer to begin lists, to change, confirm and delete them. The Producer decides; what it refuses changes nothing.
 *
 * <p>All methods throw {@link TransportException} when no answer came, {@link AuthorizationException} when the token is not
 * accepted or its scopes are too small, {@link RejectedException} when the Producer refuses for another reason, which its
 * issues tell, and {@link ProtocolException} when the answer is none that the specifications allow. After a
 * {@code TransportException} the same request may be sent again: the guide's Producers change nothing twice.
 *
 * <p>Thread-safe.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, reconciliation</a>
 */
public final class ListReconciliation {
    /** Wait between two looks at a list that is to become final: 5 s, as it may need a person at the payer's. */
    public static final Duration FINAL_POLL = Duration.ofSeconds(5);

    private static final Pattern ETAG = Pattern.compile("(?:W/)?\"([A-Za-z0-9.-]{1,64})\"");
    private static final Pattern HISTORY = Pattern.compile(".*/_history/([A-Za-z0-9.-]{1,64})");
    private static final Pattern GROUP_ID =
            Pattern.compile("(?:.*/)?Group/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?");
    private static final Set<Integer> ACCEPTED = Set.of(200, 201, 202, 204);
    private static final HttpHeaders HEADERS =
            HttpHeaders.of("Accept", "application/fhir+json", "Content-Type", "application/fhir+json");

    private final FhirPeer peer;
    private final ListClient lists;
    private final Clock clock;
    private final Sleeper sleeper;

    /**
     * Creates a client; asks nothing yet.
     *
     * @param producer with credentials for writing
     */
    public ListReconciliation(ProducerConnection producer) {
        this.peer = new FhirPeer(producer);
        this.lists = new ListClient(producer);
        this.clock = producer.clock();
        this.sleeper = producer.sleeper();
    }

    /** Asks to add a member. A member who is there already is no failure. */
    public Acknowledgement memberAdd(ListId list, MemberAddRequest request) throws InterruptedException {
        return memberAdd(list, request, null);
    }

    /**
     * Asks to add a member to one version of a list.
     *
     * @param ifVersion the version that the list must have, else the Producer refuses with {@code 412} or {@code 409};
     *     absent for any
     */
    public Acknowledgement memberAdd(ListId list, MemberAddRequest request, @Nullable String ifVersion)
            throws InterruptedException {
        return change(list, "$member-add", ReconciliationJson.write(request.parameters()), ifVersion);
    }

    /** Asks to remove a member, in the rows that are named. */
    public Acknowledgement memberRemove(ListId list, MemberRemoveRequest request) throws InterruptedException {
        return memberRemove(list, request, null);
    }

    /**
     * Asks to remove a member from one version of a list.
     *
     * @param ifVersion the version that the list must have, else the Producer refuses with {@code 412} or {@code 409};
     *     absent for any
     */
    public Acknowledgement memberRemove(ListId list, MemberRemoveRequest request, @Nullable String ifVersion)
            throws InterruptedException {
        return change(list, "$member-remove", ReconciliationJson.write(request.parameters()), ifVersion);
    }

    /**
     * Moves an attribution: removes, and then adds. When the addition is refused the member stays removed, and the
     * exception tells.
     *
     * @return the answer to the addition
     */
    public Acknowledgement changeAttribution(ListId list, MemberRemoveRequest from, MemberAddRequest to)
            throws InterruptedException {
        Acknowledgement removed = memberRemove(list, from);
        return memberAdd(list, to, removed.version());
    }

    /**
     * Tells the Producer that we are done. A draft then becomes final, now or later: see {@link #awaitFinal}.
     *
     * @return the answer; a warning among its issues says that the list stays as it is
     */
    public Acknowledgement confirmAttributionList(ListId list) throws InterruptedException {
        return change(list, "$confirm-attribution-list", ReconciliationJson.write(ReconciliationParameters.NONE), null);
    }

    /**
     * Waits until a list is final. A list that is kept open never will be.
     *
     * @param timeout longest total wait from this call
     * @return the list's summary
     * @throws DeadlineException when the timeout passes
     */
    public AttributionList awaitFinal(ListId list, Duration timeout) throws InterruptedException {
        Instant deadline = clock.instant().plus(timeout);
        AttributionList now = current(list);
        while (true) {
            if (ListStatus.FINAL.equals(now.status())) {
                return now;
            }
            Duration left = Duration.between(clock.instant(), deadline);
            if (left.isNegative() || left.isZero()) {
                throw new DeadlineException("a confirmed list was not final after " + timeout);
            }
            sleeper.sleep(left.compareTo(FINAL_POLL) < 0 ? left : FINAL_POLL);
            now = lists.refresh(now).orElseThrow(ListReconciliation::noList);
        }
    }

    /**
     * Creates a list without members, which are added one at a time then ({@link #memberAdd}). The Producer gives it an
     * id and a version of its own.
     *
     * <p>A condition goes along: where a list with the first identifier that is neither an NPI nor a TIN, that of the
     * contract, is there for us already, none is created. So the same request may be sent again.
     *
     * @param list what the list is to say; its id and version do not count
     * @param source who we are, as {@code Provenance.agent.who}: a reference or a display is what a Producer can use
     * @return the list as the Producer holds it, created or there before
     * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, "Creation of a Member Attribution
     *     List"</a>
     */
    public AttributionList createList(AttributionList list, Reference source) throws InterruptedException {
        FhirVersion version = peer.version();
        HttpHeaders headers = HEADERS.with("Prefer", "return=representation")
                .with("X-Provenance", CreatedList.provenance(source, clock.instant()));
        Optional<String> condition = CreatedList.condition(list);
        if (condition.isPresent()) {
            headers = headers.with("If-None-Exist", condition.get());
        }
        byte[] body = CreatedList.body(list, clock.instant(), version);
        try (HttpReply reply = peer.send(HttpCall.post(peer.at("Group"), headers, body), true)) {
            if (reply.status() != 201 && reply.status() != 200) {
                throw peer.failure("creation of a list", reply);
            }
            Optional<AttributionList> created = CreatedList.read(reply.bytes(), version);
            if (created.isPresent()) {
                return created.get();
            }
            ListId id = matched(GROUP_ID, reply.headers().first("Location"))
                    .map(ListId::new)
                    .orElseThrow(() -> new ProtocolException("creation of a list: neither a Group nor a Location"));
            return current(id);
        }
    }

    /**
     * Deletes a list, whatever version it has. See {@link #deleteList(ListId, String)}.
     */
    public void deleteList(ListId list) throws InterruptedException {
        deleteList(list, null);
    }

    /**
     * Deletes a list: one that we created, as a rule, and that has no members any more, but that is the Producer's to decide.
     * Its earlier versions may stay. A list that is deleted already is no failure, so the same request may be sent again.
     *
     * @param ifVersion the version that the list must have, else the Producer refuses with {@code 412} or {@code 409};
     *     absent for any
     * @throws RejectedException when the Producer keeps it, for which its issues give the reason, or with {@code 404} when it
     *     knows no such list of ours; nothing changed
     */
    public void deleteList(ListId list, @Nullable String ifVersion) throws InterruptedException {
        try (HttpReply reply = peer.send(HttpCall.delete(peer.at(list.key().reference()), headers(ifVersion)), true)) {
            if (!ACCEPTED.contains(reply.status()) && reply.status() != 410) {
                throw peer.failure("deletion of a list", reply);
            }
        }
    }

    /**
     * Makes a change that rests on what a list says now: reads the list, has the change made to that version of it, and
     * begins again when the list has another version by then.
     *
     * @param tries how often at most; positive
     * @param change makes the change, for example {@code now -> reconciliation.memberAdd(now.id(), request,
     *     now.version())}
     * @return the answer to the change
     * @throws RejectedException with {@link RejectedException#isVersionConflict} when others were quicker each time
     */
    public Acknowledgement onCurrentVersion(ListId list, int tries, VersionedChange change)
            throws InterruptedException {
        if (tries < 1) {
            throw new IllegalArgumentException("tries: positive");
        }
        for (int left = tries - 1; ; left--) {
            try {
                return change.make(current(list));
            } catch (RejectedException e) {
                if (!e.isVersionConflict() || left == 0) {
                    throw e;
                }
            }
        }
    }

    private AttributionList current(ListId list) throws InterruptedException {
        return lists.find(list).orElseThrow(ListReconciliation::noList);
    }

    private static RejectedException noList() {
        return new RejectedException("read of a list: there is none", 404, List.of(), null);
    }

    /** Makes a change of a list as it is. */
    @FunctionalInterface
    public interface VersionedChange {
        /**
         * Makes the change.
         *
         * @param now the list as it was read just now, without rows
         */
        Acknowledgement make(AttributionList now) throws InterruptedException;
    }

    /**
     * Asks what the Producer holds of one member.
     *
     * @return empty when the person is not on the list, or not known at all
     */
    public Optional<MemberStatus> attributionStatus(ListId list, MemberSelector member) throws InterruptedException {
        String what = "$attribution-status";
        try (HttpReply reply = peer.send(
                HttpCall.post(at(list, what), HEADERS, ReconciliationJson.write(member.parameters())), true)) {
            if (reply.status() == 200) {
                return Optional.of(status(reply));
            }
            RuntimeException failure = peer.failure(what, reply);
            // A Producer may answer alike to who is not on the list, and to a list that is not ours.
            if (reply.status() == 404 && lists.find(list).isPresent()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private MemberStatus status(HttpReply reply) throws InterruptedException {
        JsonValue bundle = JsonValue.parse(reply.bytes());
        if (!bundle.text("resourceType").orElse("").equals("Bundle")) {
            throw new ProtocolException("$attribution-status: expected a Bundle");
        }
        AttributionList list = null;
        List<Member> rows = new ArrayList<>();
        Map<ResourceKey, byte[]> resources = new LinkedHashMap<>();
        for (JsonValue entry : bundle.items("entry")) {
            JsonValue resource = entry.find("resource").orElse(JsonValue.JsonObject.EMPTY);
            String type = resource.text("resourceType").orElse("");
            if (type.equals("Group")) {
                try (GroupReader group =
                        new GroupReader(new ByteArrayInputStream(resource.toBytes()), peer.version())) {
                    for (Member row = group.next(); row != null; row = group.next()) {
                        rows.add(row);
                    }
                    list = group.list();
                }
            } else {
                ResourceKey.ofReference(type + "/" + resource.text("id").orElse(""))
                        .ifPresent(key -> resources.put(key, resource.toBytes()));
            }
        }
        return new MemberStatus(list, rows, resources);
    }

    private Acknowledgement change(ListId list, String operation, byte[] body, @Nullable String ifVersion)
            throws InterruptedException {
        try (HttpReply reply = peer.send(HttpCall.post(at(list, operation), headers(ifVersion), body), true)) {
            if (!ACCEPTED.contains(reply.status())) {
                throw peer.failure(operation, reply);
            }
            byte[] answer = reply.bytes();
            return new Acknowledgement(
                    version(reply.headers(), answer),
                    OutcomeJson.read(answer).map(outcome -> outcome.issues()).orElse(List.of()));
        }
    }

    private static HttpHeaders headers(@Nullable String ifVersion) {
        return ifVersion == null ? HEADERS : HEADERS.with("If-Match", "W/\"" + ifVersion + "\"");
    }

    /** Reads the version from ETag, Location or a Group that is sent back: Producers differ in where they put it. */
    private static @Nullable String version(HttpHeaders headers, byte[] answer) {
        return matched(ETAG, headers.first("ETag"))
                .or(() -> matched(HISTORY, headers.first("Location")))
                .or(() -> versionOfGroup(answer))
                .orElse(null);
    }

    private static Optional<String> matched(Pattern pattern, Optional<String> header) {
        return header.map(text -> pattern.matcher(text.trim()))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1));
    }

    private static Optional<String> versionOfGroup(byte[] answer) {
        try {
            JsonValue json = answer.length == 0 ? JsonValue.JsonObject.EMPTY : JsonValue.parse(answer);
            return json.text("resourceType").filter("Group"::equals).isEmpty()
                    ? Optional.empty()
                    : json.all("meta.versionId").stream()
                            .flatMap(version -> version.text().stream())
                            .findFirst();
        } catch (InvalidContentException e) {
            // An answer that is a success by its status; what it says beside that can't be read.
            return Optional.empty();
        }
    }

    private URI at(ListId list, String operation) {
        return peer.at(list.key().reference() + "/" + operation);
    }
}
