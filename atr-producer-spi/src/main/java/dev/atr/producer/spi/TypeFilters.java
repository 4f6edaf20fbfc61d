package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceType;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Narrows what is exported of a type by search parameters: an optional capability of a {@link ProducerBackend}, behind
 * the parameter {@code _typeFilter} of an export. Called like the backend itself.
 */
public interface TypeFilters {
    /**
     * Returns the search parameters that a filter may have, by their plain names without modifier or chain.
     *
     * @param type any type but Group
     * @return the names; empty when resources of the type can't be narrowed
     */
    Set<String> parameters(ResourceType type);

    /**
     * Returns the condition that one parameter stands for. The engine asks it of every resource of the type and combines
     * several: parameters of one query must all hold, of several queries for a type one is enough.
     *
     * @param type the type
     * @param parameter one of {@link #parameters} of the type
     * @param value what the client sent, decoded: untrusted text, at most 1000 characters. A comma that is not escaped by
     *     a backslash parts alternatives
     * @return the condition, quick and free of side effects; empty when the value is none that can be asked for
     */
    Optional<Predicate<StoredResource>> condition(ResourceType type, String parameter, String value);
}
