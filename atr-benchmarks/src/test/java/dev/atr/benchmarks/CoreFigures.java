package dev.atr.benchmarks;

import dev.atr.benchmarks.CommandContender.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Group line: written from rows, and read into rows. */
final class CoreFigures implements Figures {
    private static final int MOST_MEGABYTES = 160;

    @Override
    public String name() {
        return "core";
    }

    @Override
    public void measure(Settings settings, Path folder, Report report) throws Exception {
        write(settings, folder, report);
        read(settings, folder, report);
    }

    private static void write(Settings settings, Path folder, Report report) throws Exception {
        Path whole = group(folder.resolve("group.ndjson"), settings.members());
        Path tenth = group(folder.resolve("tenth.ndjson"), settings.tenth());
        Path out = folder.resolve("out.ndjson");
        List<Standing> all = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.warm("atr, GroupWriter", "32m", Job.WRITE_GROUP, out, settings.members()),
                        JvmContender.warm("HAPI R4, encode", "4g", Job.WRITE_GROUP_HAPI, tenth, out),
                        JvmContender.warm("Jackson tree", "4g", Job.WRITE_GROUP_TREE, tenth, out),
                        new CommandContender(
                                "cat to a file",
                                settings.members(),
                                List.of(Command.of("cat", whole.toString()).to(out)))));
        report.table("Write a Group line to a file", "member", all);
        Standing ours = all.get(0);
        report.goal(
                Goal.atLeast("write a Group line: HAPI beside us", all.get(1).times(ours), 60, 100));
        report.goal(Goal.atMost("write a Group line: us beside `cat`", ours.times(all.get(3)), Double.NaN, 2));
        report.goal(new Goal(
                "write a Group line: peak RSS with -Xmx32m",
                ours.peakMegabytes(),
                MOST_MEGABYTES,
                Double.NaN,
                true,
                " MB"));
        Files.delete(out);
    }

    private static void read(Settings settings, Path folder, Report report) throws Exception {
        Path whole = folder.resolve("group.ndjson");
        Path tenth = folder.resolve("tenth.ndjson");
        Path large = group(folder.resolve("large.ndjson"), 5 * settings.members());
        List<Standing> all = Race.run(
                settings.rounds(),
                List.of(
                        JvmContender.warm("atr, GroupReader", "32m", Job.READ_GROUP, whole, settings.members()),
                        JvmContender.warm("HAPI R4, parse", "4g", Job.READ_GROUP_HAPI, tenth),
                        JvmContender.warm("Jackson tree", "4g", Job.READ_GROUP_TREE, tenth),
                        new CommandContender(
                                "cat to /dev/null", settings.members(), List.of(Command.of("cat", whole.toString()))),
                        JvmContender.once(
                                "atr, five times the members", "64m", Job.READ_GROUP, large, 5 * settings.members())));
        report.table("Read a Group line into rows", "member", all);
        Standing ours = all.get(0);
        report.goal(Goal.atLeast("read a Group line: HAPI beside us", all.get(1).times(ours), 20, 50));
        report.goal(Goal.atMost("read a Group line: us beside `cat`", ours.times(all.get(3)), Double.NaN, 4));
    }

    private static Path group(Path file, int members) throws IOException {
        new GroupWork.Write(file, members).once();
        return file;
    }
}
