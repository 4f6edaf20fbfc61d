package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ResourceMetaTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void replacesVersionAndTimeAndKeepsTheRest() {
        String json = "{\n \"id\": \"p\", \"active\": true, \"meta\": {\"lastUpdated\": \"2020-01-01T00:00:00Z\","
                + " \"profile\": [\"urn:p\"]},\n \"resourceType\": \"Patient\", \"multipleBirthInteger\": 1.0}";

        String stamped = Samples.text(ResourceMeta.withMeta(Samples.bytes(json), "7", NOON));

        assertThat(stamped)
                .isEqualTo("{\"resourceType\":\"Patient\",\"id\":\"p\",\"meta\":{\"versionId\":\"7\","
                        + "\"lastUpdated\":\"2026-03-01T12:00:00Z\",\"profile\":[\"urn:p\"]},\"active\":true,"
                        + "\"multipleBirthInteger\":1.0}");
    }

    @Test
    void addsMetaWhereThereIsNone() {
        String stamped = Samples.text(
                ResourceMeta.withMeta(Samples.bytes("{\"resourceType\":\"Patient\"}"), "1", NOON.plusMillis(5)));

        assertThat(stamped)
                .isEqualTo("{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"1\","
                        + "\"lastUpdated\":\"2026-03-01T12:00:00.005Z\"}}");
    }

    @Test
    void refusesWhatIsNoObject() {
        assertThatThrownBy(() -> ResourceMeta.withMeta(Samples.bytes("[]"), "1", NOON))
                .isInstanceOf(InvalidContentException.class);
    }
}
