package dev.atr.producer.tck;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** One thing after another happens to a list and to the resources behind it; the same seed tells the same story. */
final class RandomHistory {
    private static final List<String> PROVIDERS = List.of(
            "Organization/clinic",
            "Organization/foreign-clinic",
            "PractitionerRole/role-1",
            "PractitionerRole/role-foreign",
            "Practitioner/dr-2",
            "Practitioner/dr-nobody");

    private static final List<String> PATIENTS = List.of("10", "9", "A", "a", "B.1", "-x", "zoe", "foreign", "nobody");
    private static final List<String> COVERAGES =
            List.of("c-10", "c-9", "C-A", "c-a", "c-B.1", "c-x", "c-zoe-1", "c-foreign", "c-nobody");

    private final Random random;
    private final SampleLists first;
    private final ListId list;
    private final List<ResourceKey> keys;
    private int number;

    /** Begins a story of one list of a sample. */
    RandomHistory(long seed, SampleLists first, ListId list) {
        this.random = new Random(seed);
        this.first = first;
        this.list = list;
        this.keys = List.copyOf(new TreeMap<>(first.resources()).keySet());
    }

    /** Returns what a payer holds after one to four more things have happened. */
    SampleLists next(SampleLists now) {
        SampleLists next = now;
        for (int i = random.nextInt(4); i >= 0; i--) {
            next = step(next);
        }
        return next;
    }

    private SampleLists step(SampleLists now) {
        ResourceKey key = keys.get(random.nextInt(keys.size()));
        SampleList members = now.list(list).orElseThrow();
        return switch (random.nextInt(6)) {
            case 0 -> now.withoutResource(key);
            case 1 -> now.withResource(key, original(key));
            case 2 ->
                now.withResource(
                        key,
                        original(key)
                                .replace("\"resourceType\"", "\"language\":\"x-" + number++ + "\",\"resourceType\""));
            case 3 -> now.withList(without(members));
            default -> now.withList(with(members));
        };
    }

    private String original(ResourceKey key) {
        return Objects.requireNonNull(first.resources().get(key));
    }

    private SampleList without(SampleList members) {
        List<Member> rows = new ArrayList<>(members.rows());
        if (!rows.isEmpty()) {
            rows.remove(random.nextInt(rows.size()));
        }
        return new SampleList(members.header(), rows);
    }

    private SampleList with(SampleList members) {
        int person = random.nextInt(PATIENTS.size());
        Member row = StandardSample.row(
                PATIENTS.get(person),
                PROVIDERS.get(random.nextInt(PROVIDERS.size())),
                COVERAGES.get(person),
                ChangeType.NEW);
        List<Member> rows = new ArrayList<>(members.rows());
        // Now and then somebody moves: the new row is in the place of the old one
        if (random.nextBoolean()) {
            rows.removeIf(old -> old.patient().key().equals(row.patient().key()));
        }
        rows.removeIf(old -> old.key().equals(row.key()));
        rows.add(row);
        return new SampleList(members.header(), rows);
    }

    /** Returns the key of a Patient of the standard sample. */
    static ResourceKey patient(String id) {
        return new ResourceKey(ResourceType.PATIENT, id);
    }
}
