package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

/** What must come back. */
@FunctionalInterface
interface Expected {
    /** A token. */
    Expected TOKEN = answer -> {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.token()).isNotEmpty();
    };

    /** The one answer to an assertion that is not good, whatever is wrong with it. */
    Expected INVALID_CLIENT = refused(400, "invalid_client")
            .and(answer ->
                    assertThat(answer.text("error_description")).isEqualTo("The client assertion was not accepted."));

    /** The answer to the second use of an assertion. */
    Expected REPLAY = refused(400, "invalid_client");

    /** No good token: 401 with a challenge and an OperationOutcome. */
    Expected LOGIN = answer -> {
        assertThat(answer.status()).as("%s", answer).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(answer.text("resourceType")).isEqualTo("OperationOutcome");
        assertThat(answer.issue()).isEqualTo("login");
    };

    void check(Answer answer);

    /** An error of the token endpoint. */
    static Expected refused(int status, String error) {
        return answer -> {
            assertThat(answer.status()).as("%s", answer).isEqualTo(status);
            assertThat(answer.text("error")).as("%s", answer).isEqualTo(error);
        };
    }

    /** A status, and an OperationOutcome that tells why. */
    static Expected outcome(int status) {
        return status(status)
                .and(answer -> assertThat(answer.text("resourceType")).isEqualTo("OperationOutcome"));
    }

    static Expected status(int status) {
        return answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(status);
    }

    default Expected and(Expected more) {
        return answer -> {
            check(answer);
            more.check(answer);
        };
    }
}
