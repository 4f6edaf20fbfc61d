package dev.atr.examples;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.servlet.FhirServlet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A payer whose Jetty serves other things already: one servlet more. Stop Jetty first, then close this. */
public final class ProducerInJetty implements AutoCloseable {
    private final DirectoryExportFiles files;
    private final AtrProducer producer;

    /**
     * Adds the Producer to what the payer serves.
     *
     * @param servlets where the payer's other servlets are; in the root context
     * @param backend the payer's lists
     * @param policy decides for the payer on what Consumers ask to change
     * @param authorization issues tokens; stays open
     * @param base the FHIR base as clients see it, for example {@code https://fhir.payer.example/r4}
     * @param exports folder for the files of exports
     * @throws IOException when the folder can't be used
     */
    public ProducerInJetty(
            ServletContextHandler servlets,
            ProducerBackend backend,
            AttributionPolicy policy,
            AuthorizationServer authorization,
            URI base,
            Path exports)
            throws IOException {
        // README:
        files = DirectoryExportFiles.open(exports);
        producer = AtrProducer.builder(backend)
                .baseUrl(base)
                .authorizationServer(authorization)
                .exportFiles(files)
                .attributionPolicy(policy)
                .build();
        servlets.addServlet(new FhirServlet(producer), base.getPath() + "/*");
        // :README
    }

    /**
     * Makes a Jetty that takes what Consumers send; TLS ends in front of it.
     *
     * @param address where to listen
     * @param servlets what to serve
     * @return to be started
     */
    public static Server jetty(InetSocketAddress address, ServletContextHandler servlets) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(64 << 10); // 8 kB are less than some tokens, and some searches, have
        http.setSendServerVersion(false);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setHandler(servlets);
        return server;
    }

    /** Ends what was started. */
    @Override
    public void close() {
        producer.close();
        files.close();
    }
}
