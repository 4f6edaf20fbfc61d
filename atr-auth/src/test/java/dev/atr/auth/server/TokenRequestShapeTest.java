package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.requirements.Requirement;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases T01 to T13: the shape of a token request. */
class TokenRequestShapeTest {
    private final TokenEndpoint endpoint = new TokenEndpoint();

    @Test
    @Requirement({"SMART-026", "SMART-029", "SMART-028", "SMART-019"})
    void goodRequestGetsAToken() {
        Answer answer = endpoint.present(endpoint.assertion().text());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().first("Pragma")).hasValue("no-cache");
        assertThat(answer.json().properties()).containsOnlyKeys("access_token", "token_type", "expires_in", "scope");
        assertThat(answer.json().text("token_type")).hasValue("bearer");
        assertThat(answer.json().find("expires_in").orElseThrow().number()).hasValue(300L);
        assertThat(answer.json().text("scope")).hasValue("system/Group.rs system/Patient.rs");
    }

    @ParameterizedTest(name = "T01 {0}")
    @ValueSource(strings = {"GET", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"})
    void otherMethodsGetNoToken(String method) {
        Answer answer = endpoint.send(
                method,
                null,
                HttpHeaders.of("Content-Type", TokenEndpoint.FORM),
                TokenEndpoint.form(endpoint.assertion().text()).encode());

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().first("Allow")).hasValue("POST");
        assertThat(answer.body()).doesNotContain("access_token");
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                row(
                        "T02 JSON body",
                        "invalid_request",
                        (e, f) -> e.send("POST", null, HttpHeaders.of("Content-Type", "application/json"), "{}")),
                row(
                        "T02 multipart body",
                        "invalid_request",
                        (e, f) -> e.send(
                                "POST",
                                null,
                                HttpHeaders.of("Content-Type", "multipart/form-data; boundary=x"),
                                f.encode())),
                row(
                        "T02 no content type",
                        "invalid_request",
                        (e, f) -> e.send("POST", null, HttpHeaders.none(), f.encode())),
                row("T03 grant_type absent", "invalid_request", (e, f) -> e.post(without(f, "grant_type"))),
                row("T03 grant_type empty", "invalid_request", (e, f) -> e.post(replace(f, "grant_type", ""))),
                row(
                        "T03 grant_type unknown",
                        "unsupported_grant_type",
                        (e, f) -> e.post(replace(f, "grant_type", "password"))),
                row(
                        "T03 authorization_code",
                        "unsupported_grant_type",
                        (e, f) -> e.post(replace(f, "grant_type", "authorization_code"))),
                row(
                        "T04 client_assertion_type absent",
                        "invalid_client",
                        (e, f) -> e.post(without(f, "client_assertion_type"))),
                row(
                        "T04 client_assertion_type wrong",
                        "invalid_client",
                        (e, f) -> e.post(replace(
                                f,
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"))),
                row("T05 client_assertion absent", "invalid_client", (e, f) -> e.post(without(f, "client_assertion"))),
                row(
                        "T05 client_assertion empty",
                        "invalid_client",
                        (e, f) -> e.post(replace(f, "client_assertion", ""))),
                row(
                        "T05 client_assertion null",
                        "invalid_client",
                        (e, f) -> e.post(replace(f, "client_assertion", "null"))),
                row("T05 two parts", "invalid_client", (e, f) -> e.post(replace(f, "client_assertion", "e30.e30"))),
                row(
                        "T05 five parts",
                        "invalid_client",
                        (e, f) -> e.post(replace(f, "client_assertion", "e30.e30.e30.e30.e30"))),
                row(
                        "T05 four parts",
                        "invalid_client",
                        (e, f) -> e.post(replace(f, "client_assertion", value(f, "client_assertion") + ".e30"))),
                row(
                        "T05 JSON serialization",
                        "invalid_client",
                        (e, f) -> e.post(replace(
                                f,
                                "client_assertion",
                                "{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"\"}"))),
                row(
                        "T06 scope twice, same value",
                        "invalid_request",
                        (e, f) -> e.post(f.with("scope", value(f, "scope")).encode())),
                row(
                        "T06 client_assertion twice, other value",
                        "invalid_request",
                        (e, f) -> e.post(f.with("client_assertion", "x").encode())),
                row(
                        "T06 unknown parameter twice",
                        "invalid_request",
                        (e, f) -> e.post(f.with("x", "1").with("x", "2").encode())),
                row(
                        "T06 twice, the second empty",
                        "invalid_request",
                        (e, f) -> e.post(f.with("grant_type", "").encode())),
                row(
                        "T07 same parameter in query and body",
                        "invalid_request",
                        (e, f) -> form(e, "scope=system%2F*.read", HttpHeaders.none(), f)),
                row(
                        "T07 assertion in the query",
                        "invalid_request",
                        (e, f) -> form(e, f.encode(), HttpHeaders.none(), QueryParameters.none())),
                row(
                        "T08 client_id of another client",
                        "invalid_client",
                        (e, f) -> e.post(f.with("client_id", "other").encode())),
                row(
                        "T09 Basic plus assertion",
                        "invalid_request",
                        (e, f) -> form(e, null, HttpHeaders.of("Authorization", "Basic Y3ZtZzpzZWNyZXQ="), f)),
                row(
                        "T09 client_secret plus assertion",
                        "invalid_request",
                        (e, f) -> e.post(f.with("client_secret", "s").encode())),
                row(
                        "T09 Basic alone",
                        "invalid_client",
                        (e, f) -> form(
                                e,
                                null,
                                HttpHeaders.of("Authorization", "Basic Y3ZtZzpzZWNyZXQ="),
                                removed(f, "client_assertion"))),
                row("T10 10 000 parameters", "invalid_request", (e, f) -> e.post(f.encode() + "&a=".repeat(10_000))),
                row("T10 60 parameters", "invalid_request", (e, f) -> {
                    QueryParameters longer = f;
                    for (int i = 0; i < 60; i++) {
                        longer = longer.with("p" + i, "1");
                    }
                    return e.post(longer.encode());
                }),
                row("T11 broken percent escape", "invalid_request", (e, f) -> e.post(f.encode() + "&x=%G1")),
                row("T11 cut percent escape", "invalid_request", (e, f) -> e.post(f.encode() + "&x=%4")),
                row("T11 overlong UTF-8", "invalid_request", (e, f) -> e.post(f.encode() + "&x=%C0%AF")),
                row("T11 NUL", "invalid_request", (e, f) -> e.post(f.encode() + "&x=a%00b")),
                row("T11 raw bytes beyond ASCII", "invalid_request", (e, f) -> e.post(f.encode() + "&x=ä")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    @Requirement("SMART-033")
    void wrongShapesAreRefused(String name, String error, Shape shape) {
        QueryParameters form = TokenEndpoint.form(endpoint.assertion().text());

        Answer answer = shape.send(endpoint, form);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(error);
        assertThat(answer.json().text("error_description")).isPresent();
        assertThat(answer.headers().first("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().first("Pragma")).hasValue("no-cache");
    }

    @Test
    void t10BodyBeyond64KilobytesIsRefusedUnread() {
        Answer answer = endpoint.post("x=" + "a".repeat(64 << 10));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error()).isEqualTo("invalid_request");
    }

    @Test
    void t08ClientIdThatFitsIsAccepted() {
        QueryParameters form = TokenEndpoint.form(endpoint.assertion().text());

        assertThat(endpoint.post(form.with("client_id", TokenEndpoint.CLIENT).encode())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void contentTypeMayNameACharset() {
        Answer answer = endpoint.send(
                "POST",
                null,
                HttpHeaders.of("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"),
                TokenEndpoint.form(endpoint.assertion().text()).encode());

        assertThat(answer.status()).isEqualTo(200);
    }

    /** Sends something made from a good form. */
    @FunctionalInterface
    interface Shape {
        Answer send(TokenEndpoint endpoint, QueryParameters goodForm);
    }

    private static Arguments row(String name, String error, Shape shape) {
        return Arguments.of(name, error, shape);
    }

    private static Answer form(
            TokenEndpoint endpoint, @Nullable String query, HttpHeaders headers, QueryParameters form) {
        return endpoint.send("POST", query, headers.with("Content-Type", TokenEndpoint.FORM), form.encode());
    }

    private static String value(QueryParameters form, String name) {
        return form.first(name).orElseThrow();
    }

    private static String without(QueryParameters form, String name) {
        return removed(form, name).encode();
    }

    private static QueryParameters removed(QueryParameters form, String name) {
        return map(form, entry -> entry.name().equals(name) ? null : entry.value());
    }

    private static String replace(QueryParameters form, String name, String value) {
        return map(form, entry -> entry.name().equals(name) ? value : entry.value())
                .encode();
    }

    private static QueryParameters map(
            QueryParameters form, Function<QueryParameters.Parameter, @Nullable String> change) {
        QueryParameters changed = QueryParameters.none();
        for (QueryParameters.Parameter entry : form.entries()) {
            String value = change.apply(entry);
            if (value != null) {
                changed = changed.with(entry.name(), value);
            }
        }
        return changed;
    }
}
