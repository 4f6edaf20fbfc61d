package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.FhirVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupWriterTest {
    @Test
    void writesTheWorkedExampleByteForByte() {
        String line = Samples.write(Samples.LIST, List.of(Samples.FIRST, Samples.SECOND), FhirVersion.R4);

        assertThat(line).isEqualTo(Samples.GROUP);
    }
}
