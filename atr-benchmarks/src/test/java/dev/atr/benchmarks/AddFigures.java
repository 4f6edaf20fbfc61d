package dev.atr.benchmarks;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.attribution.ListId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Members added one after the other to lists of different sizes, and as many as can be to one list. */
final class AddFigures implements Figures {
    private static final String HEAP = "64m";

    /** Members of the shortest list. */
    private static final int SHORT = 10;

    /** How many times shorter than the longest list the one between is. */
    private static final int BETWEEN = 100;

    /** How much longer an addition may take on a longer list. */
    private static final double SAME = 1.3;

    /** Additions in a turn of a full run that count, each by itself, and those that come before. */
    private static final int SINGLE = 1_000;

    private static final int WARM_UPS = 500;

    /** How many add at the same time, and how many additions they make together in each run of a full run. */
    private static final int AT_ONCE = 16;

    private static final int TOGETHER = 2_000;

    /** Runs of a contender that warms up, in a turn. */
    private static final int RUNS = 4;

    @Override
    public String name() {
        return "add";
    }

    @Override
    public void measure(Settings settings, Path folder, Report report) throws Exception {
        int between = settings.members() / BETWEEN;
        int together = settings.scaled(TOGETHER);
        int singles = settings.rounds() * (settings.scaled(WARM_UPS) + settings.scaled(SINGLE));
        try (LedgerDatabase database = LedgerDatabase.durable()) {
            String url = database.sample(settings.members());
            Map<ListId, Integer> sizes = AddWork.makeLists(
                    url, List.of(SHORT, between), Math.max(singles, settings.rounds() * 2 * RUNS * together));
            report.note("PostgreSQL on the same machine, with fsync.");
            oneByOne(
                    settings,
                    List.of(
                            single(settings, url, AddWork.list(SHORT), sizes),
                            single(settings, url, AddWork.list(between), sizes),
                            single(settings, url, SamplePayer.OPEN_LIST, sizes)),
                    report);
            Path home = Files.createDirectory(folder.resolve("producer"));
            try (ProducerServer producer = ProducerServer.start(url, HEAP, home)) {
                atOnce(
                        settings,
                        List.of(
                                JvmContender.warm(
                                        "atr, over HTTP",
                                        HEAP,
                                        Job.ADD_OVER_HTTP,
                                        producer.base(),
                                        producer.key(),
                                        AT_ONCE,
                                        together),
                                JvmContender.warm(
                                        "atr, ledger alone",
                                        HEAP,
                                        Job.ADD_MEMBERS,
                                        url,
                                        AddWork.EMPTY,
                                        0,
                                        AT_ONCE,
                                        together)),
                        report);
            }
        }
    }

    private static Contender single(Settings settings, String url, ListId list, Map<ListId, Integer> sizes) {
        int size = Objects.requireNonNull(sizes.get(list));
        return new JvmContender(
                "atr, list of " + Goal.number(size),
                HEAP,
                Job.ADD_MEMBERS,
                settings.scaled(WARM_UPS),
                settings.scaled(SINGLE),
                false,
                List.of(url, list.value(), Integer.toString(size), "1", "1"));
    }

    private static void oneByOne(Settings settings, List<Contender> contenders, Report report) throws Exception {
        List<Standing> all = Race.run(settings.rounds(), contenders);
        report.table(
                "One client adds members to the ledger, one after the other (medians of single additions)",
                "member",
                all);
        for (Standing longer : all.subList(1, all.size())) {
            report.goal(Goal.atMost(
                    longer.name() + " beside the shortest: adding a member",
                    longer.times(all.get(0)),
                    SAME,
                    Double.NaN));
        }
    }

    private static void atOnce(Settings settings, List<Contender> contenders, Report report) throws Exception {
        List<Standing> all = Race.run(settings.rounds(), contenders);
        report.table(
                AT_ONCE + " at once add members to one list (processor time and memory: the client's, where there is"
                        + " HTTP between)",
                "member",
                all);
        for (Standing each : all) {
            report.goal(new Goal(each.name() + ": members added a second", 1e9 / each.nanos(), 500, 2_000, false, ""));
        }
    }
}
