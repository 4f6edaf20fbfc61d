package dev.atr.benchmarks;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportJob;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.http.client.OutgoingClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A whole export over HTTP, and how its cost grows with the list. */
final class ExportFigures implements Figures {
    /** Largest heap of the Producer and of the Consumer. */
    static final String HEAP = "64m";

    private static final int TIMES = 10;

    /** How far from linear the cost may be. */
    private static final double TOLERANCE = 0.15;

    @Override
    public String name() {
        return "export";
    }

    @Override
    public void measure(Settings settings, Path folder, Report report) throws Exception {
        Path large = Files.createDirectory(folder.resolve("large"));
        Path small = Files.createDirectory(folder.resolve("small"));
        try (LedgerDatabase database = LedgerDatabase.start()) {
            String largeUrl = database.sample(settings.members());
            String smallUrl = database.sample(settings.tenth());
            try (ProducerServer producer = ProducerServer.start(largeUrl, HEAP, large);
                    ProducerServer tenth = ProducerServer.start(smallUrl, HEAP, small);
                    OutgoingClient egress = OutgoingClient.builder().build()) {
                BulkExportClient exports = new BulkExportClient(
                        ProducerConnection.of(producer.base(), producer.credentials(egress), egress));
                ExportContender ours = new ExportContender(
                        "atr, whole export", database, producer, settings.members(), large.resolve("out"));
                ExportContender oursOfTenth = new ExportContender(
                        "atr, a tenth of the list", database, tenth, settings.tenth(), small.resolve("out"));
                // A Producer that has just started compiles: the first export of each does not count.
                ours.turn();
                oursOfTenth.turn();
                ExportJob job = exports.kickOff(ExportRequest.attributionList(SamplePayer.OPEN_LIST));
                List<ExportFile> files = job.await(Duration.ofHours(1)).files();
                List<Standing> all = Race.run(
                        settings.rounds(),
                        List.of(
                                ours,
                                peer(largeUrl, files, producer.credentials(egress), settings.members(), large, false),
                                oursOfTenth,
                                peer(largeUrl, files, producer.credentials(egress), settings.members(), large, true)));
                job.delete();
                report(report, all, ours.database(1), oursOfTenth.database(1));
            }
        }
    }

    private static Contender peer(
            String url, List<ExportFile> files, AccessTokenSource credentials, int members, Path folder, boolean gzip)
            throws Exception {
        List<Contender> copies = List.of(
                CopyOut.text(url, LedgerDatabase.MEMBERS, folder.resolve("Group.tsv")),
                CopyOut.binary(url, LedgerDatabase.RESOURCES, folder.resolve("resources.copy")));
        return new CopyAndCurl(copies, files, credentials, members, folder, gzip);
    }

    private static void report(Report report, List<Standing> all, Standing database, Standing databaseOfTenth) {
        Standing ours = all.get(0);
        Standing tenth = all.get(2);
        report.table(
                "A whole export over HTTP, all types, kick-off to the last byte in the Consumer's folder"
                        + " (processor time and memory: the Producer's)",
                "member",
                all);
        report.note("Processor time of the database: " + Goal.number(database.cpuNanos() / 1000) + " µs a member, "
                + Goal.number(databaseOfTenth.cpuNanos() / 1000) + " µs for a tenth of the list.");
        report.goal(Goal.atMost("whole export: us beside COPY and curl", ours.times(all.get(1)), 3, 1.5));
        report.goal(linear("CPU time of ten times the members, Producer", ours.cpuNanos() / tenth.cpuNanos()));
        report.goal(linear(
                "CPU time of ten times the members, Producer and database",
                (ours.cpuNanos() + database.cpuNanos()) / (tenth.cpuNanos() + databaseOfTenth.cpuNanos())));
    }

    private static Goal linear(String what, double perMember) {
        return Goal.atMost(what, TIMES * perMember, TIMES * (1 + TOLERANCE), Double.NaN);
    }
}
