package dev.atr.producer.tck;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.ResourceScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a payer holds, neutral of any backend: lists with their rows, the resources behind them, and who may see which
 * list. Synthetic throughout, and small enough to be held whole. Immutable.
 *
 * @param lists the lists, no two of one id
 * @param resources the resources as R4 JSON with {@code id} and without {@code meta}; some belong to no list
 * @param entitlements the lists that each client may see, by client id; a client that is not named sees none
 */
public record SampleLists(
        List<SampleList> lists, Map<ResourceKey, String> resources, Map<String, Set<ListId>> entitlements) {
    /** Client id of the Consumer that may see every list of {@link #standard()} except {@link #FOREIGN}. */
    public static final String CONSUMER = "sample-consumer";

    /** Client id of the Consumer that may see {@link #FOREIGN} only. */
    public static final String OTHER_CONSUMER = "other-consumer";

    /** The open list of {@link #standard()}. */
    public static final ListId OPEN = new ListId("list-open");

    /** The draft list of {@link #standard()}, with inactive rows. */
    public static final ListId DRAFT = new ListId("list-draft");

    /** The final list of {@link #standard()}. */
    public static final ListId FINAL = new ListId("list-final");

    /** The list of {@link #standard()} that has no members yet. */
    public static final ListId EMPTY = new ListId("List-empty");

    /** The list of {@link #standard()} that belongs to another client. */
    public static final ListId FOREIGN = new ListId("list-foreign");

    private static final Set<ResourceType> PROVIDER_TYPES = Set.of(
            ResourceType.PRACTITIONER,
            ResourceType.PRACTITIONER_ROLE,
            ResourceType.ORGANIZATION,
            ResourceType.LOCATION);

    /** Copies the collections. */
    public SampleLists {
        lists = List.copyOf(lists);
        resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
        Map<String, Set<ListId>> copy = new TreeMap<>();
        entitlements.forEach((client, ids) -> copy.put(client, Set.copyOf(ids)));
        entitlements = Map.copyOf(copy);
    }

    /** Returns a payer without lists. */
    public static SampleLists empty() {
        return new SampleLists(List.of(), Map.of(), Map.of());
    }

    /**
     * Returns the payer on whom {@link ProducerBackendContract} rests: an open, a draft, a final and an empty list of
     * {@link #CONSUMER}, one list of {@link #OTHER_CONSUMER} that shares people with them, and resources of no list.
     */
    public static SampleLists standard() {
        return StandardSample.build();
    }

    /**
     * Returns {@link #standard()} without what a table has no column for: rows say patient, provider, coverage, whole days
     * and state, and nothing beside; and every list says how many members it has.
     */
    public static SampleLists plain() {
        SampleLists standard = standard();
        return new SampleLists(
                standard.lists.stream().map(StandardSample::plain).toList(), standard.resources, standard.entitlements);
    }

    /** Returns the list of an id; empty when there is none. */
    public Optional<SampleList> list(ListId id) {
        return lists.stream().filter(list -> list.id().equals(id)).findFirst();
    }

    /** Returns a copy with a list added, or put in place of the one of its id. */
    public SampleLists withList(SampleList list) {
        List<SampleList> others = new ArrayList<>(lists);
        others.removeIf(other -> other.id().equals(list.id()));
        return new SampleLists(with(others, list), resources, entitlements);
    }

    /** Returns a copy without a list; the resources behind it, and who might see it, stay. */
    public SampleLists withoutList(ListId id) {
        return new SampleLists(
                lists.stream().filter(list -> !list.id().equals(id)).toList(), resources, entitlements);
    }

    /** Returns a copy with a resource added, or put in place of the one of its key. */
    public SampleLists withResource(ResourceKey key, String json) {
        Map<ResourceKey, String> more = new TreeMap<>(resources);
        more.put(key, json);
        return new SampleLists(lists, more, entitlements);
    }

    /** Returns a copy without a resource; rows and resources that refer to it stay. */
    public SampleLists withoutResource(ResourceKey key) {
        Map<ResourceKey, String> fewer = new TreeMap<>(resources);
        fewer.remove(key);
        return new SampleLists(lists, fewer, entitlements);
    }

    /** Returns a copy in which a client may see these lists and no others. */
    public SampleLists withEntitlement(String clientId, Set<ListId> ids) {
        Map<String, Set<ListId>> more = new TreeMap<>(entitlements);
        more.put(clientId, ids);
        return new SampleLists(lists, resources, more);
    }

    /**
     * Returns which of the resources belong to a list: what {@link dev.atr.producer.spi.ListSnapshot#resources} answers,
     * of all types together.
     *
     * @throws IllegalArgumentException when there is no such list
     */
    public NavigableSet<ResourceKey> resourcesOf(ListId id) {
        return resourcesOf(
                list(id).orElseThrow(() -> new IllegalArgumentException("no such list")), resources.keySet());
    }

    /** Returns which of some resources belong to a list, whether or not they are held. */
    NavigableSet<ResourceKey> resourcesOf(SampleList list, Set<ResourceKey> some) {
        NavigableSet<ResourceKey> found = new TreeSet<>();
        Deque<ResourceKey> providers = new ArrayDeque<>();
        providers.addAll(links(GroupJson.header(list.header(), FhirVersion.R4, false)));
        for (Member row : list.rows()) {
            key(row.provider()).ifPresent(providers::add);
            key(row.patient())
                    .filter(key -> key.type().equals(ResourceType.PATIENT) && some.contains(key))
                    .ifPresent(found::add);
            key(row.coverage())
                    .filter(key -> key.type().equals(ResourceType.COVERAGE) && some.contains(key) && found.add(key))
                    .ifPresent(coverage -> addPartiesOf(coverage, some, found, providers));
        }
        while (!providers.isEmpty()) {
            ResourceKey key = providers.remove();
            if (PROVIDER_TYPES.contains(key.type()) && some.contains(key) && found.add(key)) {
                providers.addAll(linksOf(key));
            }
        }
        return found;
    }

    static <T> List<T> with(List<T> items, T item) {
        List<T> more = new ArrayList<>(items);
        more.add(item);
        return more;
    }

    private void addPartiesOf(
            ResourceKey coverage, Set<ResourceKey> some, Set<ResourceKey> found, Deque<ResourceKey> providers) {
        for (ResourceKey target : linksOf(coverage)) {
            if (target.type().equals(ResourceType.ORGANIZATION)) {
                providers.add(target);
            } else if (target.type().equals(ResourceType.RELATED_PERSON) && some.contains(target)) {
                found.add(target);
            }
        }
    }

    private List<ResourceKey> linksOf(ResourceKey key) {
        String json = resources.get(key);
        return json == null ? List.of() : links(json.getBytes(StandardCharsets.UTF_8));
    }

    private static List<ResourceKey> links(byte[] json) {
        return ResourceScanner.scan(json).links().stream()
                .map(ResourceScanner.ScannedResource.Link::target)
                .toList();
    }

    private static Optional<ResourceKey> key(@Nullable Reference reference) {
        return Optional.ofNullable(reference).flatMap(Reference::key);
    }

    @Override
    public String toString() {
        return "SampleLists[" + lists.size() + " lists, " + resources.size() + " resources]";
    }
}
