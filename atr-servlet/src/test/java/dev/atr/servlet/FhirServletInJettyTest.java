package dev.atr.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.FhirHandler;
import dev.atr.http.FhirHandlerAdapterContract;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FhirServletInJettyTest extends FhirHandlerAdapterContract {
    @Override
    protected Mounted mount(FhirHandler handler) throws Exception {
        return new JettyHost(new FhirServlet(handler), "/", "/r4/*", "/r4");
    }

    @ParameterizedTest(name = "{1} in {0}: {2} is {3}")
    @CsvSource({
        "/,      /*,      /Group/1,          /Group/1",
        "/,      /,       /Group/1,          /Group/1",
        "/,      /r4/*,   /r4,               /",
        "/,      /r4/*,   /r4/,              /",
        "/,      /a/r4/*, /a/r4/Group/1,     /Group/1",
        "/payer, /r4/*,   /payer/r4/Group/1, /Group/1",
        "/payer, /*,      /payer/Group/1,    /Group/1",
        "/payer, /notify, /payer/notify,     /"
    })
    void servesWhateverIsBelowTheMapping(String context, String mapping, String address, String path) throws Exception {
        FhirServlet servlet =
                new FhirServlet(request -> FhirResponse.of(200, HttpHeaders.none(), "text/plain", request.path()));
        try (JettyHost jetty = new JettyHost(servlet, context, mapping, "")) {
            String answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(jetty.base() + address))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();

            assertThat(answer).isEqualTo(path);
        }
    }
}
