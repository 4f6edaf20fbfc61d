package dev.atr.examples.abuse;

import dev.atr.auth.SpoiltRequest;
import dev.atr.auth.TokenForm;
import dev.atr.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request by hand: nothing in it is checked, so it may be as wrong as a test wants it.
 *
 * @param method the method
 * @param target what follows the base, or the path that begins with the base
 * @param headers header lines beside {@code Connection}, {@code Content-Length} and, unless it is among them,
 *     {@code Host}
 * @param body the body
 * @param coding how the body becomes bytes
 */
record Request(String method, String target, List<String> headers, String body, Charset coding) {
    private static final String ROOT = Payer.BASE.getPath();

    Request {
        headers = List.copyOf(headers);
    }

    static Request of(String method, String path) {
        return new Request(method, ROOT + path, List.of(), "", StandardCharsets.UTF_8);
    }

    static Request get(String path) {
        return of("GET", path);
    }

    /** Returns a token request. */
    static Request token(String form) {
        return of("POST", "/auth/token").form(form);
    }

    static Request token(SpoiltRequest.Sent sent) {
        String query = sent.query() == null ? "" : "?" + sent.query();
        Request request = of(sent.method(), "/auth/token" + query);
        HttpHeaders headers = sent.headers();
        for (String name : headers.map().keySet()) {
            request = request.with(name, headers.first(name).orElseThrow());
        }
        return request.body(sent.body());
    }

    Request form(String form) {
        return with("Content-Type", TokenForm.CONTENT_TYPE).body(form);
    }

    Request body(String text) {
        return new Request(method, target, headers, text, coding);
    }

    /** Returns a copy whose body goes out in another coding. */
    Request in(Charset other) {
        return new Request(method, target, headers, body, other);
    }

    Request with(String header, String value) {
        return line(header + ": " + value);
    }

    /** Returns a copy with a header line as it is to go out. */
    Request line(String line) {
        List<String> more = new ArrayList<>(headers);
        more.add(line);
        return new Request(method, target, more, body, coding);
    }

    Request bearer(String token) {
        return with("Authorization", "Bearer " + token);
    }

    /** Returns a copy at another path, as it is to go out. */
    Request at(String rawTarget) {
        return new Request(method, rawTarget, headers, body, coding);
    }

    Request method(String other) {
        return new Request(other, target, headers, body, coding);
    }

    boolean isForTokens() {
        return target.equals(ROOT + "/auth/token") || target.startsWith(ROOT + "/auth/token?");
    }

    byte[] bytes() {
        byte[] content = body.getBytes(coding);
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        if (headers.stream().noneMatch(line -> line.startsWith("Host:"))) {
            head.append("Host: ").append(Payer.BASE.getHost()).append("\r\n");
        }
        head.append("Connection: close\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        if (content.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + content.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(content, 0, all, start.length, content.length);
        return all;
    }

    @Override
    public String toString() {
        return method + " " + target;
    }
}
