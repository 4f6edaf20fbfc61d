package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.Identifier;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which contract identifiers no new list may have (C-39).
 *
 * @param system system of contract identifiers; when absent, an identifier that is neither NPI nor TIN is taken for one
 * @param stayTaken whether those of deleted lists count too
 */
record Contracts(@Nullable String system, boolean stayTaken) {
    /** Nothing is known about them. */
    static final Contracts ANY_SYSTEM = new Contracts(null, false);

    Contracts ofSystem(String newSystem) {
        return new Contracts(newSystem, stayTaken);
    }

    Contracts stayingTaken() {
        return new Contracts(system, true);
    }

    /** Returns whether another list has, or had when it was deleted, one of the contracts among some identifiers. */
    boolean areTaken(Session session, List<Identifier> identifiers) throws SQLException {
        for (Identifier identifier : identifiers) {
            if (isContract(identifier)
                    && session.exists(
                            "select 1 from atr.list_identifier i where i.id_value = ?"
                                    + " and i.id_system is not distinct from ? and (i.to_pos = :forever"
                                    + (stayTaken
                                            ? " or exists (select 1 from atr.list_deletion d"
                                                    + " where d.list_id = i.list_id and d.pos = i.to_pos)"
                                            : "")
                                    + ")",
                            identifier.value(),
                            identifier.system())) {
                return true;
            }
        }
        return false;
    }

    private boolean isContract(Identifier identifier) {
        String of = identifier.system();
        return identifier.value() != null
                && (system == null ? !Canonicals.NPI.equals(of) && !Canonicals.TIN.equals(of) : system.equals(of));
    }
}
