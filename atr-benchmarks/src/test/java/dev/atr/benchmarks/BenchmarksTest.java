package dev.atr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.benchmarks.AuthBenchmark.Batch;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.attribution.ListId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every contender once, at a tiny size: what is measured is done, and done right. Nothing here looks at a clock. */
class BenchmarksTest {
    private static final int MEMBERS = 200;

    @TempDir
    private Path folder;

    @Test
    void allWritersOfGroupsWriteTheSameMembers() throws Exception {
        Path ours = group();
        Path hapi = folder.resolve("hapi.json");
        Path tree = folder.resolve("tree.json");

        long byHapi = once(new HapiWork.WriteGroup(ours, hapi));
        long byTree = once(new TreeWork.WriteGroup(ours, tree));

        assertThat(List.of(byHapi, byTree)).containsOnly((long) MEMBERS);
        assertThat(once(new GroupWork.Read(hapi, MEMBERS))).isEqualTo(MEMBERS);
        assertThat(once(new GroupWork.Read(tree, MEMBERS))).isEqualTo(MEMBERS);
    }

    @Test
    void allReadersOfGroupsFindTheSameMembers() throws Exception {
        Path group = group();

        assertThat(once(new GroupWork.Read(group, MEMBERS))).isEqualTo(MEMBERS);
        assertThat(once(new HapiWork.ReadGroup(group))).isEqualTo(MEMBERS);
        assertThat(once(new TreeWork.ReadGroup(group))).isEqualTo(MEMBERS);
    }

    @Test
    void aJvmOfItsOwnTellsWhatEachRunCost() throws Exception {
        JvmContender contender =
                JvmContender.warm("ours", "32m", Job.WRITE_GROUP, folder.resolve("group.ndjson"), MEMBERS);

        List<Cost> costs = contender.turn();

        assertThat(costs).hasSize(3).allSatisfy(cost -> {
            assertThat(cost.units()).isEqualTo(MEMBERS);
            assertThat(cost.nanos()).isPositive();
        });
    }

    @Test
    void theDatabaseIsReadByAllContendersAndExportedWhole() throws Exception {
        try (LedgerDatabase database = LedgerDatabase.start()) {
            String url = database.sample(MEMBERS);
            long rows = LedgerDatabase.count(url, LedgerDatabase.MEMBERS);
            Path tsv = folder.resolve("group.tsv");
            Path resources = Files.createDirectory(folder.resolve("resources"));

            assertThat(once(new LedgerWork.Group(url, folder.resolve("group.ndjson"))))
                    .isEqualTo(rows);
            assertThat(once(new CopyOut.Driver(url, "copy (" + LedgerDatabase.MEMBERS + ") to stdout", tsv)))
                    .isEqualTo(rows);
            assertThat(CopyOut.text(url, LedgerDatabase.MEMBERS, tsv).turn())
                    .allSatisfy(cost -> assertThat(cost.units()).isEqualTo(rows));
            assertThat(lines(tsv)).isEqualTo(rows);
            assertThat(once(new LedgerWork.Resources(url, resources))).isGreaterThan(2 * MEMBERS);
            assertThat(CopyOut.binary(url, LedgerDatabase.RESOURCES, folder.resolve("copy"))
                            .turn())
                    .allSatisfy(cost -> assertThat(cost.units()).isGreaterThan(2 * MEMBERS));
            assertThat(once(new HapiWork.Resources(url, 10, folder.resolve("hapi.ndjson"))))
                    .isEqualTo(10);
            assertThat(database.cpuNanos()).isPositive();

            Path home = Files.createDirectory(folder.resolve("producer"));
            try (ProducerServer producer = ProducerServer.start(url, ExportFigures.HEAP, home)) {
                ExportWork export = new ExportWork(producer.base(), producer.key(), MEMBERS, home.resolve("out"));
                assertThat(once(export)).isEqualTo(MEMBERS);
            }
        }
    }

    @Test
    void membersAreAddedToListsOfAllSizesAndOverHttp() throws Exception {
        try (LedgerDatabase database = LedgerDatabase.durable()) {
            assertThat(database.setting("fsync")).isEqualTo("on");
            assertThat(database.setting("synchronous_commit")).isEqualTo("on");
            String url = database.sample(MEMBERS);
            Map<ListId, Integer> sizes = AddWork.makeLists(url, List.of(10), 8);

            assertThat(once(AddWork.toLedger(
                            url,
                            SamplePayer.OPEN_LIST,
                            Objects.requireNonNull(sizes.get(SamplePayer.OPEN_LIST)),
                            1,
                            1)))
                    .isEqualTo(1);
            assertThat(once(AddWork.toLedger(
                            url, AddWork.list(10), Objects.requireNonNull(sizes.get(AddWork.list(10))), 1, 3)))
                    .isEqualTo(3);
            assertThat(once(AddWork.toLedger(url, AddWork.EMPTY, 0, 2, 4))).isEqualTo(4);
            Path home = Files.createDirectory(folder.resolve("producer"));
            try (ProducerServer producer = ProducerServer.start(url, ExportFigures.HEAP, home)) {
                assertThat(once(AddWork.overHttp(producer.base(), producer.key(), 2, 4)))
                        .isEqualTo(4);
            }
            assertThat(LedgerDatabase.count(url, "select 1 from atr.member where patient like 'Patient/spare-%'"))
                    .isEqualTo(12);
        }
    }

