package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.FhirVersion;
import org.junit.jupiter.api.Test;

class GroupReaderTest {
    @Test
    void readsTheWorkedExample() {
        Samples.Read read = Samples.read(Samples.GROUP, FhirVersion.R4);

        assertThat(read.list()).isEqualTo(Samples.LIST);
        assertThat(read.rows()).containsExactly(Samples.FIRST, Samples.SECOND);
        assertThat(read.warnings()).isZero();
    }
}
