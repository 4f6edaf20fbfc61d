package dev.atr.producer.internal.routing;

import dev.atr.core.fhir.OperationOutcome.IssueCode;

/** Why a request is refused: the one table from refusal to HTTP status and issue code. */
public enum Reason {
    /** No bearer token, or one that is not good. */
    LOGIN(401, IssueCode.LOGIN),
    /** The client may not subscribe to the list: so says the guide, where HTTP would say {@link #SCOPE} (C-55). */
    SUBSCRIPTION(401, IssueCode.FORBIDDEN),
    /** The token's scopes are too small. */
    SCOPE(403, IssueCode.FORBIDDEN),
    /** There is no such thing for this client, whether or not there is one for another (C-85). */
    NOT_FOUND(404, IssueCode.NOT_FOUND),
    /** It was there for this client, and is deleted. */
    GONE(410, IssueCode.DELETED),
    /** The path is known, the method is not. */
    METHOD(405, IssueCode.NOT_SUPPORTED),
    /** The client takes no JSON of our FHIR version. */
    NOT_ACCEPTABLE(406, IssueCode.NOT_SUPPORTED),
    /** It is no longer what the client says that it holds. */
    PRECONDITION(412, IssueCode.CONFLICT),
    /** The body is of another type than JSON, or encoded. */
    MEDIA_TYPE(415, IssueCode.NOT_SUPPORTED),
    /** The request can't be read. */
    STRUCTURE(400, IssueCode.STRUCTURE),
    /** A value is not one of those that are allowed. */
    VALUE(400, IssueCode.VALUE),
    /** Parameters contradict each other or are repeated. */
    INVALID(400, IssueCode.INVALID),
    /** Something is missing. */
    REQUIRED(400, IssueCode.REQUIRED),
    /** A parameter or value that this Producer does not serve. */
    NOT_SUPPORTED(400, IssueCode.NOT_SUPPORTED),
    /** It is well said, but can't be done with what there is. */
    UNPROCESSABLE(422, IssueCode.BUSINESS_RULE),
    /** Several things fit a condition that one was to fit. */
    SEVERAL(412, IssueCode.MULTIPLE_MATCHES),
    /** Whom or what the request names is not there, although the address is. */
    UNRESOLVED(422, IssueCode.NOT_FOUND),
    /** Several fit what the request names. */
    AMBIGUOUS(422, IssueCode.MULTIPLE_MATCHES),
    /** The body, or the answer, is too large. */
    TOO_COSTLY(413, IssueCode.TOO_COSTLY),
    /** The range lies outside the file. */
    RANGE(416, IssueCode.VALUE),
    /** Too many at once. */
    THROTTLED(429, IssueCode.THROTTLED),
    /** Something failed on our side. */
    EXCEPTION(500, IssueCode.EXCEPTION),
    /** It can't be told right now. */
    UNAVAILABLE(503, IssueCode.TRANSIENT);

    private final int status;
    private final String code;

    Reason(int status, IssueCode code) {
        this.status = status;
        this.code = code.code();
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    /** Returns the issue code. */
    public IssueCode code() {
        return new IssueCode(code);
    }
}
