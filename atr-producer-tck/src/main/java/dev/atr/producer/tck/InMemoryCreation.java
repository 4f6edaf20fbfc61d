package dev.atr.producer.tck;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceMeta;
import dev.atr.core.json.ResourceScanner;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.LinkRules;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceNote;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import dev.atr.producer.spi.creation.ResourceCreation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What clients create in a backend on the heap. */
final class InMemoryCreation implements ListCreation, ResourceCreation, ProvenanceRecords {
    private final InMemoryBackend backend;
    private final Map<ResourceKey, String> creators = new ConcurrentHashMap<>();
    private final Map<String, Kept> provenances = new LinkedHashMap<>();

    InMemoryCreation(InMemoryBackend backend) {
        this.backend = backend;
    }

    /** Returns whether the caller created a resource, be it deleted. */
    boolean isOf(Caller caller, ResourceKey key) {
        return creatorOf(key).equals(Optional.of(caller.clientId()));
    }

    /** Returns the client that created a resource, be it deleted; empty for the payer's own. */
    Optional<String> creatorOf(ResourceKey key) {
        return Optional.ofNullable(creators.get(key));
    }

    @Override
    public synchronized Creation<AttributionList> create(
            Caller caller, AttributionList list, @Nullable ListQuery unless, @Nullable ProvenanceNote provenance) {
        if (unless != null) {
            List<AttributionList> held = backend.search(caller, unless).lists();
            if (!held.isEmpty()) {
                return held.size() == 1 ? Creation.exists(held.get(0)) : Creation.severalExist();
            }
        }
        SampleLists sample = backend.lists();
        Optional<String> link = LinkRules.ofList(
                list,
                key -> isPayer(sample, key),
                key -> backend.read(caller, key).isPresent());
        if (link.isPresent()) {
            return Creation.declined(link.get());
        }
        boolean taken = sample.lists().stream()
                .flatMap(other -> other.header().identifiers().stream())
                .filter(InMemoryCreation::isContract)
                .anyMatch(other -> list.identifiers().stream()
                        .anyMatch(own -> Objects.equals(own.system(), other.system())
                                && Objects.equals(own.value(), other.value())));
        if (taken) {
            return Creation.declined("There is a list with this contract identifier.");
        }
        Set<ListId> visible = new HashSet<>(sample.entitlements().getOrDefault(caller.clientId(), Set.of()));
        visible.add(list.id());
        backend.replace(sample.withList(new SampleList(list, List.of())).withEntitlement(caller.clientId(), visible));
        AttributionList created = backend.find(caller, list.id()).orElseThrow();
        keep(
                caller,
                list.id().key(),
                Objects.requireNonNull(created.version()),
                Objects.requireNonNull(created.lastUpdated()),
                provenance);
        return Creation.created(created);
    }

    @Override
    public synchronized Deletion delete(Caller caller, ListId list, @Nullable String version) {
        Optional<AttributionList> held = backend.find(caller, list);
        if (held.isEmpty()) {
            return isOf(caller, list.key()) ? Deletion.ALREADY_DELETED : Deletion.UNKNOWN;
        }
        if (version != null && !version.equals(held.get().version())) {
            return Deletion.OTHER_VERSION;
        }
        SampleLists sample = backend.lists();
        SampleList whole = sample.list(list).orElseThrow();
        if (!isOf(caller, list.key())
                || whole.activeMembers() > 0
                || ListStatus.FINAL.equals(whole.header().status())) {
            return Deletion.declined("Only an empty list that the client created itself can be deleted by it.");
        }
        backend.replace(sample.withoutList(list));
        return Deletion.DELETED;
    }

    @Override
    public Set<ResourceType> types() {
        return TYPES_OF_THE_GUIDE;
    }

    @Override
    public synchronized Creation<StoredResource> create(
            Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance) {
        Optional<String> link = LinkRules.ofResource(
                json, target -> backend.read(caller, target).isPresent());
        if (link.isPresent()) {
            return Creation.declined(link.get());
        }
        creators.put(key, caller.clientId());
        backend.replace(backend.lists().withResource(key, new String(json, StandardCharsets.UTF_8)));
        StoredResource created = backend.read(caller, key).orElseThrow();
        keep(caller, key, created.version(), created.lastUpdated(), provenance);
        return Creation.created(created);
    }

    @Override
    public synchronized Deletion delete(Caller caller, ResourceKey key, @Nullable String version) {
        Optional<StoredResource> held = backend.read(caller, key);
        if (!isOf(caller, key)) {
            return held.isPresent()
                    ? Deletion.declined("Only what the client created itself can be deleted by it.")
                    : Deletion.UNKNOWN;
        }
        if (held.isEmpty()) {
            return Deletion.ALREADY_DELETED;
        }
        if (version != null && !version.equals(held.get().version())) {
            return Deletion.OTHER_VERSION;
        }
        SampleLists sample = backend.lists();
        boolean referredTo = sample.lists().stream()
                        .anyMatch(list -> sample.resourcesOf(list.id()).contains(key))
                || sample.resources().values().stream()
                        .flatMap(json -> ResourceScanner.scan(json.getBytes(StandardCharsets.UTF_8)).links().stream())
                        .anyMatch(link -> link.target().equals(key));
        if (referredTo) {
            return Deletion.declined("A list or another resource refers to it.");
        }
        backend.replace(sample.withoutResource(key));
        return Deletion.DELETED;
    }

    @Override
    public synchronized Optional<StoredResource> read(Caller caller, String id) {
        return Optional.ofNullable(provenances.get(id))
                .filter(kept -> mayRead(caller, kept.about))
                .map(kept -> kept.record);
    }

    @Override
    public synchronized List<StoredResource> about(Caller caller, ResourceKey target) {
        return mayRead(caller, target)
                ? provenances.values().stream()
                        .filter(kept -> kept.about.equals(target))
                        .map(kept -> kept.record)
                        .toList()
                : List.of();
    }

    /** Returns whether a list of the payer's own names an Organization as its payer. */
    private boolean isPayer(SampleLists sample, ResourceKey organization) {
        return sample.resources().containsKey(organization)
                && sample.lists().stream()
                        .filter(list -> !creators.containsKey(list.id().key()))
                        .flatMap(list -> Optional.ofNullable(list.header().payer()).stream())
                        .anyMatch(payer -> payer.key().equals(Optional.of(organization)));
    }

    private boolean mayRead(Caller caller, ResourceKey key) {
        return key.type().equals(ResourceType.GROUP)
                ? backend.find(caller, new ListId(key.id())).isPresent()
                : backend.read(caller, key).isPresent();
    }

    private void keep(Caller caller, ResourceKey created, String version, Instant time, @Nullable ProvenanceNote note) {
        creators.put(created, caller.clientId());
        if (note != null) {
            String id = UUID.randomUUID().toString();
            byte[] json = ResourceMeta.withMeta(note.about(id, created, version), "1", time);
            ResourceKey key = new ResourceKey(ResourceType.PROVENANCE, id);
            provenances.put(id, new Kept(created, new StoredResource(key, "1", time, json)));
        }
    }

    private static boolean isContract(Identifier identifier) {
        return !Canonicals.NPI.equals(identifier.system()) && !Canonicals.TIN.equals(identifier.system());
    }

    private record Kept(ResourceKey about, StoredResource record) {}
}
