package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import java.io.IOException;

/** The steps of an export, as a client takes them. */
final class Exporting {
    /** The path of a kick-off that {@link Payer#CLIENT} may ask for. */
    static final String KICK_OFF = "/Group/list-open/$davinci-data-export";

    private Exporting() {}

    /** Returns a kick-off with these parameters, in which apostrophes stand for quotes. */
    static Request post(String parameters) {
        return json("{'resourceType':'Parameters','parameter':[" + parameters + "]}");
    }

    /** Returns a kick-off with this body, in which apostrophes stand for quotes. */
    static Request json(String body) {
        return Request.of("POST", KICK_OFF)
                .with("Content-Type", "application/fhir+json")
                .body(body.replace('\'', '"'));
    }

    static String patient(String reference) {
        return "{'name':'patient','valueReference':{'reference':'" + reference + "'}}";
    }

    /** Kicks off with a token of {@link Payer#CLIENT} and returns the manifest. */
    static JsonValue exported(Payer payer, Request kickOff) throws IOException {
        return finished(payer, payer.send(kickOff.bearer(payer.token()))).json();
    }

    /** Asks for the status until there is a manifest; in between an impatient client is told to wait. */
    static Answer finished(Payer payer, Answer kickOff) throws IOException {
        Request status = status(kickOff).bearer(payer.token());
        Answer answer = payer.send(status);
        while (answer.status() == 202 || answer.status() == 429) {
            answer = payer.send(status);
        }
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    /** Returns the request for the status of the export that a kick-off has begun, without a token. */
    static Request status(Answer kickOff) {
        assertThat(kickOff.status()).as("%s", kickOff).isEqualTo(202);
        return Request.get(Guarded.path(kickOff.header("Content-Location")));
    }

    /** Fetches the file of a type. */
    static Answer file(Payer payer, JsonValue manifest, String type) throws IOException {
        return payer.send(Request.get(path(manifest, type)).bearer(payer.token()));
    }

    /** Returns the path of the file of a type. */
    static String path(JsonValue manifest, String type) {
        return manifest.items("output").stream()
                .filter(entry -> entry.text("type").filter(type::equals).isPresent())
                .map(entry -> Guarded.path(entry.text("url").orElseThrow()))
                .findFirst()
                .orElseThrow();
    }
}
