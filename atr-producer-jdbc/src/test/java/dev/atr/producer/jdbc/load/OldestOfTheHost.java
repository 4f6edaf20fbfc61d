package dev.atr.producer.jdbc.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import org.junit.jupiter.api.Test;

/** Where tests run again beside the oldest Jackson that a host may bring (see the pom): it is that one. */
class OldestOfTheHost {
    @Test
    void isTheOneInUse() {
        assertThat(JsonFactory.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .contains("/oldest/");
    }
}
