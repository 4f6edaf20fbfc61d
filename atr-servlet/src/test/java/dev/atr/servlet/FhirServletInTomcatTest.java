package dev.atr.servlet;

import dev.atr.http.FhirHandler;
import dev.atr.http.FhirHandlerAdapterContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FhirServletInTomcatTest extends FhirHandlerAdapterContract {
    @TempDir
    Path folder;

    @Override
    protected Mounted mount(FhirHandler handler) throws Exception {
        return new TomcatHost(new FhirServlet(handler), folder);
    }
}
