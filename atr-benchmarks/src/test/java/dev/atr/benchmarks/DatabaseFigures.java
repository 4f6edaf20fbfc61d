package dev.atr.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** From PostgreSQL to files. */
final class DatabaseFigures implements Figures {
    @Override
    public String name() {
        return "database";
    }

    @Override
    public void measure(Settings settings, Path folder, Report report) throws Exception {
        try (LedgerDatabase database = LedgerDatabase.start()) {
            String url = database.sample(settings.members());
            group(settings, url, folder, report);
            resources(settings, url, folder, report);
        }
    }

    private static void group(Settings settings, String url, Path folder, Report report) throws Exception {
        List<Standing> all = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.warm(
                                "atr, ledger to Group line",
                                "64m",
                                Job.LEDGER_GROUP,
                                url,
                                folder.resolve("Group.ndjson")),
                        CopyOut.text(url, LedgerDatabase.MEMBERS, folder.resolve("Group.tsv"))));
        report.table("PostgreSQL to the Group file", "row", all);
        report.goal(Goal.atMost(
                "PostgreSQL to the Group file: us beside COPY TSV", all.get(0).times(all.get(1)), 2, 1.3));
    }

    private static void resources(Settings settings, String url, Path folder, Report report) throws Exception {
        Path files = Files.createDirectory(folder.resolve("resources"));
        List<Standing> all = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.warm("atr, ledger to resource files", "64m", Job.LEDGER_RESOURCES, url, files),
                        CopyOut.binary(url, LedgerDatabase.RESOURCES, folder.resolve("resources.copy")),
                        JvmContender.warm(
                                "cursor, HAPI parse and encode",
                                "1g",
                                Job.LEDGER_RESOURCES_HAPI,
                                url,
                                settings.scaled(20_000),
                                folder.resolve("hapi.ndjson"))));
        report.table("PostgreSQL to resource files", "resource", all);
        Standing ours = all.get(0);
        report.goal(
                Goal.atMost("PostgreSQL to resource files: us beside COPY binary", ours.times(all.get(1)), 1.6, 1.3));
        report.goal(Goal.atLeast(
                "PostgreSQL to resource files: HAPI beside us", all.get(2).times(ours), 30, Double.NaN));
    }
}
