package dev.atr.hapi.dstu3;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import org.hl7.fhir.dstu3.model.Group;
import org.junit.jupiter.api.Test;

/** Where tests run again beside the oldest HAPI that a host may bring (see the pom): it is that one. */
class OldestOfTheHost {
    @Test
    void isTheOneInUse() {
        assertThat(FhirContext.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .contains("/oldest/");
        assertThat(Group.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .contains("/oldest/");
    }
}
