package dev.atr.benchmarks;

import dev.atr.auth.SigningKey;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.ExportJobs;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ExportParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Refusals that look alike and must not differ in time either, or it would tell what they hide. Their contenders take
 * turns call by call.
 */
final class EqualTimes {
    private static final String OTHER = "other";
    private static final ListId FOREIGN_LIST = new ListId("foreign-list");

    private EqualTimes() {}

    /**
     * A request that is refused.
     *
     * @param name why
     * @param handler who refuses it
     * @param request makes it
     * @param status with which it is refused
     */
    record Refused(String name, FhirHandler handler, Supplier<FhirRequest> request, int status) implements Contender {
        @Override
        public String heap() {
            return "–";
        }

        @Override
        public List<Cost> turn() throws IOException {
            FhirRequest asked = request.get();
            long start = System.nanoTime();
            FhirResponse answer = handler.handle(asked);
            answer.body().writeTo(new ByteArrayOutputStream());
            long nanos = System.nanoTime() - start;
            if (answer.status() != status) {
                throw new IOException(name + " was answered " + answer.status());
            }
            return List.of(new Cost(1, nanos, 0, 0));
        }
    }

    /** Measures token requests that are refused, so many of each; abuse case T14. */
    static List<Standing> ofTokenRequests(int calls) throws Exception {
        TokenRequests requests = new TokenRequests();
        SigningKey wrong = SigningKey.generate("RS384");
        Instant now = Clock.systemUTC().instant();
        try (AuthorizationServer server = requests.server(ReplayMemory.inProcess(Clock.systemUTC(), Instant.MIN))) {
            return measure(
                    calls,
                    List.of(
                            refused("unknown client", server, requests.body("nobody", now)),
                            refused("disabled client", server, requests.body(TokenRequests.DISABLED, now)),
                            refused("wrong key", server, requests.body(wrong, now)),
                            refused(
                                    "expired assertion",
                                    server,
                                    requests.body(TokenRequests.CLIENT, now.minus(Duration.ofMinutes(5))))));
        }
    }

    private static Refused refused(String name, AuthorizationServer server, byte[] body) {
        return new Refused(name, server::token, () -> TokenRequests.request(body), 400);
    }

    /** Measures status requests of jobs that are not the client's, so many of each; abuse case B06. */
    static List<Standing> ofJobs(int calls, Path folder) throws Exception {
        ExportJobStore jobs = ExportJobs.inMemory();
        ExportJob foreign = foreignJob();
        jobs.add(foreign, 1);
        try (Ledger ledger = Ledger.open(LedgerOptions.inMemory())) {
            return hidden(
                    calls,
                    folder,
                    ledger,
                    jobs,
                    Map.of(
                            "a job of another client",
                            "/$export-status/" + foreign.id(),
                            "a job that does not exist",
                            "/$export-status/" + "0".repeat(foreign.id().length())));
        }
    }

    /** Measures kick-offs for lists that are not the client's, so many of each; abuse case E01. */
    static List<Standing> ofLists(int calls, Path folder) throws Exception {
        try (Ledger ledger = Ledger.open(LedgerOptions.inMemory())) {
            ledger.importList(
                    AttributionList.of(
                                    FOREIGN_LIST,
                                    ListStatus.OPEN,
                                    List.of(Identifier.of("https://payer.example.com/contracts", "CT-1")),
                                    Reference.to(ResourceType.ORGANIZATION, "payer"),
                                    Period.of("2026-01-01", "2026-12-31"))
                            .withQuantity(0),
                    MemberCursor.of(List.of()));
            ledger.entitle(OTHER, Set.of(FOREIGN_LIST));
            return hidden(
                    calls,
                    folder,
                    ledger,
                    ExportJobs.inMemory(),
                    Map.of(
                            "a list of another client",
                            "/Group/" + FOREIGN_LIST.value() + "/$davinci-data-export",
                            "a list that does not exist",
                            "/Group/" + "0".repeat(FOREIGN_LIST.value().length()) + "/$davinci-data-export"));
        }
    }

    /** Measures requests that find nothing, by the name of why. */
    private static List<Standing> hidden(
            int calls, Path folder, Ledger ledger, ExportJobStore jobs, Map<String, String> paths) throws Exception {
        TokenRequests requests = new TokenRequests();
        try (DirectoryExportFiles files = DirectoryExportFiles.open(folder);
                AuthorizationServer server = requests.server(ReplayMemory.inProcess(Clock.systemUTC(), Instant.MIN));
                AtrProducer producer = AtrProducer.builder(ledger.backend())
                        .readOnly()
                        .baseUrl(TokenRequests.BASE)
                        .authorizationServer(server)
                        .exportFiles(files)
                        .exportJobs(jobs)
                        .build()) {
            HttpHeaders headers = HttpHeaders.of(
                    "Authorization",
                    "Bearer " + TokenRequests.token(server, requests.bodies(1).get(0)));
            List<Refused> all = new ArrayList<>();
            new TreeMap<>(paths)
                    .forEach((name, path) -> all.add(new Refused(
                            name,
                            producer,
                            () -> new FhirRequest("GET", path, null, headers, InputStream.nullInputStream()),
                            404)));
            return measure(calls, all);
        }
    }

    private static ExportJob foreignJob() {
        Instant now = Clock.systemUTC().instant();
        return new ExportJob(
                        "f".repeat(32),
                        new Caller(OTHER, "system/*.read", null),
                        new ListId("list"),
                        "hl7.fhir.us.davinci-atr",
                        List.of(ResourceType.GROUP),
                        ExportParameters.NONE,
                        URI.create(TokenRequests.BASE + "/Group/list/$davinci-data-export"),
                        now,
                        ExportJob.State.RUNNING,
                        1,
                        "",
                        now,
                        List.of(),
                        List.of(),
                        null,
                        null)
                .completed(List.of(), now.plus(Duration.ofDays(1)));
    }

    /** Returns how many times the time of the fastest the slowest takes. */
    static double spread(List<Standing> standings) {
        double[] nanos =
                standings.stream().mapToDouble(Standing::nanos).sorted().toArray();
        return nanos[nanos.length - 1] / nanos[0];
    }

    private static List<Standing> measure(int calls, List<Refused> all) throws IOException {
        List<List<Cost>> costs = new ArrayList<>();
        all.forEach(each -> costs.add(new ArrayList<>()));
        for (int call = -calls; call < calls; call++) {
            for (int i = 0; i < all.size(); i++) {
                List<Cost> cost = all.get(i).turn();
                // The first half warms up.
                if (call >= 0) {
                    costs.get(i).addAll(cost);
                }
            }
        }
        List<Standing> standings = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            standings.add(Standing.of(all.get(i), costs.get(i)));
        }
        return standings;
    }
}
