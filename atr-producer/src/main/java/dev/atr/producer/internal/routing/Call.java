package dev.atr.producer.internal.routing;

import dev.atr.auth.Scopes;
import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirRequest;
import dev.atr.producer.spi.Caller;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request of an authenticated client.
 *
 * @param request the request as it came
 * @param variables what stands in the path at the places of the template's variables
 * @param query the decoded query
 * @param preferences what the client prefers
 * @param contentType the content type of the answer
 * @param scopes what the token grants
 * @param caller who calls
 */
public record Call(
        FhirRequest request,
        List<String> variables,
        Query query,
        Preferences preferences,
        String contentType,
        Scopes scopes,
        Caller caller) {
    private static final Pattern ETAG = Pattern.compile("(?:W/)?\"([A-Za-z0-9.-]{1,64})\"");

    /** Copies the list. */
    public Call {
        variables = List.copyOf(variables);
    }

    /** Returns the n-th variable of the path, counted from zero. */
    public String variable(int n) {
        return variables.get(n);
    }

    /**
     * Checks the scopes.
     *
     * @param type the resource type
     * @param rights all of these letters are needed, for example {@code rs}
     * @throws Refusal when one is missing
     */
    public void require(ResourceType type, String rights) {
        if (!grants(scopes, type, rights)) {
            throw insufficient(List.of(type));
        }
    }

    /** Returns whether scopes hold all of these letters for a type. */
    public static boolean grants(Scopes scopes, ResourceType type, String rights) {
        return rights.chars().allMatch(right -> scopes.allow(type.code(), (char) right));
    }

    /** Returns the refusal of a token whose scopes do not cover these types. */
    public static Refusal insufficient(List<ResourceType> types) {
        return Refusal.of(
                        Reason.SCOPE,
                        "The scopes of the access token do not cover this request for: "
                                + String.join(
                                        ", ",
                                        types.stream().map(ResourceType::code).toList()) + ".")
                .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")
                .denied(AuditEvent.Kind.SCOPE, "scope", null);
    }

    /**
     * Returns the version that the client wants to change; absent for whichever there is.
     *
     * @throws Refusal when the header is no ETag
     */
    public @Nullable String ifMatch() {
        List<String> headers = request.headers().all("If-Match");
        if (headers.isEmpty() || headers.get(0).trim().equals("*")) {
            return null;
        }
        Matcher tag = ETAG.matcher(headers.get(0).trim());
        if (!tag.matches() || headers.size() > 1) {
            throw Refusal.of(Reason.VALUE, "The ETag of one version is expected, such as W/\"3\".")
                    .at("If-Match");
        }
        return tag.group(1);
    }

    @Override
    public String toString() {
        return "Call[" + caller.clientId() + "]";
    }
}
