package dev.atr.examples;

import dev.atr.auth.client.AccessTokenSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Many who ask for the status of exports, each again after a pause of its own, whatever they are told. Thread-safe. */
final class Pollers implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Duration pause;
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Pollers(Duration pause) {
        this.pause = pause;
    }

    /** Adds one who asks until the export has ended, or {@link #close}. */
    void add(URI status, AccessTokenSource tokens) {
        later(status, tokens);
    }

    private void later(URI status, AccessTokenSource tokens) {
        long millis = ThreadLocalRandom.current().nextLong(2 * pause.toMillis());
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(() -> poll(status, tokens));
    }

    private void poll(URI status, AccessTokenSource tokens) {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(status)
                    .header("Authorization", "Bearer " + tokens.token())
                    .build();
        } catch (InterruptedException | RuntimeException e) {
            failures.add(e);
            return;
        }
        long begin = System.nanoTime();
        CompletableFuture<Void> unused = http.sendAsync(request, BodyHandlers.discarding())
                .thenAccept(answer -> answered(status, tokens, answer, System.nanoTime() - begin))
                .exceptionally(failure -> {
                    if (!closed) {
                        failures.add(failure);
                    }
                    return null;
                });
    }

    private void answered(URI status, AccessTokenSource tokens, HttpResponse<Void> answer, long took) {
        nanos.add(took);
        statuses.computeIfAbsent(answer.statusCode(), code -> new LongAdder()).increment();
        if (!closed && (answer.statusCode() == 202 || answer.statusCode() == 429)) {
            later(status, tokens);
        }
    }

    /** Returns how many answers of each status there were. */
    Map<Integer, LongAdder> statuses() {
        return statuses;
    }

    /** Returns what went wrong instead of an answer. */
    Queue<Throwable> failures() {
        return failures;
    }

    /** Returns how long a part of the answers took at most, in milliseconds. */
    double millis(double part) {
        long[] sorted = nanos.stream().mapToLong(each -> each).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))] / 1e6;
    }

    @Override
    public void close() {
        closed = true;
    }
}
