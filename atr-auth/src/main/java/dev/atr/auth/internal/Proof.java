package dev.atr.auth.internal;

import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import java.time.Instant;

/** How we prove to a token endpoint who we are; anew for each try. Thread-safe. */
public interface Proof {
    /**
     * Returns the form with what proves it added.
     *
     * @param audience for whom, unless another one is set
     */
    QueryParameters addTo(QueryParameters form, String audience, Instant now);

    /** Returns the headers with what proves it added. */
    HttpHeaders addTo(HttpHeaders headers);
}
