package dev.atr.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.Footprint;
import org.junit.jupiter.api.Test;

/** A Consumer with what it needs to get tokens: what comes to a host with it. */
class FootprintTest {
    private static final int MOST_JARS = 8;
    private static final long MOST_BYTES = 6_000_000;

    @Test
    void staysSmall() throws Exception {
        Footprint footprint = Footprint.ofRoomOf(ProducerConnection.class);

        assertThat(footprint.jars()).hasSizeBetween(5, MOST_JARS);
        assertThat(footprint.bytes()).isBetween(500_000L, MOST_BYTES);
    }
}
