package dev.atr.hapi.r4;

import ca.uhn.fhir.context.FhirContext;
import dev.atr.core.adapter.GroupAdapter;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.GroupWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.hl7.fhir.r4.model.Group;

/** Lists as HAPI's R4 Group, and back. Thread-safe. */
public final class HapiGroups implements GroupAdapter<Group> {
    private final HapiJson json;

    /**
     * Creates an adapter.
     *
     * @param context the host's own
     * @throws IllegalArgumentException when it is not one for R4
     */
    public HapiGroups(FhirContext context) {
        this.json = new HapiJson(context);
    }

    @Override
    public AttributionList list(Group group) {
        return GroupJson.readHeader(json.write(group), FhirVersion.R4);
    }

    @Override
    public MemberCursor members(Group group) {
        return new GroupReader(new ByteArrayInputStream(json.write(group)), FhirVersion.R4);
    }

    @Override
    public Group group(AttributionList list, MemberCursor members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            GroupWriter writer = new GroupWriter(out, FhirVersion.R4);
            writer.begin(list);
            for (Member row = members.next(); row != null; row = members.next()) {
                writer.member(row);
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return json.read(Group.class, out.toByteArray());
    }
}
