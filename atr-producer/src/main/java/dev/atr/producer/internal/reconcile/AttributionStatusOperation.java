package dev.atr.producer.internal.reconcile;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupWriter;
import dev.atr.core.json.VersionMapping;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;

/**
 * {@code POST [base]/Group/[id]/$attribution-status}: a collection of the Group with the rows of one member and of what
 * belongs to them, as far as the token's scopes reach (C-75).
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-attribution-status.html">ATR 2.1.0</a>
 */
public final class AttributionStatusOperation {
    private final ReconciliationContext context;
    private final ChangeReplies replies;

    /** Creates the operation. */
    public AttributionStatusOperation(ReconciliationContext context) {
        this.context = context;
        this.replies = new ChangeReplies(context, "$attribution-status");
    }

    /** Answers a call. */
    public FhirResponse answer(Call call) {
        ListId list = replies.list(call, "r");
        MemberSelector member = RequestParameters.status(call, context);
        try (ListSnapshot snapshot = replies.done(
                call,
                member.parameters(),
                context.reconciliation().attributionStatus(call.caller(), list, member),
                Reason.NOT_FOUND)) {
            return new Replies(context.version()).json(200, call.contentType(), bundle(call, snapshot));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One member has few rows and resources: they are held whole, so that a failure on the way is answered as one. */
    private byte[] bundle(Call call, ListSnapshot snapshot) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "{\"resourceType\":\"Bundle\",\"type\":\"collection\"");
        if (context.version() == FhirVersion.R4) {
            write(out, ",\"timestamp\":\"" + context.clock().instant().truncatedTo(ChronoUnit.SECONDS) + "\"");
        }
        write(out, ",\"entry\":[");
        writeGroup(out, snapshot);
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            if (!type.equals(ResourceType.GROUP) && Call.grants(call.scopes(), type, "r")) {
                writeResources(out, snapshot, type);
            }
        }
        write(out, "]}");
        return out.toByteArray();
    }

    private void writeGroup(ByteArrayOutputStream out, ListSnapshot snapshot) throws IOException {
        AttributionList list = snapshot.list();
        write(out, entry(list.id().key().reference()));
        GroupWriter group = new GroupWriter(out, context.version());
        try (MemberCursor rows = snapshot.members()) {
            group.beginSubset(list);
            for (Member row = rows.next(); row != null; row = rows.next()) {
                group.member(row);
            }
            group.end();
        }
        write(out, "}");
    }

    private void writeResources(ByteArrayOutputStream out, ListSnapshot snapshot, ResourceType type)
            throws IOException {
        try (ResourceCursor resources = snapshot.resources(type)) {
            for (StoredResource one = resources.next(); one != null; one = resources.next()) {
                write(out, "," + entry(one.key().reference()));
                out.write(context.version() == FhirVersion.R4 ? one.json() : VersionMapping.toStu3(one.json()));
                write(out, "}");
            }
        }
    }

    /** Returns the start of an entry; base and reference hold nothing that JSON would escape. */
    private String entry(String reference) {
        return "{\"fullUrl\":\"" + context.base() + "/" + reference + "\",\"resource\":";
    }

    private static void write(ByteArrayOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
