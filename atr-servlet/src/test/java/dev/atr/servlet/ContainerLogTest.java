package dev.atr.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.atr.http.FhirHandlerAdapterContract.Mounted;
import dev.atr.http.FhirResponse;
import dev.atr.http.FhirResponse.Body;
import dev.atr.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A container logs what leaves a servlet, trace and message: nothing of a member may be in it. */
@Timeout(60)
class ContainerLogTest {
    private static final String CANARY = "member 4711";

    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();

    @Test
    void jettyHearsOnlyThatAnAnswerBrokeOff() throws Exception {
        ch.qos.logback.classic.Logger root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("ROOT");
        AppenderBase<ILoggingEvent> kept = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
        };
        kept.start();
        root.addAppender(kept);
        try (Mounted jetty = new JettyHost(new FhirServlet(request -> failing()), "/", "/r4/*", "/r4")) {
            assertLogsNothingOfTheFailure(jetty.base());
        } finally {
            root.detachAppender(kept);
        }
    }

    @Test
    void tomcatHearsOnlyThatAnAnswerBrokeOff(@TempDir Path folder) throws Exception {
        Logger root = Logger.getLogger("");
        Handler kept = new Handler() {
            @Override
            public void publish(LogRecord record) {
                StringWriter trace = new StringWriter();
                if (record.getThrown() != null) {
                    record.getThrown().printStackTrace(new PrintWriter(trace));
                }
                logged.add(record.getMessage() + trace);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        root.addHandler(kept);
        try (Mounted tomcat = new TomcatHost(new FhirServlet(request -> failing()), folder)) {
            assertLogsNothingOfTheFailure(tomcat.base());
        } finally {
            root.removeHandler(kept);
        }
    }

    private void assertLogsNothingOfTheFailure(URI base) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/Patient?name=Canary"))
                .build();

        assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);

        // What the container says of it comes last; it may come after the client has noticed.
        String line = "";
        while (!line.contains(IOException.class.getName())) {
            assertThat(line).doesNotContain(CANARY, "Canary");
            line = logged.take();
        }
        assertThat(line).contains("answer broke off").doesNotContain(CANARY, "Canary");
    }

    private static FhirResponse failing() {
        return new FhirResponse(200, HttpHeaders.none(), new Body() {
            @Override
            public OptionalLong length() {
                return OptionalLong.empty();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(new byte[50_000]);
                throw new IllegalStateException(CANARY);
            }
        });
    }
}
