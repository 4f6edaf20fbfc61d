package dev.atr.producer.jdbc.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeScanTest {
    @Test
    void whatIsReferredToComesFirst() throws IOException {
        List<Integer> ranks = new ArrayList<>();
        for (String type : List.of(
                "Organization",
                "Location",
                "Practitioner",
                "PractitionerRole",
                "Patient",
                "RelatedPerson",
                "Coverage",
                "Group")) {
            ranks.add(rank("{\"resourceType\" : \"" + type + "\"}", false));
        }

        assertThat(ranks).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void listsThatBringWhatTheyNeedComeBeforeThoseThatDoNot() throws IOException {
        String group = "{\"id\":\"x\",\"resourceType\":\n\"Group\"}";

        assertThat(rank(group + "{\"resourceType\":\"Patient\"}", false))
                .isLessThan(rank(group, false))
                .isGreaterThan(rank("{\"resourceType\":\"Coverage\"}", false));
    }

    @ParameterizedTest
    @CsvSource({"<Organization xmlns='x'>, 0", "<?xml version='1.0'?><!-- x --><f:Coverage/><Coverage/>, 6", "<a/>, -1"
    })
    void looksIntoXml(String xml, int expected) throws IOException {
        assertThat(rank(xml, true)).isEqualTo(expected);
    }

    private static int rank(String content, boolean xml) throws IOException {
        return TypeScan.rank(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), xml);
    }
}
