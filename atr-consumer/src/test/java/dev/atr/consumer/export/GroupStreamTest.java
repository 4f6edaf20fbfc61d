package dev.atr.consumer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupStreamTest extends ExportTest {
    private static final String FILE = "/files/group";

    @Test
    void givesRowsFirstAndTheListAfterThem() throws Exception {
        producer.on("GET", FILE, Reply.lines(group("cvmg-2026", "", 1, 3)));

        try (GroupStream group = exports.openGroup(groups(1))) {
            List<String> patients = patientsOf(group);
            AttributionList list = group.list();

            assertThat(patients).containsExactly("Patient/pat-1", "Patient/pat-2", "Patient/pat-3");
            assertThat(list.id()).isEqualTo(LIST);
            assertThat(list.name()).isEqualTo("Cedar Valley");
        }
    }

    @Test
    void doesNotGuessAtTheListBeforeItsLastRow() throws Exception {
        producer.on("GET", FILE, Reply.lines(group("cvmg-2026", "", 1, 3)));

        try (GroupStream group = exports.openGroup(groups(1))) {
            assertThat(group.next()).isNotNull();

            assertThatThrownBy(group::list).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void joinsAListThatWasCutIntoSeveralGroups() throws Exception {
        producer.on(
                "GET",
                FILE,
                Reply.lines(
                        group("cvmg-2026", "", 1, 2), "", group("cvmg-2026", "", 3, 4), group("cvmg-2026", "", 5, 5)));

        try (GroupStream group = exports.openGroup(groups(3))) {
            assertThat(patientsOf(group)).hasSize(5);
            assertThat(group.list().id()).isEqualTo(LIST);
            assertThat(group.lists()).hasSize(3);
        }
    }

    @Test
    void takesNoListForAnother() throws Exception {
        producer.on("GET", FILE, Reply.lines(group("cvmg-2026", "", 1, 2), group("lakeside-2026", "", 3, 4)));

        try (GroupStream group = exports.openGroup(groups(2))) {
            patientsOf(group);

            assertThatThrownBy(group::list).isInstanceOf(ProtocolException.class);
            assertThat(group.lists())
                    .extracting(AttributionList::id)
                    .containsExactly(LIST, new ListId("lakeside-2026"));
        }
    }

    @Test
    @Requirement("FHIR-032")
    void refusesAGroupThatIsOnlyAPart() throws Exception {
        String tag = "\"meta\":{\"tag\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\","
                + "\"code\":\"SUBSETTED\"}]},";
        producer.on("GET", FILE, Reply.lines(group("cvmg-2026", tag, 1, 2)));

        try (GroupStream group = exports.openGroup(groups(1))) {
            assertThatThrownBy(() -> patientsOf(group))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("SUBSETTED");
        }
    }

    @Test
    @Requirement("ATR-EXP-005")
    void readsAPartWhenSomeMembersWereAskedFor() throws Exception {
        String tag = "\"meta\":{\"tag\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\","
                + "\"code\":\"SUBSETTED\"}]},";
        producer.on("GET", FILE, Reply.lines(group("cvmg-2026", tag, 1, 2)));

        try (GroupStream group = exports.openGroupOfSome(groups(1))) {
            assertThat(patientsOf(group)).hasSize(2);
        }
    }

    @Test
    void noticesThatTheGroupIsMissing() throws Exception {
        producer.on("GET", FILE, Reply.lines(""));

        try (GroupStream group = exports.openGroup(groups(1))) {
            assertThatThrownBy(group::next).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void noticesABodyThatBreaksOff() throws Exception {
        String whole = group("cvmg-2026", "", 1, 500);
        producer.on(
                "GET",
                FILE,
                Reply.status(200).body(whole.substring(0, whole.length() / 2)).cutShort());

        try (GroupStream group = exports.openGroup(groups(1))) {
            assertThatThrownBy(() -> patientsOf(group)).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void refusesWhatFollowsAGroupOnItsLine() throws Exception {
        producer.on("GET", FILE, Reply.lines(group("cvmg-2026", "", 1, 1) + group("cvmg-2026", "", 2, 2)));

        try (GroupStream group = exports.openGroup(groups(1))) {
            assertThatThrownBy(() -> patientsOf(group)).isInstanceOf(InvalidContentException.class);
        }
    }

    @Test
    @Requirement("BULK-FILE-015")
    void readsOnlyAsFarAsTheRowAskedFor() throws Exception {
        // One line of 200 MB, made while it is read: if rows were gathered before they are given out, the reader would
        // run far ahead of them.
        int rows = 200_000;
        EndlessLine line = new EndlessLine(rows, 1024);
        long furthestAhead = 0;
        long read = 0;

        try (GroupStream group = new GroupStream(groups(1), FhirVersion.R4, line, false)) {
            Member row = group.next();
            while (row != null) {
                read++;
                furthestAhead = Math.max(furthestAhead, line.rowsMade() - read);
                row = group.next();
            }

            assertThat(group.list().id()).isEqualTo(LIST);
        }

        assertThat(read).isEqualTo(rows);
        assertThat(furthestAhead).isLessThan(1_000);
    }

    private ExportFile groups(long count) {
        return file("Group", producer.at(FILE), count);
    }

    private static List<String> patientsOf(GroupStream group) {
        List<String> patients = new ArrayList<>();
        Member row = group.next();
        while (row != null) {
            patients.add(row.patient().key().map(ResourceKey::reference).orElseThrow());
            row = group.next();
        }
        return patients;
    }

    private static String group(String id, String meta, int first, int last) {
        StringBuilder rows = new StringBuilder();
        IntStream.rangeClosed(first, last)
                .forEach(i -> rows.append(i == first ? "" : ",")
                        .append("{\"entity\":{\"reference\":\"Patient/pat-")
                        .append(i)
                        .append("\"},\"inactive\":false}"));
        return "{\"resourceType\":\"Group\",\"id\":\"" + id + "\"," + meta + "\"type\":\"person\",\"actual\":true,"
                + "\"member\":[" + rows + "],\"name\":\"Cedar Valley\"}";
    }
}
