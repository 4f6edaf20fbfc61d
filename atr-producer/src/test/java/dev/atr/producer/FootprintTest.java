package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.Footprint;
import org.junit.jupiter.api.Test;

/** A Producer, without a store of ours and without HAPI: what comes to a host with it. */
class FootprintTest {
    private static final int MOST_JARS = 10;
    private static final long MOST_BYTES = 8_000_000;

    @Test
    void staysSmall() throws Exception {
        Footprint footprint = Footprint.ofRoomOf(AtrProducer.class);

        assertThat(footprint.jars()).hasSizeBetween(5, MOST_JARS);
        assertThat(footprint.bytes()).isBetween(500_000L, MOST_BYTES);
    }
}