    @Test
    void tokensAreIssuedWithEitherMemory() throws Exception {
        try (LedgerDatabase database = LedgerDatabase.start()) {
            String url = database.empty("tokens");

            assertThat(once(new TokenWork.Issue(url, 3))).isEqualTo(3);
            assertThat(once(new TokenWork.Remember(url, 3))).isEqualTo(3);
        }
    }

    @Test
    void whatMustLookAlikeIsRefusedForEachReason() throws Exception {
        assertThat(EqualTimes.ofTokenRequests(1)).hasSize(4);
        assertThat(EqualTimes.ofJobs(1, folder.resolve("exports"))).hasSize(2);
        assertThat(EqualTimes.ofLists(1, folder.resolve("exports-of-lists"))).hasSize(2);
    }

    @Test
    void everyMethodThatJmhMeasuresComesToItsEnd() throws Exception {
        AuthBenchmark benchmark = new AuthBenchmark();
        benchmark.makeTokens();
        Batch batch = new Batch();
        batch.makeKeys();
        batch.fill(2);

        assertThat(benchmark.verify()).isTrue();
        assertThat(benchmark.sign()).isNotNull();
        assertThat(benchmark.bearerOnFirstSight().clientId()).isEqualTo("bench");
        assertThat(benchmark.bearerOnRepeat().clientId()).isEqualTo("bench");
        assertThat(benchmark.remember(batch)).isTrue();
        assertThat(benchmark.issue(batch)).isNotEmpty();
    }

    @Test
    void allClientsDownloadTheSameBytes() throws Exception {
        Path served = Files.createDirectory(folder.resolve("served"));
        try (FilePeer peer = FilePeer.start(served, 20)) {
            for (String variant : List.of("plain", "gzip")) {
                Path out = folder.resolve(variant);
                assertThat(once(new DownloadWork.Ours(peer.base(variant), out))).isEqualTo(peer.bytes());
            }
            assertThat(once(new DownloadWork.Csiro(peer.base("plain"), folder.resolve("csiro"))))
                    .isEqualTo(peer.bytes());
        }
    }

    @Test
    void thePageKeepsAllButTheFiguresOfTheSection() throws Exception {
        Path page = Files.writeString(
                folder.resolve("page.md"),
                "# Page\n<!-- figures: auth -->\nold\n<!-- end: auth -->\n<!-- figures: core -->\nkept\n<!-- end: core -->\n");

        new Page(page).replace("auth", "new\n");

        assertThat(page)
                .hasContent(
                        "# Page\n<!-- figures: auth -->\nnew\n<!-- end: auth -->\n<!-- figures: core -->\nkept\n<!-- end: core -->\n");
    }

    @Test
    void theTableShowsMediansAndWhetherAGoalIsReached() {
        Contender contender = JvmContender.warm("ours", "32m", Job.WRITE_GROUP);
        Standing ours = Standing.of(
                contender, List.of(new Cost(2, 4_000, 0, 2048), new Cost(2, 90_000, 0, 0), new Cost(2, 6_000, 0, 0)));
        Report report = new Report();

        report.table("Write", "member", List.of(ours));
        report.goal(Goal.atLeast("peer beside us", 70, 60, 100));
        report.goal(Goal.atMost("us beside a peer", 3.456, 2, Double.NaN));

        assertThat(report.markdown())
                .contains("| ours | 2 | 3 | – | 32m | 2 | 1 × | 3 |")
                .contains("| peer beside us | 70 × | ≥ 60 × | ≥ 100 × | reached |")
                .contains("| us beside a peer | 3.46 × | ≤ 2 × | – | **missed** |");
    }

    private Path group() throws Exception {
        Path file = folder.resolve("group.ndjson");
        once(new GroupWork.Write(file, MEMBERS));
        return file;
    }

    private static long once(Work work) throws Exception {
        try (work) {
            work.prepare();
            return work.once();
        }
    }

    private static long lines(Path file) throws Exception {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }
}
