package dev.atr.producer;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A payer whose Coverages fill a file of any size with text that does not compress well. */
final class LargeFiles {
    private static final int PADDING = 1500;

    private LargeFiles() {}

    static BrokenBackend coverages(int count, HandClock clock) {
        BrokenBackend backend = new BrokenBackend(new InMemoryBackend(SampleLists.standard(), clock));
        backend.resources = few -> few.isEmpty() ? few : many(few.get(0), count);
        return backend;
    }

    private static List<StoredResource> many(StoredResource model, int count) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(number -> copy(model, String.format("c-%08d", number), random))
                .toList();
    }

    private static StoredResource copy(StoredResource model, String id, Random random) {
        Function<Integer, String> letters = length -> random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String json = "{\"resourceType\":\"Coverage\",\"id\":\"" + id + "\",\"status\":\"active\",\"dependent\":\""
                + letters.apply(PADDING) + "\"}";
        return new StoredResource(
                new ResourceKey(ResourceType.COVERAGE, id),
                model.version(),
                model.lastUpdated(),
                json.getBytes(StandardCharsets.UTF_8));
    }
}
