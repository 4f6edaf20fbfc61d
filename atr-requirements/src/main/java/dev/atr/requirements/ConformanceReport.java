package dev.atr.requirements;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes which requirements the tests show, after a build of all modules.
 *
 * <p>It reads three things: the class files of every module, for the requirements that tests name; the Surefire reports,
 * for how those tests ended; and the reasons in {@code docs/conformance-notes.csv} for what no test shows. A requirement
 * fails when one of its tests failed, and passes when at least one ran and all that ran passed; when all were skipped,
 * or none ran, it is not automated.
 *
 * <p>The same sources and results give the same bytes: rows stand in the order of the list, tests in that of their names.
 */
public final class ConformanceReport {
    private static final int TESTS_SHOWN = 3;

    private final RequirementList requirements;
    private final Map<String, TestClass> classes = new TreeMap<>();
    private final Map<String, Findings> findings = new TreeMap<>();

    private ConformanceReport(RequirementList requirements) {
        this.requirements = requirements;
    }

    /** The tests that name one requirement, by how they ended. */
    private static final class Findings {
        final Set<String> passed = new TreeSet<>();
        final Set<String> failed = new TreeSet<>();
        final Map<String, String> skipped = new TreeMap<>();

        void add(String test, TestCase result) {
            switch (result.outcome()) {
                case PASSED -> passed.add(test);
                case FAILED -> failed.add(test);
                case SKIPPED -> skipped.put(test, result.reason());
            }
        }
    }

    private record Line(RequirementList.Row requirement, Status status, String remark) {}

    /**
     * Writes the report, prints the counts, and ends with exit code 1 when an annotation or a note names a requirement
     * that does not exist, 2 when called wrongly.
     *
     * @param args the root directory of the build, the file to write, and where modules have what was built, unless that is
     *     {@code target}
     * @throws IOException when something cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        int status;
        if (args.length == 2 || args.length == 3) {
            String built = args.length == 3 ? args[2] : "target";
            status = run(Path.of(args[0]), Path.of(args[1]), built, RequirementList.carried(), System.out, System.err);
        } else {
            System.err.println("Usage: ConformanceReport <rootDir> <outFile> [<targetDir>]");
            status = 2;
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(Path root, Path file, String built, RequirementList requirements, PrintStream out, PrintStream err)
            throws IOException {
        ConformanceReport report = new ConformanceReport(requirements);
        try {
            ConformanceNotes notes = ConformanceNotes.read(root.resolve("docs/conformance-notes.csv"), requirements);
            report.readModules(root, built);
            List<Line> lines = report.lines(notes);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, markdown(lines));
            out.println("Conformance: " + counts(lines) + '.');
            notes.byId().keySet().stream()
                    .sorted()
                    .filter(report.findings::containsKey)
                    .forEach(id -> out.println("The note on " + id + " can go: a test names it."));
            return 0;
        } catch (ConformanceException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private void readModules(Path root, String built) throws IOException {
        List<Path> targets;
        try (Stream<Path> children = Files.list(root)) {
            targets = Stream.concat(Stream.of(root), children.sorted())
                    .map(module -> module.resolve(built))
                    .filter(Files::isDirectory)
                    .toList();
        }
        for (Path target : targets) {
            // Contract classes are main code of the module that publishes them.
            readClasses(target.resolve("classes"));
            readClasses(target.resolve("test-classes"));
        }
        for (Path target : targets) {
            for (Path report : files(target.resolve("surefire-reports"), "TEST-", ".xml")) {
                TestCase.read(report).forEach(this::add);
            }
        }
    }

    private void readClasses(Path directory) throws IOException {
        for (Path file : files(directory, "", ".class")) {
            try (InputStream in = Files.newInputStream(file)) {
                TestClass read = TestClass.read(in);
                checkNames(read.name(), read.requirements());
                read.byMethod().forEach((method, ids) -> checkNames(read.name() + '.' + method, ids));
                classes.put(read.name(), read);
            }
        }
    }

    private static List<Path> files(Path directory, String prefix, String suffix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> {
                        String name = Objects.requireNonNull(file.getFileName()).toString();
                        return name.startsWith(prefix) && name.endsWith(suffix);
                    })
                    .sorted()
                    .toList();
        }
    }

    private void checkNames(String where, List<String> ids) {
        for (String id : ids) {
            if (!requirements.has(id)) {
                throw new ConformanceException(
                        where + " names the requirement " + id + ", which is not in the requirement list.");
            }
        }
    }

    private void add(TestCase result) {
        List<TestClass> lineage = lineage(result.className());
        if (result.method().isEmpty()) {
            // The class as a whole: nothing in it ran.
            for (TestClass type : lineage) {
                type.requirements().forEach(id -> add(id, simpleName(type), result));
                type.byMethod()
                        .forEach((method, ids) -> ids.forEach(id -> add(id, simpleName(type) + '.' + method, result)));
            }
            return;
        }
        // Named after the class that declares it as far as annotations tell, so that a contract shows up once.
        for (TestClass type : lineage) {
            for (String id : type.byMethod().getOrDefault(result.method(), List.of())) {
                add(id, simpleName(type) + '.' + result.method(), result);
            }
        }
        for (TestClass type : lineage) {
            type.requirements().forEach(id -> add(id, simpleName(type), result));
        }
        for (TestClass enclosing : enclosing(result.className())) {
            enclosing.requirements().forEach(id -> add(id, simpleName(enclosing), result));
        }
    }

    private void add(String id, String test, TestCase result) {
        findings.computeIfAbsent(id, key -> new Findings()).add(test, result);
    }

    /** The class and its ancestors, as far as they are ours. */
    private List<TestClass> lineage(String className) {
        Set<TestClass> found = new LinkedHashSet<>();
        collectLineage(className, found);
        return List.copyOf(found);
    }

