package dev.atr.producer;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HandClock;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Producer over the sample payer with a clock and tokens in the test's hand, called without a socket between. */
final class ProducerFixture implements AutoCloseable {
    static final String BASE = "https://payer.example/r4";
    static final String CONSUMER = SampleLists.CONSUMER;

    final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    final InMemoryBackend sample = new InMemoryBackend(SampleLists.standard(), clock);
    final HeldExecutor executor = new HeldExecutor();
    final AtrProducer producer;
    private final Path directory;
    private final DirectoryExportFiles files;
    private final Map<String, AuthenticatedClient> tokens = new ConcurrentHashMap<>();

    private ProducerFixture(
            Path directory, @Nullable ProducerBackend backend, UnaryOperator<AtrProducer.Builder> options) {
        this.directory = directory;
        this.files = DirectoryExportFiles.open(directory);
        this.producer = options.apply(AtrProducer.builder(backend == null ? sample : backend)
                        .baseUrl(URI.create(BASE))
                        .accessTokens(token -> Optional.ofNullable(tokens.get(token)))
                        .exportFiles(files)
                        .executor(executor)
                        .clock(clock)
                        .attributionPolicy(AttributionPolicy.anyMemberOfThisPayer()))
                .build();
    }

    static ProducerFixture of(Path files) {
        return new ProducerFixture(files, null, builder -> builder);
    }

    static ProducerFixture of(Path files, UnaryOperator<AtrProducer.Builder> options) {
        return new ProducerFixture(files, null, options);
    }

    static ProducerFixture over(ProducerBackend backend, Path files) {
        return over(backend, files, builder -> builder);
    }

    static ProducerFixture over(ProducerBackend backend, Path files, UnaryOperator<AtrProducer.Builder> options) {
        return new ProducerFixture(files, backend, options);
    }

    static ProducerFixture stu3(Path files) {
        return of(files, builder -> builder.fhirVersion(FhirVersion.STU3));
    }

    /** Returns the header of a client that may read everything. */
    String[] as(String clientId) {
        return as(clientId, "system/*.read");
    }

    /** Returns the header of a client with these scopes. */
    String[] as(String clientId, String scopes) {
        String token = "token-" + clientId + "-" + tokens.size();
        tokens.put(token, new AuthenticatedClient(clientId, Scopes.parse(scopes), null));
        return new String[] {"Authorization", "Bearer " + token};
    }

    /** Answers a GET of the sample Consumer. */
    Answer get(String target, String... headers) {
        return send("GET", target, "", and(as(CONSUMER), headers));
    }

    /** Answers a request with exactly these headers. */
    Answer send(String method, String target, String body, String... headers) {
        return Answer.of(producer.handle(request(method, target, body, headers)));
    }

    static FhirRequest request(String method, String target, String body, String... headers) {
        int question = target.indexOf('?');
        return new FhirRequest(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1),
                HttpHeaders.of(headers),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    static String[] and(String[] some, String... more) {
        String[] all = new String[some.length + more.length];
        System.arraycopy(some, 0, all, 0, some.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    /** Kicks an export off and returns the path of its status, without running it. */
    String kickOff(String target, String... headers) {
        Answer answer = get(target, headers);
        if (answer.status() != 202) {
            throw new AssertionError("kick-off answered " + answer.status() + " " + answer.text());
        }
        return below(answer.header("Content-Location"));
    }

    /** Exports a list to its end and returns the manifest. */
    JsonObject exported(String target, String... headers) {
        String status = kickOff(target, headers);
        executor.runAll();
        Answer answer = get(status);
        if (answer.status() != 200) {
            throw new AssertionError("status answered " + answer.status() + " " + answer.text());
        }
        return answer.json();
    }

    /** Returns the path of the file of a type, or of the message file. */
    static String file(JsonObject manifest, String list, String type) {
        return manifest.items(list).stream()
                .filter(entry -> entry.text("type").filter(type::equals).isPresent())
                .map(entry -> below(entry.text("url").orElseThrow()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " in " + list));
    }

    static String below(String url) {
        if (!url.startsWith(BASE + "/")) {
            throw new AssertionError("not below the base");
        }
        return url.substring(BASE.length());
    }

    /** Returns what lies in the directory of export files: folders of jobs, and files in them. */
    List<Path> stored() {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> !path.equals(directory) && !path.endsWith(".lock"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        files.close();
    }

    /** A response, read to its end. */
    record Answer(int status, HttpHeaders headers, byte[] body) {
        static Answer of(FhirResponse response) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                response.body().writeTo(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                response.body().close();
            }
            return new Answer(response.status(), response.headers(), bytes.toByteArray());
        }

        String header(String name) {
            return headers.first(name).orElseThrow(() -> new AssertionError("no header " + name));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonObject json() {
            return JsonValue.parseObject(body);
        }

        /** Returns the code of the first issue. */
        String issue() {
            return json().all("issue.code").get(0).text().orElseThrow();
        }
    }

    /** Keeps what is to be run until the test says so. */
    static final class HeldExecutor implements Executor {
        private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        /** Waits for what comes next, such as work that is repeated after a pause, and runs it. */
        void awaitAndRun() {
            try {
                Runnable task = tasks.poll(1, TimeUnit.MINUTES);
                if (task == null) {
                    throw new AssertionError("nothing more is to be run");
                }
                task.run();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
