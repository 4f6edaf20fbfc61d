package dev.atr.consumer.check;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.OutcomeJson;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpReply;
import java.util.Locale;

/**
 * An answer as it came, read to its end. May hold member data; its text is never shown.
 *
 * @param status the HTTP status
 * @param headers its headers
 * @param body its body
 */
record Answer(int status, HttpHeaders headers, byte[] body) {
    /** Reads a reply and closes it. */
    static Answer of(HttpReply reply) {
        try (reply) {
            return new Answer(reply.status(), reply.headers(), reply.bytes());
        }
    }

    /** Returns the body as JSON; an empty object when it is none. */
    JsonValue json() {
        try {
            return body.length == 0 ? JsonValue.JsonObject.EMPTY : JsonValue.parse(body);
        } catch (InvalidContentException e) {
            return JsonValue.JsonObject.EMPTY;
        }
    }

    /** Returns the type of the resource in the body; empty when there is none. */
    String resourceType() {
        return json().text("resourceType").orElse("");
    }

    boolean isOutcome() {
        return OutcomeJson.read(body).isPresent();
    }

    /** Returns the media type without parameters, in lower case. */
    String mediaType() {
        String type = headers.first("Content-Type").orElse("");
        return type.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
    }

    boolean isRefusal() {
        return status >= 400 && status < 500;
    }

    /** Returns the status alone. */
    @Override
    public String toString() {
        return "Answer[" + status + "]";
    }
}
