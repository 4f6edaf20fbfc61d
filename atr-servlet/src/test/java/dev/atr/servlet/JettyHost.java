package dev.atr.servlet;

import dev.atr.http.FhirHandlerAdapterContract.Mounted;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A Jetty with one servlet, on a free port of the loopback address. */
final class JettyHost implements Mounted {
    private final Server server = new Server();
    private final ServerConnector connector;
    private final URI base;

    /**
     * Starts it.
     *
     * @param context the context path; {@code /} for the root
     * @param mapping as in a web.xml
     * @param base what a client puts in front of a path
     */
    JettyHost(HttpServlet servlet, String context, String mapping, String base) throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(UriCompliance.DEFAULT.with("with %2F", UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR));
        http.setRequestHeaderSize(256 << 10);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler servlets = new ServletContextHandler(context);
        servlets.addServlet(servlet, mapping);
        server.setHandler(servlets);
        server.start();
        this.base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + base);
    }

    @Override
    public URI base() {
        return base;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty does not stop", e);
        }
    }
}
