package dev.atr.servlet;

import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a {@link FhirHandler} in a servlet container, below the path at which the host maps it: at {@code /r4/*} a
 * Producer whose base ends in {@code /r4}. Thread-safe. It starts nothing and closes nothing; the handler stays the host's
 * to close. Nothing newer than Servlet 5.0 is used.
 *
 * <p>Bodies are streamed both ways, and a request holds its container thread until the answer is taken. How many are
 * served at once, and for how long a client may keep a thread waiting, are settings of the container. Some of its habits
 * are in the way of FHIR:
 *
 * <ul>
 *   <li>A request line and headers of more than 8 kB are refused unless it is told otherwise. Tokens of some
 *       authorization servers, and some searches, are longer.
 *   <li>{@code %2F} in a path is refused unless it is told otherwise, with its own {@code 400}; no id of FHIR has one.
 *   <li>A filter that asks for the parameters of a {@code POST} takes away the form that a token endpoint reads.
 *   <li>A filter that compresses answers spoils those of files, whose compressed form has an {@code ETag} and a digest of
 *       its own.
 * </ul>
 *
 * <p>When an answer breaks off, the container is to cut the connection, so that nobody takes the part for the whole. It
 * does so upon an {@link IOException} without a cause, and logs it; what went wrong is not in it, for that may be about a
 * member.
 */
public final class FhirServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(FhirServlet.class);

    private final transient FhirHandler handler;

    /**
     * Makes a servlet to be registered with a container.
     *
     * @param handler what to serve: a Producer, or whatever else answers requests
     */
    public FhirServlet(FhirHandler handler) {
        this.handler = FhirHandler.guarded(handler);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Connection connection = new Connection(response);
        try {
            answer(request.getMethod(), connection, answerTo(request));
        } catch (IOException e) {
            LOG.debug("answer broke off: {}", e.getClass().getName());
            throw connection.cut(e);
        } catch (RuntimeException | Error e) {
            // The class alone, here and in what the container gets to log: a message may hold member data.
            LOG.error("answer broke off: {}", e.getClass().getName());
            throw connection.cut(e);
        }
    }

    private FhirResponse answerTo(HttpServletRequest request) throws IOException {
        // The mapping as configured: what the container decoded of the address would not fit the rest of it.
        String mount =
                request.getContextPath() + mount(request.getHttpServletMapping().getPattern());
        String path = request.getRequestURI();
        if (!path.startsWith(mount) || (path.length() > mount.length() && path.charAt(mount.length()) != '/')) {
            return FhirResponse.notFound();
        }
        HttpHeaders headers;
        try {
            headers = headers(request);
        } catch (IllegalArgumentException e) {
            return FhirResponse.malformedHeader();
        }
        String below = path.length() == mount.length() ? "/" : path.substring(mount.length());
        return handler.handle(new FhirRequest(
                request.getMethod(), below, request.getQueryString(), headers, request.getInputStream()));
    }

    /** Returns what an address begins with: nothing for {@code /} and {@code /*}, or what stands in front of the star. */
    private static String mount(String pattern) {
        String path = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static HttpHeaders headers(HttpServletRequest request) {
        // One entry a name, however it is written each time: the values of a name come all together.
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, Collections.list(request.getHeaders(name)));
        }
        return HttpHeaders.copyOf(headers);
    }

    private static void answer(String method, Connection connection, FhirResponse response) throws IOException {
        FhirResponse.Body body = response.body();
        try {
            connection.head(response);
            if (response.sendsBody(method)) {
                body.writeTo(connection);
                connection.end();
            } else {
                // Or the container would say that an answer to HEAD of unknown length has none.
                connection.flush();
            }
        } finally {
            body.close();
        }
    }

    /** Where the answer goes. It counts, since not every container notices that a body is not as long as it was said. */
    private static final class Connection extends OutputStream {
        private final HttpServletResponse response;
        private OptionalLong length = OptionalLong.empty();
        private long written;
        private @Nullable IOException gone;

        Connection(HttpServletResponse response) {
            this.response = response;
        }

        void head(FhirResponse answer) {
            length = answer.body().length();
            response.setStatus(answer.status());
            answer.headers().map().forEach((name, values) -> {
                if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Transfer-Encoding")) {
                    values.stream().limit(1).forEach(value -> response.setHeader(name, value));
                    values.stream().skip(1).forEach(value -> response.addHeader(name, value));
                }
            });
            if (answer.status() != 204 && answer.status() != 304) {
                length.ifPresent(response::setContentLengthLong);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (length.isPresent() && written + count > length.getAsLong()) {
                throw new IOException("the body is longer than it was said");
            }
            step(() -> response.getOutputStream().write(bytes, offset, count));
            written += count;
        }

        @Override
        public void flush() throws IOException {
            step(response::flushBuffer);
        }

        void end() throws IOException {
            if (length.isPresent() && written < length.getAsLong()) {
                throw new IOException("the body is shorter than it was said");
            }
        }

        private void step(Step step) throws IOException {
            try {
                step.run();
            } catch (IOException e) {
                gone = e;
                throw e;
            }
        }

        /**
         * Returns what to throw at the container so that it cuts the connection, and tells nobody why: its own exception
         * when the client has gone, which it knows how to take, or else one without a cause.
         */
        IOException cut(Throwable failure) {
            if (gone != null && failure.equals(gone)) {
                return gone;
            }
            try {
                // Before anything is sent, the container would make an error page of it.
                response.flushBuffer();
            } catch (IOException e) {
                return e;
            }
            return new IOException("answer broke off");
        }

        /** What may find that the client has gone. */
        @FunctionalInterface
        private interface Step {
            void run() throws IOException;
        }
    }
}
