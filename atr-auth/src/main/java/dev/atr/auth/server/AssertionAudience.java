package dev.atr.auth.server;

import java.util.Set;

/**
 * What clients have to write as {@code aud} of their assertions. Peers differ; whichever is chosen, it must be the only
 * audience, compared to the letter.
 */
public enum AssertionAudience {
    /** The address of the token endpoint, as SMART App Launch has it. */
    TOKEN_ENDPOINT {
        @Override
        Set<String> values(String tokenEndpoint, String issuer) {
            return Set.of(tokenEndpoint);
        }
    },

    /** The issuer, which here is the FHIR base, as RFC 10070 (the revision of RFC 7523) has it. */
    ISSUER {
        @Override
        Set<String> values(String tokenEndpoint, String issuer) {
            return Set.of(issuer);
        }
    },

    /** Either of the two: while clients move from one to the other. */
    BOTH {
        @Override
        Set<String> values(String tokenEndpoint, String issuer) {
            return Set.of(tokenEndpoint, issuer);
        }
    };

    abstract Set<String> values(String tokenEndpoint, String issuer);
}
