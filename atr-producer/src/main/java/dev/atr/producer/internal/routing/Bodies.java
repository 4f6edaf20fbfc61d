package dev.atr.producer.internal.routing;

import dev.atr.http.FhirRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads request bodies as far as they may go. */
public final class Bodies {
    /** Most bytes of a body: 4 MiB. The largest body served is a kick-off, which takes a list of 10 000 patients. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    private Bodies() {}

    /**
     * Reads a form.
     *
     * @throws Refusal when the body is no form, or holds an access token
     */
    public static Query form(FhirRequest request) {
        MediaTypes.requireForm(request.headers());
        byte[] bytes = read(request);
        for (byte b : bytes) {
            if (b < 0) {
                throw Refusal.of(Reason.STRUCTURE, "A form must escape what is not ASCII.");
            }
        }
        Query form = Query.parse(new String(bytes, StandardCharsets.US_ASCII));
        BearerTokens.refuseTokenIn(form);
        return form;
    }

    /**
     * Reads a whole body.
     *
     * @throws Refusal when it is longer than {@link #MAX_BYTES} or ends early
     */
    public static byte[] read(FhirRequest request) {
        try {
            byte[] bytes = request.body().readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw Refusal.of(Reason.TOO_COSTLY, "The body is larger than " + MAX_BYTES + " bytes.");
            }
            return bytes;
        } catch (IOException e) {
            throw Refusal.of(Reason.STRUCTURE, "The body can't be read to its end.");
        }
    }
}
