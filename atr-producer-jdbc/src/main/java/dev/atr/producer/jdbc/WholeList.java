package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that belongs to a list at a position. For one thread. */
final class WholeList implements ListResources {
    private final Database database;
    private final ListId list;
    private final long pos;
    private @Nullable ProviderNetwork network;

    WholeList(Database database, ListId list, long pos) {
        this.database = database;
        this.list = list;
        this.pos = pos;
    }

    @Override
    public KeyPages keys(ResourceType type) {
        if (type.equals(ResourceType.PATIENT)) {
            return KeyPages.ofColumn(database, list, pos, "patient", type);
        }
        if (type.equals(ResourceType.COVERAGE)) {
            return KeyPages.ofColumn(database, list, pos, "coverage", type);
        }
        if (type.equals(ResourceType.RELATED_PERSON)) {
            return RelatedPersons.keys(database, list, pos);
        }
        return Refs.isProviderType(type) ? KeyPages.of(network().refs(), type) : KeyPages.NONE;
    }

    @Override
    public Set<String> among(ResourceType type, List<String> refs) {
        if (type.equals(ResourceType.PATIENT)) {
            return inColumn("patient", refs);
        }
        if (type.equals(ResourceType.COVERAGE)) {
            return inColumn("coverage", refs);
        }
        if (type.equals(ResourceType.RELATED_PERSON)) {
            return RelatedPersons.among(database, list, pos, refs);
        }
        Set<String> common = new HashSet<>(refs);
        common.retainAll(network().refs());
        return common;
    }

    private Set<String> inColumn(String column, List<String> refs) {
        return database.readPage(
                "looking for references",
                session -> new HashSet<>(session.list(
                        "select distinct t.one from :texts t(one) join atr.member m on m.list_id = ? and m." + column
                                + " = t.one and m.from_pos <= ? and m.to_pos > ?",
                        row -> row.getString(1),
                        refs,
                        list.value(),
                        pos,
                        pos)));
    }

    private ProviderNetwork network() {
        if (network == null) {
            network = ProviderNetwork.of(database, list, pos);
        }
        return network;
    }
}
