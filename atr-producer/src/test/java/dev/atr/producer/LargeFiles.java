package dev.atr.producer;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A payer with any number of Coverages in its open list. */
final class LargeFiles {
    private static final int NOISE = 1200;

    private LargeFiles() {}

    /** Returns a payer with so many Coverages of some 1.7 KB. */
    static BrokenBackend coverages(int count, HandClock clock) {
        return over(SampleLists.standard(), clock, count, number -> {
            byte[] noise = new byte[NOISE];
            new Random(number).nextBytes(noise);
            return Base64.getEncoder().encodeToString(noise);
        });
    }

    /** Returns a payer with so many Coverages, each with a text as it stands in JSON. */
    static BrokenBackend over(SampleLists lists, HandClock clock, int count, IntFunction<String> text) {
        BrokenBackend backend = new BrokenBackend(new InMemoryBackend(lists, clock));
        backend.resources = few -> few.isEmpty()
                ? few
                : IntStream.range(0, count)
                        .mapToObj(number -> coverage(few.get(0), String.format("c-%08d", number), text.apply(number)))
                        .toList();
        return backend;
    }

    private static StoredResource coverage(StoredResource model, String id, String text) {
        String json = "{\"resourceType\":\"Coverage\",\"id\":\"" + id + "\",\"status\":\"active\",\"dependent\":\""
                + text + "\"}";
        return new StoredResource(
                new ResourceKey(ResourceType.COVERAGE, id),
                model.version(),
                model.lastUpdated(),
                json.getBytes(StandardCharsets.UTF_8));
    }
}
