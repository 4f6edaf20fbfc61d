package dev.atr.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObject;
import org.junit.jupiter.api.Test;

/** Where tests run again beside the oldest Nimbus that a host may bring (see the pom): it is that one. */
class OldestOfTheHost {
    @Test
    void isTheOneInUse() {
        assertThat(JOSEObject.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .contains("/oldest/");
    }
}
