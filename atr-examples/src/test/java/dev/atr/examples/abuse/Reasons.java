package dev.atr.examples.abuse;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * For which reasons, in the words of the audit trail, an abuse case may be refused. A try that is refused for another one
 * shows nothing of its own.
 */
final class Reasons {
    private static final Map<String, Set<String>> OF = Map.ofEntries(
            entry("T01", Set.of("method")),
            entry("T02", Set.of("form")),
            entry("T03", Set.of("grant-type")),
            entry("T04", Set.of("authentication")),
            entry("T05", Set.of("assertion", "authentication")),
            entry("T06", Set.of("parameter")),
            entry("T07", Set.of("query")),
            entry("T08", Set.of("client-id")),
            entry("T09", Set.of("authentication")),
            entry("T10", Set.of("body", "form", "parameter")),
            entry("T11", Set.of("form")),
            entry("T20", Set.of("header", "alg", "signature")),
            entry("T21", Set.of("header")),
            entry("T22", Set.of("header")),
            entry("T23", Set.of("alg", "signature")),
            entry("T24", Set.of("header")),
            entry("T25", Set.of("kid")),
            entry("T26", Set.of("header", "kid", "assertion", "body")),
            entry("T27", Set.of("kid")),
            entry("T28", Set.of("jku")),
            entry("T29", Set.of("jku")),
            entry("T30", Set.of("signature")),
            entry("T31", Set.of("header")),
            entry("T32", Set.of("header")),
            entry("T33", Set.of("assertion")),
            entry("T34", Set.of("signature", "kid")),
            entry("T36", Set.of("length", "assertion", "jti", "body")),
            entry("T37", Set.of("kid", "header", "private-key")),
            entry("T40", Set.of("issuer", "unknown-client")),
            entry("T41", Set.of("aud")),
            entry("T42", Set.of("aud")),
            entry("T43", Set.of("aud")),
            entry("T44", Set.of("exp", "assertion")),
            entry("T45", Set.of("exp")),
            entry("T46", Set.of("exp")),
            entry("T47", Set.of("iat", "nbf")),
            entry("T48", Set.of("jti")),
            entry("T49", Set.of("replay")),
            entry("T50", Set.of("replay")),
            entry("T51", Set.of("replay")),
            entry("T52", Set.of("replay", "before-start", "unavailable", "exp")),
            entry("T53", Set.of("header")),
            entry("T54", Set.of("replay", "exp", "rate")),
            entry("T55", Set.of("replay", "exp")),
            entry("T60", Set.of("unknown-client")),
            entry("T61", Set.of("key-set")),
            entry("T63", Set.of("key-set")),
            entry("T64", Set.of("key-set")),
            entry("T65", Set.of("key-set")),
            entry("T67", Set.of("kid")),
            entry("T68", Set.of("key-set")),
            entry("T70", Set.of("issuer")),
            entry("T80", Set.of("no-scope")),
            entry("T81", Set.of("scope")),
            entry("T83", Set.of("scope")),
            entry("T84", Set.of("scope")),
            entry("T86", Set.of("scope")),
            entry("T87", Set.of("scope", "body")),
            entry("T89", Set.of("disabled", "unknown-client", "key-revoked")),
            entry("B01", Set.of("header", "no-token")),
            entry("B02", Set.of("no-token", "placement")),
            entry("B03", Set.of("exp")),
            entry(
                    "B04",
                    Set.of(
                            "typ",
                            "iss",
                            "aud",
                            "exp",
                            "kid",
                            "alg",
                            "signature",
                            "token",
                            "disabled",
                            "unknown-client")),
            entry("B05", Set.of("scope")),
            entry("B06", Set.of("list", "resource", "job")),
            entry("B07", Set.of("scope")),
            entry("B08", Set.of("exp")),
            entry("B11", Set.of("no-token")),
            entry("E01", Set.of("list")),
            entry("E10", Set.of("job")),
            entry("E15", Set.of("job")),
            entry("E16", Set.of("job")),
            entry("E17", Set.of("no-token")),
            entry("E24", Set.of("job")),
            entry("O03", Set.of("list", "member")),
            entry("O08", Set.of("member")));

    private Reasons() {}

    /** Returns whether this case may be refused for this reason; cases that are not named may be for any. */
    static boolean fit(String id, String reason) {
        return OF.getOrDefault(id, Set.of(reason)).contains(reason);
    }
}
