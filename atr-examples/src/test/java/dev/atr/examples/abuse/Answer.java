package dev.atr.examples.abuse;

import dev.atr.auth.TestKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came back, read to its end. */
record Answer(int status, HttpHeaders headers, String body) {
    /** There was none: the connection was closed. */
    static final Answer NONE = new Answer(0, HttpHeaders.none(), "");

    /** Reads an answer up to and with the empty line behind its headers, and no further. */
    static Answer head(InputStream in) throws IOException {
        String first = line(in);
        if (!first.matches("HTTP/1\\.1 \\d{3}.*")) {
            throw new IOException("the connection ended without an answer");
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            headers.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1].strip());
        }
        return new Answer(Integer.parseInt(first.substring(9, 12)), HttpHeaders.copyOf(headers), "");
    }

    /** Reads an answer to the end of its body. */
    static Answer read(InputStream in) throws IOException {
        Answer head = head(in);
        boolean chunked = head.headers.first("Transfer-Encoding").isPresent();
        String length = head.headers.first("Content-Length").orElse("0");
        byte[] body = chunked ? unchunked(in) : in.readNBytes(Integer.parseInt(length));
        return new Answer(head.status, head.headers, new String(body, StandardCharsets.UTF_8));
    }

    String header(String name) {
        return headers.first(name).orElse("");
    }

    JsonObject json() {
        return TestKeys.object(body);
    }

    String text(String member) {
        return json().text(member).orElse("");
    }

    String token() {
        return json().text("access_token").orElseThrow(() -> new AssertionError("no token: " + this));
    }

    /** Returns the code of the first issue of an OperationOutcome. */
    String issue() {
        return json().all("issue.code").stream()
                .findFirst()
                .flatMap(JsonValue::text)
                .orElse("");
    }

    private static byte[] unchunked(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Returns status, {@code WWW-Authenticate} and the start of the body: for the message of a test that fails. */
    @Override
    public String toString() {
        String challenge =
                headers.first("WWW-Authenticate").map(text -> " " + text).orElse("");
        return status + challenge + " " + body.substring(0, Math.min(200, body.length()));
    }
}
