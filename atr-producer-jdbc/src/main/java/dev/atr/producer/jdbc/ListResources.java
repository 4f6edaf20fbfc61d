package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceType;
import java.util.List;
import java.util.Set;

/** Which resources belong to a list, or to some members of it, at a position; by reference, whether or not held. */
interface ListResources {
    /** Returns the references to one type, in order. */
    KeyPages keys(ResourceType type);

    /** Returns those of some references to a type that belong to it too. */
    Set<String> among(ResourceType type, List<String> refs);
}
