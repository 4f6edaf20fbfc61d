package dev.atr.servlet;

import dev.atr.http.FhirHandlerAdapterContract.Mounted;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;

/** A Tomcat with one servlet at {@code /r4}, on a free port of the loopback address. */
final class TomcatHost implements Mounted {
    private final Tomcat tomcat = new Tomcat();
    private final URI base;

    /**
     * Starts it.
     *
     * @param folder where it may write
     */
    TomcatHost(HttpServlet servlet, Path folder) throws LifecycleException {
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxHttpRequestHeaderSize", Integer.toString(256 << 10));
        connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        connector.setAllowTrace(true);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "r4", servlet).addMapping("/r4/*");
        tomcat.start();
        base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/r4");
    }

    @Override
    public URI base() {
        return base;
    }

    @Override
    public void close() {
        if (tomcat.getServer().getState() == LifecycleState.DESTROYED) {
            return;
        }
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException("Tomcat does not stop", e);
        }
    }
}
