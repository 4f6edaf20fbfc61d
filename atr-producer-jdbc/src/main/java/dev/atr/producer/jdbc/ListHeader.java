package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.ResourceScanner;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a list says about itself, in the tables: JSON, the texts by which it is found, and what it refers to. */
final class ListHeader {
    private ListHeader() {}

    /** Returns what holds now, without version and time; empty when there is no such list. */
    static Optional<AttributionList> current(Session session, ListId list) throws SQLException {
        return json(session, list).map(ListHeader::parse);
    }

    static AttributionList parse(byte[] json) {
        return GroupJson.readHeader(json, FhirVersion.R4);
    }

    /** Writes a header; returns whether it differs from the one before. */
    static boolean put(Session session, AttributionList header, long pos) throws SQLException {
        byte[] json = json(header);
        Optional<byte[]> before = json(session, header.id());
        if (before.isPresent() && Arrays.equals(before.get(), json)) {
            return false;
        }
        String list = header.id().value();
        for (String table : new String[] {"atr.list_header", "atr.list_identifier"}) {
            supersede(session, table, "list_id", list, pos);
        }
        supersede(
                session, "atr.resource_reference", "from_ref", header.id().key().reference(), pos);
        session.update(
                "insert into atr.list_header (list_id, from_pos, to_pos, folded_name, json)"
                        + " values (?, ?, :forever, ?, ?)",
                list,
                pos,
                folded(header.name()),
                json);
        for (Identifier identifier : header.identifiers()) {
            session.update(
                    "insert into atr.list_identifier (list_id, id_system, id_value, from_pos, to_pos)"
                            + " values (?, ?, ?, ?, :forever)",
                    list,
                    identifier.system(),
                    identifier.value(),
                    pos);
        }
        TreeSet<String> targets = new TreeSet<>();
        ResourceScanner.scan(json)
                .links()
                .forEach(link -> targets.add(link.target().reference()));
        for (String target : targets) {
            session.update(
                    "insert into atr.resource_reference (from_ref, to_ref, from_pos, to_pos)"
                            + " values (?, ?, ?, :forever)",
                    header.id().key().reference(),
                    target,
                    pos);
        }
        return true;
    }

    private static byte[] json(AttributionList header) {
        try {
            return GroupJson.header(unversioned(header), FhirVersion.R4, false);
        } catch (IllegalArgumentException e) {
            throw new InvalidContentException(
                    "what the list says about itself can't be written as JSON: " + e.getMessage());
        }
    }

    /** Returns a text as names are compared: without case and accents. */
    static @Nullable String folded(@Nullable String text) {
        return text == null
                ? null
                : Normalizer.normalize(text, Normalizer.Form.NFD)
                        .replaceAll("\\p{M}", "")
                        .toLowerCase(Locale.ROOT);
    }

    /** Ends what holds now, and takes back what this transaction itself has written: nobody has seen it. */
    private static void supersede(Session session, String table, String column, String value, long pos)
            throws SQLException {
        session.update("delete from " + table + " where " + column + " = ? and from_pos = ?", value, pos);
        session.update(
                "update " + table + " set to_pos = ? where " + column + " = ? and to_pos = :forever", pos, value);
    }

    private static Optional<byte[]> json(Session session, ListId list) throws SQLException {
        return session.first(
                "select json from atr.list_header where list_id = ? and to_pos = :forever",
                row -> row.getBytes(1),
                list.value());
    }

    /** Version and time are read off the ledger, and so is the quantity: only that there is one is kept. */
    private static AttributionList unversioned(AttributionList list) {
        return new AttributionList(
                list.id(),
                null,
                null,
                list.identifiers(),
                list.active(),
                list.name(),
                list.quantity() == null ? null : 0,
                list.payer(),
                list.status(),
                list.contractPeriod(),
                list.intendedRecipient(),
                list.characteristics(),
                list.other());
    }
}
