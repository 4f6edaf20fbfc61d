package dev.atr.producer.internal.discovery;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.GroupWriter;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Incidents;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@code GET [base]/Group/[id]} and {@code GET [base]/Group/[id]/_history/[vid]}: the list with its rows, streamed, or its
 * summary.
 */
public final class GroupRead {
    private static final Set<String> SERVED = Set.of("_summary", "_elements");

    private final ProducerBackend backend;
    private final FhirVersion version;
    private final int maxInlineMembers;
    private final Incidents incidents;

    /**
     * Creates the read.
     *
     * @param backend the payer's system
     * @param version the FHIR version that is spoken
     * @param maxInlineMembers most rows of a list that are answered to a read
     * @param incidents where failures are logged
     */
    public GroupRead(ProducerBackend backend, FhirVersion version, int maxInlineMembers, Incidents incidents) {
        this.backend = backend;
        this.version = version;
        this.maxInlineMembers = maxInlineMembers;
        this.incidents = incidents;
    }

    /** Answers a read. */
    public FhirResponse read(Call call) {
        call.require(ResourceType.GROUP, "r");
        ListId id = new ListId(call.variable(0));
        AttributionList list =
                backend.find(call.caller(), id).orElseThrow(() -> GroupHistory.missing(backend, call.caller(), id));
        return answer(
                call,
                list,
                () -> backend.snapshot(call.caller(), id)
                        .orElseThrow(() -> GroupHistory.missing(backend, call.caller(), id)));
    }

    /** Answers a read of one version, the newest one included. */
    public FhirResponse readVersion(Call call) {
        call.require(ResourceType.GROUP, "r");
        ListId id = new ListId(call.variable(0));
        int number = VersionNumber.of(call.variable(1));
        ListHistory history = backend.listHistory().orElseThrow();
        Version<AttributionList> version = history
                .versions(call.caller(), id, VersionNumber.query(number))
                .orElseThrow(GroupHistory::unknown)
                .versions()
                .stream()
                .filter(one -> one.id().equals(String.valueOf(number)))
                .findFirst()
                .orElseThrow(VersionNumber::unknown);
        AttributionList list = version.content();
        if (list == null) {
            throw VersionNumber.gone();
        }
        return answer(
                call, list, () -> history.snapshot(call.caller(), id, number).orElseThrow(VersionNumber::unknown));
    }

    private FhirResponse answer(Call call, AttributionList list, Supplier<ListSnapshot> open) {
        Query query = call.query().only(SERVED, call.preferences());
        GroupView view = GroupView.of(query);
        Versions versions = new Versions(list.version(), list.lastUpdated());
        Optional<FhirResponse> unchanged = versions.notModified(call.request());
        if (unchanged.isPresent()) {
            return unchanged.get();
        }
        if (!view.withMembers()) {
            byte[] header = GroupJson.header(view.of(list), version, true);
            return found(call, versions, FhirResponse.Body.of(header));
        }
        if (!view.isWhole()) {
            throw Refusal.of(Reason.NOT_SUPPORTED, "Rows are served with all elements, or not at all.")
                    .at("_elements");
        }
        return whole(call, open.get());
    }

    private FhirResponse whole(Call call, ListSnapshot snapshot) {
        try {
            // The list may have changed since it was found: version and rows must be of the same state.
            AttributionList list = snapshot.list();
            if (isTooLong(snapshot)) {
                throw Refusal.of(
                        Reason.TOO_COSTLY,
                        "This list is too long for a read: ask for _summary=true, and export it for its members.");
            }
            return found(call, new Versions(list.version(), list.lastUpdated()), new Rows(snapshot, list));
        } catch (RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    /** Counts rows as far as the limit: a list may have far more of them than active members. */
    private boolean isTooLong(ListSnapshot snapshot) {
        if (maxInlineMembers == Integer.MAX_VALUE) {
            return false;
        }
        Integer activeMembers = snapshot.list().quantity();
        if (activeMembers != null && activeMembers > maxInlineMembers) {
            return true;
        }
        try (MemberCursor members = snapshot.members()) {
            int rows = 0;
            while (rows <= maxInlineMembers && members.next() != null) {
                rows++;
            }
            return rows > maxInlineMembers;
        }
    }

    private static FhirResponse found(Call call, Versions versions, FhirResponse.Body body) {
        return new FhirResponse(200, versions.headers().with("Content-Type", call.contentType()), body);
    }

    /** The Group, written row by row from an open snapshot. */
    private final class Rows implements FhirResponse.Body {
        private final ListSnapshot snapshot;
        private final AttributionList list;

        Rows(ListSnapshot snapshot, AttributionList list) {
            this.snapshot = snapshot;
            this.list = list;
        }

        @Override
        public OptionalLong length() {
            return OptionalLong.empty();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            GroupWriter group = new GroupWriter(out, version);
            try (MemberCursor members = snapshot.members()) {
                group.begin(list);
                for (Member row = members.next(); row != null; row = members.next()) {
                    group.member(row);
                }
                group.end();
            } catch (RuntimeException e) {
                throw new IOException("reading a list failed, incident " + incidents.report("reading a list", e));
            }
        }

        @Override
        public void close() {
            snapshot.close();
        }
    }
}
