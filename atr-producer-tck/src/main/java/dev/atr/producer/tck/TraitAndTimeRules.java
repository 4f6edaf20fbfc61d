package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceScanner;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListQuery.TimeSpan;
import dev.atr.producer.spi.ListQuery.Token;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TraitQuery;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How lists are found by their characteristics and by the time of their newest version. */
abstract class TraitAndTimeRules {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read", null);
    private static final Token ATTRIBUTED_TO = new Token(Canonicals.CHARACTERISTIC_SYSTEM, "attributed-to");
    private static final ResourceKey ATTRIBUTED = new ResourceKey(ResourceType.PRACTITIONER, "dr-3");

    /** Returns the backend under test. */
    abstract ProducerBackend backend();

    /** Returns what it holds to begin with. */
    abstract SampleLists sample();

    @Test
    @Requirement("ATR-CAP-010")
    void searchFindsByTheCodeOfACharacteristic() {
        assertThat(found(trait(ATTRIBUTED_TO, null))).containsExactly(SampleLists.FINAL);
        assertThat(found(trait(new Token(null, "attributed-to"), null))).containsExactly(SampleLists.FINAL);
        assertThat(found(trait(new Token(Canonicals.CHARACTERISTIC_SYSTEM, "location"), null)))
                .isEmpty();
        assertThat(found(trait(new Token("urn:other", "attributed-to"), null))).isEmpty();
    }

    @Test
    @Requirement("ATR-CAP-011")
    void searchFindsByTheResourceThatACharacteristicRefersTo() {
        assertThat(found(trait(ATTRIBUTED_TO, new Token(null, "Practitioner/dr-3"))))
                .containsExactly(SampleLists.FINAL);
        assertThat(found(trait(ATTRIBUTED_TO, new Token(null, "Practitioner/dr-2"))))
                .isEmpty();
        assertThat(found(trait(new Token(null, "location"), new Token(null, "Practitioner/dr-3"))))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-CAP-011")
    void searchFindsByAnIdentifierOfTheResourceThatACharacteristicRefersTo() {
        String json = Optional.ofNullable(sample().resources().get(ATTRIBUTED)).orElseThrow();
        String value = ResourceScanner.scan(json.getBytes(StandardCharsets.UTF_8)).identifiers().stream()
                .filter(identifier -> Canonicals.NPI.equals(identifier.system()))
                .flatMap(identifier -> Optional.ofNullable(identifier.value()).stream())
                .findFirst()
                .orElseThrow();

        assertThat(found(trait(ATTRIBUTED_TO, new Token(Canonicals.NPI, value))))
                .containsExactly(SampleLists.FINAL);
        assertThat(found(trait(ATTRIBUTED_TO, new Token(Canonicals.NPI, "1999999919"))))
                .isEmpty();
    }

    @Test
    @Requirement("ATR-CAP-010")
    void pagesOfASearchByCharacteristicAgreeWithItsTotal() {
        ListPage page = backend()
                .search(
                        CONSUMER,
                        new ListQuery(
                                null,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(List.of(new TraitQuery(ATTRIBUTED_TO, null))),
                                SampleLists.FINAL,
                                10));

        assertThat(page.lists()).isEmpty();
        assertThat(page.total()).isEqualTo(1);
    }

    @Test
    @Requirement("FHIR-031")
    void searchFindsByTheTimeOfTheNewestVersion() {
        Instant time = Optional.ofNullable(
                        backend().find(CONSUMER, SampleLists.OPEN).orElseThrow().lastUpdated())
                .orElseThrow();
        TimeSpan then = new TimeSpan(time, time.plusMillis(1));
        TimeSpan before = new TimeSpan(null, time);
        TimeSpan after = new TimeSpan(time.plusMillis(1), null);

        assertThat(found(updated(List.of(List.of(then))))).contains(SampleLists.OPEN);
        assertThat(found(updated(List.of(List.of(before))))).doesNotContain(SampleLists.OPEN);
        assertThat(found(updated(List.of(List.of(after))))).doesNotContain(SampleLists.OPEN);
        assertThat(found(updated(List.of(List.of(before, then, after))))).hasSize(4);
        assertThat(found(updated(List.of(List.of(then), List.of(after))))).isEmpty();
    }

    private List<ListId> found(ListQuery query) {
        ListPage page = backend().search(CONSUMER, query);
        assertThat(page.total()).isEqualTo(page.lists().size());
        return page.lists().stream().map(AttributionList::id).toList();
    }

    private static ListQuery trait(Token code, @Nullable Token value) {
        return new ListQuery(
                null, List.of(), List.of(), List.of(), List.of(List.of(new TraitQuery(code, value))), null, 10);
    }

    private static ListQuery updated(List<List<TimeSpan>> allOf) {
        return new ListQuery(null, List.of(), List.of(), allOf, List.of(), null, 10);
    }
}
