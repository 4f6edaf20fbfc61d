package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.Sleeper;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands before a Producer, lets files come slowly and uncompressed, and holds what a process asks for against what another
 * that was killed had left on disk. For many threads.
 */
final class SlowFiles {
    /** So much of a file that was open may be read again. */
    private static final long AGAIN_BYTES = 8 << 20;

    private static final long WHOLE = -1;
    private static final int PIECE_BYTES = 256 * 1024;

    private final Duration pause;
    private final AtomicLong sent = new AtomicLong();
    private final Map<String, List<Long>> asked = new HashMap<>();
    private final Map<String, Long> left = new HashMap<>();

    /**
     * Creates it.
     *
     * @param pause before each answer, and after each 256 KB of it
     */
    SlowFiles(Duration pause) {
        this.pause = pause;
    }

    FhirHandler before(FhirHandler producer) {
        return request -> {
            if (!request.method().equals("GET")) {
                return producer.handle(request);
            }
            String range = request.headers().first("Range").orElse("bytes=0-");
            synchronized (this) {
                asked.computeIfAbsent(request.path(), unused -> new ArrayList<>())
                        .add(Long.valueOf(range.substring("bytes=".length(), range.indexOf('-'))));
            }
            pause();
            return slow(producer.handle(uncompressed(request)));
        };
    }

    /** Returns how many bytes have been sent. */
    long sent() {
        return sent.get();
    }

    /**
     * A process was killed: what it has asked for is held against what the one before it had left, and what it has left
     * itself is noted.
     *
     * @param folder of its download
     */
    synchronized void killed(Path folder) throws IOException {
        check();
        asked.clear();
        Path file = folder.resolve("export.json");
        if (!Files.exists(file)) {
            return;
        }
        JsonValue journal = JsonValue.parse(Files.readAllBytes(file));
        List<JsonValue> offered = journal.find("manifest")
                .map(manifest -> manifest.items("output"))
                .orElse(List.of());
        for (JsonValue whole : journal.items("files")) {
            left.put(path(offered, whole), WHOLE);
        }
        for (JsonValue open : journal.items("open")) {
            Path part = folder.resolve(open.text("name").orElseThrow() + ".part");
            left.put(path(offered, open), Files.exists(part) ? Files.size(part) : 0);
        }
    }

    /** No whole file was asked for again, and of those that were open no more than 8 MB. */
    synchronized void check() {
        left.forEach((path, bytes) -> assertThat(asked.getOrDefault(path, List.of()))
                .as("%s, of which %s bytes had come (-1: all)", path, bytes)
                .allMatch(from -> bytes != WHOLE && from >= bytes - AGAIN_BYTES));
    }

    /** Returns of how many files something was left by a killed process: whole ones, and those that had to go on. */
    synchronized String told() {
        long whole = left.values().stream().filter(bytes -> bytes == WHOLE).count();
        long midway =
                left.values().stream().filter(bytes -> bytes > AGAIN_BYTES).count();
        return whole + " whole, " + midway + " beyond their first 8 MB";
    }

    private static String path(List<JsonValue> offered, JsonValue file) {
        String name = file.text("name").orElseThrow();
        int number = Integer.parseInt(name.substring(0, name.indexOf('-')));
        String url = offered.get(number - 1).text("url").orElseThrow();
        return url.substring(url.indexOf('/', "https://".length())).replaceFirst("^/r4", "");
    }

    private static FhirRequest uncompressed(FhirRequest request) {
        return new FhirRequest(
                request.method(),
                request.path(),
                request.rawQuery(),
                request.headers().without("Accept-Encoding"),
                request.body());
    }

    private FhirResponse slow(FhirResponse response) {
        FhirResponse.Body body = response.body();
        return new FhirResponse(response.status(), response.headers(), new FhirResponse.Body() {
            @Override
            public OptionalLong length() {
                return body.length();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                body.writeTo(new SlowOutput(out));
            }

            @Override
            public void close() {
                body.close();
            }
        });
    }

    private void pause() {
        try {
            Sleeper.system().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts, and takes its time. */
    private final class SlowOutput extends FilterOutputStream {
        private long sincePause;

        SlowOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            out.write(bytes, offset, count);
            sent.addAndGet(count);
            sincePause += count;
            if (sincePause >= PIECE_BYTES) {
                sincePause = 0;
                pause();
            }
        }
    }
}
