package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SpoiltRequest;
import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    static List<SpoiltRequest> wrongShapes() {
        return SpoiltRequest.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongShapes")
    @Requirement("SMART-033")
    void wrongShapesAreRefused(SpoiltRequest spoilt) {
        SpoiltRequest.Sent sent =
                spoilt.request().apply(TokenEndpoint.form(endpoint.assertion().text()));

        Answer answer = endpoint.send(sent.method(), sent.query(), sent.headers(), sent.body());

        assertThat(answer.status()).isEqualTo(spoilt.status());
        assertThat(answer.error()).isEqualTo(spoilt.error());
        assertThat(answer.json().text("error_description")).isPresent();
        assertThat(answer.headers().first("Allow").isPresent()).isEqualTo(spoilt.status() == 405);
        assertThat(answer.headers().first("WWW-Authenticate"))
                .isEqualTo(spoilt.status() == 401 ? Optional.of("Basic realm=\"token endpoint\"") : Optional.empty());
        assertThat(answer.headers().first("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().first("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().first("Pragma")).hasValue("no-cache");
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
}
