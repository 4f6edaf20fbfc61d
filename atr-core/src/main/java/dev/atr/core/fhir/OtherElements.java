package dev.atr.core.fhir;

import java.util.List;

/**
 * The JSON properties of an element that this library does not model, kept word for word so that reading and writing
 * an element narrows nothing: extensions, ids, primitive siblings such as {@code _family}, elements of other profiles.
 *
 * @param properties name and JSON value of each property, in the order read
 */
public record OtherElements(List<Property> properties) {
    /** No further properties. */
    public static final OtherElements NONE = new OtherElements(List.of());

    /** Copies the list. */
    public OtherElements {
        properties = List.copyOf(properties);
    }

    /** Returns whether there is none. */
    public boolean isEmpty() {
        return properties.isEmpty();
    }

    @Override
    public String toString() {
        return "OtherElements[" + properties.size() + "]";
    }

    /**
     * One property.
     *
     * @param name the property name
     * @param json the value as JSON text without insignificant line breaks; valid JSON, checked when it was read
     */
    public record Property(String name, String json) {
        @Override
        public String toString() {
            return "Property[" + name + "]";
        }
    }
}
