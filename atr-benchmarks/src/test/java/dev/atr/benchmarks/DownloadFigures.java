package dev.atr.benchmarks;

import dev.atr.benchmarks.CommandContender.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Five files at once from a server that has them ready. */
final class DownloadFigures implements Figures {
    /** Lines of a file in a full run: 100 MB. */
    private static final int LINES = 71_000;

    private static final String HEAP = "64m";

    @Override
    public String name() {
        return "download";
    }

    @Override
    public void measure(Settings settings, Path folder, Report report) throws Exception {
        Path served = Files.createDirectory(folder.resolve("served"));
        try (FilePeer peer = FilePeer.start(served, settings.scaled(LINES))) {
            warm(settings, peer, folder, report);
            cold(settings, peer, folder, report);
        }
    }

    private static void warm(Settings settings, FilePeer peer, Path folder, Report report) throws Exception {
        Path out = folder.resolve("out");
        List<Standing> all = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.warm("atr, digest checked", HEAP, Job.DOWNLOAD, peer.base("plain"), out),
                        new CommandContender("curl -Z", peer.bytes(), List.of(curl(peer, "plain", folder))),
                        JvmContender.warm("atr, stored gzip", HEAP, Job.DOWNLOAD, peer.base("gzip"), out),
                        new CommandContender(
                                "curl -Z, stored gzip, not decoded",
                                peer.bytes(),
                                List.of(curl(peer, "gzip", folder, "-H", "Accept-Encoding: gzip")))));
        report.table("Download of five files at once, warm (1 KB = 1024 bytes)", "KB", inKilobytes(all));
        report.goal(Goal.atMost("warm download: us beside `curl -Z`", all.get(0).times(all.get(1)), 4.5, 2.5));
        report.goal(Goal.atMost(
                "warm download of stored gzip: us beside `curl -Z`", all.get(2).times(all.get(1)), 1, Double.NaN));
    }

    private static void cold(Settings settings, FilePeer peer, Path folder, Report report) throws Exception {
        Path out = folder.resolve("out");
        List<Standing> large = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.cold("atr", HEAP, Job.DOWNLOAD, peer.base("plain"), out),
                        JvmContender.cold("CSIRO bulk-export", HEAP, Job.DOWNLOAD_CSIRO, peer.base("plain"), out)));
        report.table("The same, with the start of the client's process", "KB", inKilobytes(large));
        List<Standing> tiny = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.cold("atr", HEAP, Job.DOWNLOAD, peer.base("tiny"), out),
                        JvmContender.cold("CSIRO bulk-export", HEAP, Job.DOWNLOAD_CSIRO, peer.base("tiny"), out)));
        report.table("Five tiny files, with the start of the client's process", "KB", inKilobytes(tiny));
        report.goal(Goal.atLeast("cold download: CSIRO beside us", large.get(1).times(large.get(0)), 1.8, Double.NaN));
        report.goal(
                Goal.atLeast("cold download, tiny: CSIRO beside us", tiny.get(1).times(tiny.get(0)), 6, Double.NaN));
    }

    private static Command curl(FilePeer peer, String variant, Path folder, String... more) {
        List<String> words = new ArrayList<>(List.of("curl", "-Z", "-s", "-f"));
        words.addAll(List.of(more));
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < FilePeer.FILES; i++) {
            Path file = folder.resolve("curl-" + i);
            files.add(file);
            words.add("-o");
            words.add(file.toString());
            words.add(peer.file(variant, i).toString());
        }
        return Command.of(words.toArray(new String[0])).writing(files);
    }

    private static List<Standing> inKilobytes(List<Standing> all) {
        return all.stream().map(each -> each.inUnitsOf(1024)).toList();
    }
}
