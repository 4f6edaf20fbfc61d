package dev.atr.examples.abuse;

import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.RouteInventory;
import dev.atr.producer.RouteInventory.Entry;
import dev.atr.producer.tck.SampleLists;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that wants a token: each route and method of the Producer, with addresses behind which
 * {@link Payer#CLIENT} finds something.
 *
 * @param status the path of the status of an export that has ended
 * @param files the paths of its files by type
 */
record Guarded(String status, Map<String, String> files) {
    /** What may be had without a token, and nothing else. */
    static final List<String> OPEN = List.of("/metadata", "/.well-known/smart-configuration", "/auth/token");

    private static final Map<String, String> IDS = Map.of(
            "Group", SampleLists.OPEN.value(),
            "Patient", "10",
            "Coverage", "c-10",
            "Practitioner", "dr-2",
            "PractitionerRole", "role-1",
            "Organization", "clinic",
            "RelatedPerson", "parent-of-A");

    /** Lets the client export its list. */
    static Guarded of(Payer payer) throws IOException {
        String token = payer.token();
        Answer kickOff = payer.send(Request.get("/Group/" + SampleLists.OPEN.value() + "/$davinci-data-export")
                .bearer(token));
        String status = path(kickOff.header("Content-Location"));
        JsonObject manifest = payer.send(Request.get(status).bearer(token)).json();
        Map<String, String> files = new TreeMap<>();
        for (JsonValue file : manifest.items("output")) {
            files.put(file.text("type").orElseThrow(), path(file.text("url").orElseThrow()));
        }
        return new Guarded(status, files);
    }

    String file(String type) {
        return Optional.ofNullable(files.get(type)).orElseThrow();
    }

    /** Returns a request for each route and method, without a token; whatever changes something comes last. */
    List<Request> requests(Payer payer) {
        List<Request> reading = new ArrayList<>();
        List<Request> changing = new ArrayList<>();
        for (Entry route : RouteInventory.of(payer.first().producer())) {
            if (!OPEN.contains(route.template())) {
                for (String method : route.methods()) {
                    Request request = Request.of(method, path(route));
                    if (method.equals("GET") || method.equals("HEAD")) {
                        reading.add(request);
                    } else {
                        changing.add(method.equals("POST") ? request.form("") : request);
                    }
                }
            }
        }
        reading.addAll(changing);
        return reading;
    }

    private String path(Entry route) {
        String template = route.template();
        if (template.startsWith("/$export-status/")) {
            return status;
        }
        if (template.startsWith("/$export-file/")) {
            return file("Patient");
        }
        String type = template.split("/", -1)[1];
        return template.replace("{id}", IDS.getOrDefault(type, "x1")).replaceAll("\\{[a-z]+}", "x1");
    }

    /** Returns an address of the payer's as the path below its base. */
    static String path(String url) {
        if (!url.startsWith(Payer.BASE + "/")) {
            throw new AssertionError("not below the base: " + url);
        }
        return url.substring(Payer.BASE.toString().length());
    }
}
