package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The validator itself: it must find what is known to be wrong in the guide's own examples, and nothing else. */
class OfficialProfilesTest {
    private static OfficialProfiles profiles;

    @BeforeAll
    static void build() throws IOException {
        assumeTrue(OfficialProfiles.areHere(), "the published guides are not beside the project");
        profiles = OfficialProfiles.withUsCore("us_core_700.tgz");
    }

    @Test
    void findsTheWrongStateOfPatientTwo() throws IOException {
        String patient = Files.readString(OfficialProfiles.GUIDES.resolve("davinci-atr/examples/patient-2.json"));

        assertThat(profiles.errorsIn("Patient", patient))
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error).startsWith("Patient.address[0].state"));
    }

    @Test
    void acceptsASoundExample() throws IOException {
        String coverage = Files.readString(OfficialProfiles.GUIDES.resolve("davinci-atr/examples/coverage-1.json"));

        assertThat(profiles.errorsIn("Coverage", coverage)).isEmpty();
    }
}