    private void collectLineage(String className, Set<TestClass> found) {
        TestClass type = classes.get(className);
        if (type != null && found.add(type)) {
            type.supertypes().forEach(supertype -> collectLineage(supertype, found));
        }
    }

    private List<TestClass> enclosing(String className) {
        List<TestClass> found = new ArrayList<>();
        for (int end = className.lastIndexOf('$'); end > 0; end = className.lastIndexOf('$', end - 1)) {
            found.addAll(lineage(className.substring(0, end)));
        }
        return found;
    }

    private static String simpleName(TestClass type) {
        return type.name().substring(type.name().lastIndexOf('.') + 1).replace('$', '.');
    }

    /** The tests that name a requirement, whether they ran or not. */
    private Map<String, Set<String>> named() {
        Map<String, Set<String>> named = new TreeMap<>();
        for (TestClass type : classes.values()) {
            type.requirements()
                    .forEach(id ->
                            named.computeIfAbsent(id, key -> new TreeSet<>()).add(simpleName(type)));
            type.byMethod()
                    .forEach((method, ids) -> ids.forEach(id ->
                            named.computeIfAbsent(id, key -> new TreeSet<>()).add(simpleName(type) + '.' + method)));
        }
        return named;
    }

    private List<Line> lines(ConformanceNotes notes) {
        Map<String, Set<String>> named = named();
        List<Line> lines = new ArrayList<>();
        for (RequirementList.Row row : requirements.rows()) {
            Findings found = findings.getOrDefault(row.id(), new Findings());
            ConformanceNotes.Note note = notes.byId().get(row.id());
            if (!found.failed.isEmpty()) {
                lines.add(new Line(row, Status.FAILS, shown(found.failed)));
            } else if (!found.passed.isEmpty()) {
                lines.add(new Line(row, Status.PASSES, shown(found.passed)));
            } else if (note != null) {
                lines.add(new Line(row, note.status(), note.reason()));
            } else if (!found.skipped.isEmpty()) {
                lines.add(new Line(row, Status.NOT_AUTOMATED, skipped(found.skipped)));
            } else if (named.containsKey(row.id())) {
                lines.add(new Line(row, Status.NOT_AUTOMATED, "did not run: " + shown(named.get(row.id()))));
            } else {
                lines.add(new Line(row, Status.NOT_AUTOMATED, "no test names it"));
            }
        }
        return lines;
    }

    private static String shown(Set<String> tests) {
        String first =
                tests.stream().limit(TESTS_SHOWN).map(test -> '`' + test + '`').collect(Collectors.joining(", "));
        return tests.size() > TESTS_SHOWN ? first + " and " + (tests.size() - TESTS_SHOWN) + " more" : first;
    }

    private static String skipped(Map<String, String> reasons) {
        String reason = reasons.values().iterator().next();
        return "skipped in this run: " + shown(reasons.keySet()) + (reason.isEmpty() ? "" : " (" + reason + ')');
    }

    private static String counts(List<Line> lines) {
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        for (Status status : Status.values()) {
            counts.put(status, 0);
        }
        lines.forEach(line -> counts.merge(line.status(), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().text())
                .collect(Collectors.joining(", ", lines.size() + " requirements: ", ""));
    }

    private static String markdown(List<Line> lines) {
        StringBuilder text = new StringBuilder("""
                # Conformance

                Generated by `.ci/run` from the tests of all modules; not edited by hand. The requirements in our own
                words: `atr-requirements/src/main/resources/dev/atr/requirements/requirements.csv`. Reasons for what no
                test shows: `docs/conformance-notes.csv`.

                """);
        text.append(counts(lines))
                .append(".\n\n| id | level | role | status | test or reason |\n|---|---|---|---|---|\n");
        for (Line line : lines) {
            RequirementList.Row row = line.requirement();
            text.append("| %s | %s | %s | %s | %s |%n"
                    .formatted(row.id(), row.level(), row.role(), line.status().text(), cell(line.remark())));
        }
        return text.toString().replace("\r\n", "\n");
    }

    private static String cell(String text) {
        return text.replaceAll("\\s+", " ").replace("|", "\\|");
    }
}
