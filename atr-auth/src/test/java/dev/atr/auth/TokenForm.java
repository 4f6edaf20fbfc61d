package dev.atr.auth;

import dev.atr.http.QueryParameters;
import dev.atr.http.QueryParameters.Parameter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The body of a token request, and what tests do to it. */
public final class TokenForm {
    public static final String CONTENT_TYPE = "application/x-www-form-urlencoded";
    public static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private TokenForm() {}

    /** Returns the form of a request for these scopes. */
    public static QueryParameters of(String scope, String assertion) {
        return QueryParameters.of(
                "grant_type",
                "client_credentials",
                "scope",
                scope,
                "client_assertion_type",
                ASSERTION_TYPE,
                "client_assertion",
                assertion);
    }

    public static QueryParameters without(QueryParameters form, String name) {
        return map(form, entry -> entry.name().equals(name) ? null : entry.value());
    }

    public static QueryParameters replace(QueryParameters form, String name, String value) {
        return map(form, entry -> entry.name().equals(name) ? value : entry.value());
    }

    private static QueryParameters map(QueryParameters form, Function<Parameter, @Nullable String> change) {
        QueryParameters changed = QueryParameters.none();
        for (Parameter entry : form.entries()) {
            String value = change.apply(entry);
            if (value != null) {
                changed = changed.with(entry.name(), value);
            }
        }
        return changed;
    }
}
