package dev.atr.auth;

import static dev.atr.auth.TokenForm.replace;
import static dev.atr.auth.TokenForm.without;

import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One thing done to the form of a good token request, and what it is to be answered with. Each name begins with the
 * number of its abuse case.
 *
 * @param name what is done
 * @param status the status of the answer
 * @param error the error code in it
 * @param request makes the request out of the form
 */
public record SpoiltRequest(String name, int status, String error, Function<QueryParameters, Sent> request) {
    private static final String BASIC = "Basic Y3ZtZzpzZWNyZXQ=";

    /** What goes to the token endpoint. */
    public record Sent(String method, @Nullable String query, HttpHeaders headers, String body) {
        static Sent form(String body) {
            return new Sent("POST", null, HttpHeaders.of("Content-Type", TokenForm.CONTENT_TYPE), body);
        }

        Sent with(String header, String value) {
            return new Sent(method, query, headers.with(header, value), body);
        }

        Sent query(String text) {
            return new Sent(method, text, headers, body);
        }
    }

    /** All of them. */
    public static List<SpoiltRequest> all() {
        List<SpoiltRequest> table = new ArrayList<>();
        for (String method : List.of("GET", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "BREW")) {
            table.add(new SpoiltRequest("T01 " + method, 405, "invalid_request", form -> {
                Sent good = Sent.form(form.encode());
                return new Sent(method, null, good.headers(), good.body());
            }));
        }
        table.add(new SpoiltRequest(
                "T10 body of more than 64 kB", 413, "invalid_request", form -> Sent.form("x=" + "a".repeat(64 << 10))));
        table.addAll(List.of(
                post(
                        "T02 JSON body",
                        "invalid_request",
                        form -> Sent.form("{}").with("Content-Type", "application/json")),
                post(
                        "T02 multipart body",
                        "invalid_request",
                        form -> Sent.form(form.encode()).with("Content-Type", "multipart/form-data; boundary=x")),
                post(
                        "T02 no content type",
                        "invalid_request",
                        form -> new Sent("POST", null, HttpHeaders.none(), form.encode())),
                form("T03 grant_type absent", "invalid_request", form -> without(form, "grant_type")),
                form("T03 grant_type empty", "invalid_request", form -> replace(form, "grant_type", "")),
                form("T03 grant_type unknown", "unsupported_grant_type", form -> replace(form, "grant_type", "x")),
                form(
                        "T03 authorization_code",
                        "unsupported_grant_type",
                        form -> replace(form, "grant_type", "authorization_code")),
                form(
                        "T04 client_assertion_type absent",
                        "invalid_client",
                        form -> without(form, "client_assertion_type")),
                form(
                        "T04 client_assertion_type wrong",
                        "invalid_client",
                        form -> replace(
                                form,
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")),
                form("T05 client_assertion absent", "invalid_client", form -> without(form, "client_assertion")),
                assertion("T05 client_assertion empty", text -> ""),
                assertion("T05 client_assertion null", text -> "null"),
                assertion("T05 two parts", text -> "e30.e30"),
                assertion("T05 five parts", text -> "e30.e30.e30.e30.e30"),
                assertion("T05 four parts", text -> text + ".e30"),
                assertion(
                        "T05 JSON serialization",
                        text -> "{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"\"}"),
                form(
                        "T06 scope twice, same value",
                        "invalid_request",
                        form -> form.with("scope", form.first("scope").orElseThrow())),
                form(
                        "T06 client_assertion twice, other value",
                        "invalid_request",
                        form -> form.with("client_assertion", "x")),
                form(
                        "T06 unknown parameter twice",
                        "invalid_request",
                        form -> form.with("x", "1").with("x", "2")),
                form("T06 twice, the second empty", "invalid_request", form -> form.with("grant_type", "")),
                post(
                        "T07 same parameter in query and body",
                        "invalid_request",
                        form -> Sent.form(form.encode()).query("scope=system%2F*.read")),
                post(
                        "T07 assertion in the query",
                        "invalid_request",
                        form -> Sent.form("").query(form.encode())),
                form("T08 client_id of another client", "invalid_client", form -> form.with("client_id", "other")),
                post(
                        "T09 Basic plus assertion",
                        "invalid_request",
                        form -> Sent.form(form.encode()).with("Authorization", BASIC)),
                form("T09 client_secret plus assertion", "invalid_request", form -> form.with("client_secret", "s")),
                new SpoiltRequest(
                        "T09 Basic alone",
                        401,
                        "invalid_client",
                        form -> Sent.form(without(form, "client_assertion").encode())
                                .with("Authorization", BASIC)),
                raw("T10 10 000 parameters of one name", text -> text + "&a=".repeat(10_000)),
                raw(
                        "T10 10 000 parameters",
                        text -> text
                                + IntStream.range(0, 10_000)
                                        .mapToObj(i -> "&" + Integer.toString(i, 36))
                                        .collect(Collectors.joining())),
                raw(
                        "T10 60 parameters",
                        text -> text
                                + IntStream.range(0, 60)
                                        .mapToObj(i -> "&p" + i + "=1")
                                        .collect(Collectors.joining())),
                raw("T11 broken percent escape", text -> text + "&x=%G1"),
                raw("T11 cut percent escape", text -> text + "&x=%4"),
                raw("T11 overlong UTF-8", text -> text + "&x=%C0%AF"),
                raw("T11 NUL", text -> text + "&x=a%00b"),
                raw("T11 raw bytes beyond ASCII", text -> text + "&x=ä")));
        return List.copyOf(table);
    }

    private static SpoiltRequest post(String name, String error, Function<QueryParameters, Sent> request) {
        return new SpoiltRequest(name, 400, error, request);
    }

    private static SpoiltRequest form(String name, String error, Function<QueryParameters, QueryParameters> change) {
        return post(name, error, form -> Sent.form(change.apply(form).encode()));
    }

    private static SpoiltRequest assertion(String name, Function<String, String> change) {
        return form(
                name,
                "invalid_client",
                form -> replace(
                        form,
                        "client_assertion",
                        change.apply(form.first("client_assertion").orElseThrow())));
    }

    private static SpoiltRequest raw(String name, Function<String, String> change) {
        return post(name, "invalid_request", form -> Sent.form(change.apply(form.encode())));
    }

    @Override
    public String toString() {
        return name;
    }
}
