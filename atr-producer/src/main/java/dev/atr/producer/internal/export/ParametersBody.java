package dev.atr.producer.internal.export;

import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.ParametersResource;
import dev.atr.producer.internal.routing.Query;

/** A {@code Parameters} body whose values are single texts or references, read as if they had been sent in the query. */
final class ParametersBody {
    private ParametersBody() {}

    /**
     * Reads a body.
     *
     * @param body the bytes; empty for no parameters
     * @throws dev.atr.producer.internal.routing.Refusal when this is no Parameters resource, or holds what would be
     *     overlooked otherwise
     */
    static Query read(byte[] body) {
        // Parameters that are served have texts or references; of any other only the presence counts.
        return new Query(ParametersResource.read(body).entries().stream()
                .map(entry -> new Parameter(
                        entry.name(),
                        entry.value()
                                .text()
                                .or(() -> entry.value().text("reference"))
                                .orElse("")))
                .toList());
    }
}
