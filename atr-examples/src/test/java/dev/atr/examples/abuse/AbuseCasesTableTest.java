package dev.atr.examples.abuse;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The page about abuse cases names every case, and the classes whose rows try it. */
class AbuseCasesTableTest {
    private static final Path PAGE = Path.of("..", "docs", "abuse-cases.md");

    private static final Map<String, List<Row>> ROWS = Map.ofEntries(
            entry("TokenRequestShapeTest", TokenRequestShapeTest.rows()),
            entry("AssertionHeaderTest", AssertionHeaderTest.rows()),
            entry("AssertionClaimsTest", AssertionClaimsTest.rows()),
            entry("KeySetsByUrlTest", KeySetsByUrlTest.rows()),
            entry("ScopesAndIssueTest", ScopesAndIssueTest.rows()),
            entry("BearerUseTest", BearerUseTest.rows()),
            entry("SlowClientsTest", SlowClientsTest.rows()),
            entry("ExportKickOffTest", ExportKickOffTest.rows()),
            entry("ExportJobsTest", ExportJobsTest.rows()),
            entry("ExportLinesTest", ExportLinesTest.rows()),
            entry("KickOffBodyTest", KickOffBodyTest.rows()),
            entry("OperationsTest", OperationsTest.rows()));

    /** A line of the page. */
    private record Line(String id, Set<String> classes, String reason) {
        static Line of(String text) {
            String[] cells = text.split("\\|", -1);
            Set<String> classes = new TreeSet<>();
            for (String name : cells[3].split(",", -1)) {
                if (!name.isBlank()) {
                    classes.add(name.strip());
                }
            }
            return new Line(cells[1].strip(), classes, cells[4].strip());
        }
    }

    @Test
    void everyCaseHasALine() throws IOException {
        assertThat(lines()).extracting(Line::id).containsExactlyElementsOf(cases());
    }

    @Test
    void everyLineNamesTheClassesWhoseRowsTryIt() throws IOException {
        Map<String, Set<String>> classes = new TreeMap<>();
        ROWS.forEach((name, rows) -> rows.forEach(
                row -> classes.computeIfAbsent(row.id(), id -> new TreeSet<>()).add(name)));

        for (Line line : lines()) {
            assertThat(line.classes()).as(line.id()).isEqualTo(classes.getOrDefault(line.id(), Set.of()));
        }
    }

    @Test
    void everyCaseWithoutARowHasAReason() throws IOException {
        assertThat(lines())
                .filteredOn(line -> line.classes().isEmpty())
                .allSatisfy(line -> assertThat(line.reason()).as(line.id()).isNotEmpty());
    }

    private static List<Line> lines() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| [TBEFO][0-9]{2} \\|.*"))
                .map(Line::of)
                .toList();
    }

    private static List<String> cases() {
        List<String> cases = new ArrayList<>();
        add(cases, "T", 1, 14);
        add(cases, "T", 20, 37);
        add(cases, "T", 40, 55);
        add(cases, "T", 60, 70);
        add(cases, "T", 80, 89);
        add(cases, "B", 1, 11);
        add(cases, "E", 1, 25);
        add(cases, "F", 1, 18);
        add(cases, "O", 1, 8);
        return cases;
    }

    private static void add(List<String> cases, String letter, int first, int last) {
        for (int number = first; number <= last; number++) {
            cases.add(letter + String.format("%02d", number));
        }
    }
}
