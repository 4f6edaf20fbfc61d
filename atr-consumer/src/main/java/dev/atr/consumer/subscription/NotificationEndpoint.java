package dev.atr.consumer.subscription;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.MediaType;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes notifications from whoever knows a secret, and does nothing more with them than to hand them over: what a
 * {@link NotificationReceiver} is made of, and for hosts that remember by themselves what has come. Thread-safe, when what
 * it hands over to is.
 *
 * <p>Refused before the body is read: other methods than POST (405), a request without the secret (401), other types than
 * FHIR JSON (415). Then: a body of more than {@value Notification#MAX_BYTES} bytes (413), or one that is no notification
 * (400).
 */
public final class NotificationEndpoint implements FhirHandler {
    private final NotificationSecret secret;
    private final Function<Notification, FhirResponse> taker;

    /**
     * Creates an endpoint.
     *
     * @param secret what each notification carries
     * @param taker answers a notification: with 200 once it is safe, and with 503 when it should be sent again
     */
    public NotificationEndpoint(NotificationSecret secret, Function<Notification, FhirResponse> taker) {
        this.secret = Objects.requireNonNull(secret, "secret");
        this.taker = Objects.requireNonNull(taker, "taker");
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        if (!request.method().equals("POST")) {
            return FhirResponse.error(405, IssueCode.NOT_SUPPORTED, "Notifications are sent by POST.")
                    .with("Allow", "POST");
        }
        if (!secret.isIn(request.headers())) {
            return FhirResponse.error(401, IssueCode.LOGIN, "The header of the Subscription is missing or wrong.")
                    .with("WWW-Authenticate", "Bearer");
        }
        Optional<MediaType> type = request.headers().first("Content-Type").flatMap(MediaType::parse);
        if (type.filter(json -> json.is("application/fhir+json") || json.is("application/json"))
                .isEmpty()) {
            return FhirResponse.error(415, IssueCode.NOT_SUPPORTED, "Send application/fhir+json.");
        }
        byte[] body;
        try {
            body = request.body().readNBytes(Notification.MAX_BYTES + 1);
        } catch (IOException e) {
            return FhirResponse.error(400, IssueCode.INVALID, "The body broke off.");
        }
        if (body.length > Notification.MAX_BYTES) {
            return FhirResponse.error(413, new IssueCode("too-long"), "A notification has at most 1 MB.");
        }
        Notification notification;
        try {
            notification = Notification.read(body);
        } catch (InvalidContentException e) {
            return FhirResponse.error(400, IssueCode.INVALID, "The body is no notification: " + e.getMessage() + ".");
        }
        if (notification.type() == Notification.Type.QUERY_STATUS
                || notification.type() == Notification.Type.QUERY_EVENT) {
            return FhirResponse.error(400, IssueCode.INVALID, "What answers a question is not a notification.");
        }
        return taker.apply(notification);
    }
}
