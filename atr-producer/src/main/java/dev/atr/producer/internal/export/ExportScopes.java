package dev.atr.producer.internal.export;

import dev.atr.auth.Scopes;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.internal.routing.Call;
import java.util.List;

/** What an export needs of a token: {@code r} on Group and {@code rs} on every other type exported (C-52). */
final class ExportScopes {
    private ExportScopes() {}

    /** Returns those of the types that the scopes do not cover. */
    static List<ResourceType> missing(Scopes scopes, List<ResourceType> types) {
        return types.stream().filter(type -> !covers(scopes, type)).toList();
    }

    /**
     * Checks that a token covers all types.
     *
     * @throws dev.atr.producer.internal.routing.Refusal when it does not
     */
    static void require(Scopes scopes, List<ResourceType> types) {
        List<ResourceType> missing = missing(scopes, types);
        if (!missing.isEmpty()) {
            throw Call.insufficient(missing);
        }
    }

    private static boolean covers(Scopes scopes, ResourceType type) {
        return Call.grants(scopes, type, type.equals(ResourceType.GROUP) ? "r" : "rs");
    }
}
