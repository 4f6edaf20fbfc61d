package dev.atr.producer.internal.routing;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what failed under an opaque id, which is all that the client is told. Messages of foreign exceptions may hold
 * member data or credentials, so that only their classes and stack traces are logged.
 */
public final class Incidents {
    private static final Logger LOG = LoggerFactory.getLogger(Incidents.class);

    private final SecureRandom random = new SecureRandom();

    /**
     * Logs a failure.
     *
     * @param doing what failed, in words that hold no member data
     * @param failure what was thrown
     * @return the opaque id
     */
    public String report(String doing, Throwable failure) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        LOG.warn("Incident {}: {} failed", id, doing, new Trace(failure, 0));
        return id;
    }

    /** Class and stack trace of an exception without its message. */
    private static final class Trace extends Exception {
        private static final long serialVersionUID = 1L;
        private static final int MAX_CAUSES = 10;

        Trace(Throwable of, int depth) {
            super(of.getClass().getName(), cause(of, depth), false, true);
            setStackTrace(of.getStackTrace());
        }

        private static @Nullable Trace cause(Throwable of, int depth) {
            Throwable cause = of.getCause();
            return cause == null || depth == MAX_CAUSES ? null : new Trace(cause, depth + 1);
        }
    }
}
