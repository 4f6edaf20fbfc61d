package dev.atr.core.json;

import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the JSON of any resource once, strictly, and takes out what the library needs to know: type, id,
 * references and identifiers. This is the check that lets stored JSON be passed through later without a second look.
 *
 * <p>Beside the rules of {@link JsonValue#parse}: at most 100 contained resources and none inside another, and a
 * logical id of the shape that FHIR allows.
 */
public final class ResourceScanner {
    /** Most contained resources. */
    private static final int MAX_CONTAINED = 100;

    private final JsonTokens tokens;
    private final List<ScannedResource.Link> links = new ArrayList<>();

    private ResourceScanner(JsonTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Scans a resource.
     *
     * @param json one resource in UTF-8; not changed
     * @throws dev.atr.core.error.InvalidContentException when a rule is broken; names rule and place, never content
     */
    public static ScannedResource scan(byte[] json) {
        try (JsonTokens tokens = JsonTokens.of(json)) {
            return new ResourceScanner(tokens).root();
        }
    }

    private ScannedResource root() {
        ResourceType type = null;
        String id = null;
        List<Identifier> identifiers = List.of();
        tokens.nextObject();
        while (tokens.next() != JsonToken.END_OBJECT) {
            String name = tokens.name();
            tokens.next();
            switch (name) {
                case "resourceType" -> type = type();
                case "id" -> id = id();
                case "identifier" -> identifiers = identifiers();
                case "contained" -> contained();
                default -> element(false);
            }
        }
        if (type == null) {
            throw tokens.refused("resourceType is missing");
        }
        tokens.end();
        return new ScannedResource(type, id, links, identifiers);
    }

    private ResourceType type() {
        try {
            return new ResourceType(tokens.text());
        } catch (IllegalArgumentException e) {
            throw tokens.refused("not a resource type");
        }
    }

    private String id() {
        String id = tokens.text();
        if (!ResourceKey.isId(id)) {
            throw tokens.refused("a logical id has 1 to 64 letters, digits, '-' or '.'");
        }
        return id;
    }

    private List<Identifier> identifiers() {
        JsonValue json = tokens.value();
        List<JsonValue> values = json instanceof JsonValue.JsonArray array ? array.values() : List.of(json);
        List<Identifier> identifiers = new ArrayList<>(values.size());
        for (JsonValue value : values) {
            identifiers.add(Elements.identifier(value, "identifier"));
            for (JsonValue reference : value.all("assigner.reference")) {
                reference.text().ifPresent(text -> link("identifier.assigner", text));
            }
        }
        return identifiers;
    }

    /** Goes over the contained resources; the tokens stand on their opening bracket. */
    private void contained() {
        if (tokens.current() != JsonToken.START_ARRAY) {
            throw tokens.refused("expected an array");
        }
        int count = 0;
        while (tokens.next() != JsonToken.END_ARRAY) {
            count++;
            if (count > MAX_CONTAINED) {
                throw tokens.refused("more than " + MAX_CONTAINED + " contained resources");
            }
            element(true);
        }
    }

    /** Goes over a value, to its last token, and takes the references in it. */
    private void element(boolean isContained) {
        int open = tokens.current().opens() ? 1 : 0;
        while (open > 0) {
            JsonToken token = tokens.next();
            if (token == JsonToken.NAME) {
                String name = tokens.name();
                token = tokens.next();
                if (token == JsonToken.TEXT && name.equals("reference")) {
                    link(tokens.parent(), tokens.text());
                } else if (isContained && open == 1 && name.equals("contained")) {
                    throw tokens.refused("a contained resource holds contained resources");
                }
            }
            if (token.opens()) {
                open++;
            } else if (token.closes()) {
                open--;
            }
        }
    }

    private void link(String from, String reference) {
        ResourceKey.ofReference(reference).ifPresent(key -> links.add(new ScannedResource.Link(from, key)));
    }

    /**
     * What a resource says about itself.
     *
     * @param type the resource type
     * @param id the logical id; may be absent
     * @param links its literal references to other resources, in order; references to contained resources are left out
     * @param identifiers the identifiers of the resource itself
     */
    public record ScannedResource(
            ResourceType type, @Nullable String id, List<Link> links, List<Identifier> identifiers) {
        /** Copies the lists. */
        public ScannedResource {
            links = List.copyOf(links);
            identifiers = List.copyOf(identifiers);
        }

        /** Returns the type only: everything else may be member data. */
        @Override
        public String toString() {
            return "ScannedResource[" + type + "]";
        }

        /**
         * A literal reference.
         *
         * @param path the element that refers, for example {@code beneficiary} or {@code extension.valueReference}
         * @param target type and id of the resource referred to; base and version are left out
         */
        public record Link(String path, ResourceKey target) {}
    }
}
