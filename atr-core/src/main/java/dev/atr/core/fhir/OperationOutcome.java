package dev.atr.core.fhir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What FHIR answers instead of, or beside, a result.
 *
 * @param issues at least one issue
 */
public record OperationOutcome(List<Issue> issues) {
    /** Copies the list and checks that it is not empty. */
    public OperationOutcome {
        issues = List.copyOf(issues);
        if (issues.isEmpty()) {
            throw new IllegalArgumentException("an OperationOutcome has at least one issue");
        }
    }

    /** Returns an outcome of one error. */
    public static OperationOutcome error(IssueCode code, String text) {
        return new OperationOutcome(List.of(new Issue(Severity.ERROR, code, text, null)));
    }

    /** Returns an outcome of one piece of information. */
    public static OperationOutcome information(String text) {
        return new OperationOutcome(List.of(new Issue(Severity.INFORMATION, IssueCode.INFORMATIONAL, text, null)));
    }

    @Override
    public String toString() {
        return "OperationOutcome" + issues;
    }

    /** How bad an issue is. */
    public enum Severity {
        /** The action failed and nothing can be said about the rest. */
        FATAL("fatal"),
        /** The action failed. */
        ERROR("error"),
        /** The action went through; look at this. */
        WARNING("warning"),
        /** The action went through. */
        INFORMATION("information");

        private final String code;

        Severity(String code) {
            this.code = code;
        }

        /** Returns the wire text. */
        public String code() {
            return code;
        }
    }

    /**
     * One issue.
     *
     * @param severity how bad it is
     * @param code what kind it is
     * @param text what is wrong and what to change, for people ({@code details.text}); never the submitted value; may
     *     be absent in what a peer sent
     * @param expression the element at fault, for example {@code _type}; may be absent
     */
    public record Issue(
            Severity severity,
            IssueCode code,
            @Nullable String text,
            @Nullable String expression) {
        /** Returns severity and code only: a peer's text may hold member data. */
        @Override
        public String toString() {
            return severity.code() + " " + code.code();
        }
    }

    /**
     * A code of the FHIR issue-type value set.
     *
     * @param code the wire text
     */
    public record IssueCode(String code) {
        /** Content that breaks a rule of the format or a profile. */
        public static final IssueCode INVALID = new IssueCode("invalid");

        /** The content can't be parsed at all. */
        public static final IssueCode STRUCTURE = new IssueCode("structure");

        /** A required element is missing. */
        public static final IssueCode REQUIRED = new IssueCode("required");

        /** An element value is invalid. */
        public static final IssueCode VALUE = new IssueCode("value");

        /** The client needs to authenticate. */
        public static final IssueCode LOGIN = new IssueCode("login");

        /** The access token ended. */
        public static final IssueCode EXPIRED = new IssueCode("expired");

        /** The client may not do this. */
        public static final IssueCode FORBIDDEN = new IssueCode("forbidden");

        /** This is not supported. */
        public static final IssueCode NOT_SUPPORTED = new IssueCode("not-supported");

        /** There is no such thing for this client. */
        public static final IssueCode NOT_FOUND = new IssueCode("not-found");

        /** It was there, and is deleted. */
        public static final IssueCode DELETED = new IssueCode("deleted");

        /** Several things fit where one is needed. */
        public static final IssueCode MULTIPLE_MATCHES = new IssueCode("multiple-matches");

        /** The body or the answer is too large. */
        public static final IssueCode TOO_COSTLY = new IssueCode("too-costly");

        /** A rule of the business is broken. */
        public static final IssueCode BUSINESS_RULE = new IssueCode("business-rule");

        /** Somebody else changed it meanwhile. */
        public static final IssueCode CONFLICT = new IssueCode("conflict");

        /** Try again later. */
        public static final IssueCode TRANSIENT = new IssueCode("transient");

        /** Too many requests. */
        public static final IssueCode THROTTLED = new IssueCode("throttled");

        /** Something failed on the Producer's side. */
        public static final IssueCode EXCEPTION = new IssueCode("exception");

        /** Plain information. */
        public static final IssueCode INFORMATIONAL = new IssueCode("informational");
    }
}
