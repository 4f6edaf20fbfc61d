package dev.atr.benchmarks;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.benchmarks.CommandContender.Command;
import dev.atr.consumer.export.ExportFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What an export can't be quicker than: COPY to files, and curl of as many bytes. */
final class CopyAndCurl implements Contender {
    private final List<Contender> copies;
    private final List<ExportFile> files;
    private final AccessTokenSource credentials;
    private final long members;
    private final Path folder;
    private final boolean gzip;

    /**
     * Creates it.
     *
     * @param copies what makes the files
     * @param files the files of a finished export, which curl fetches from the Producer
     * @param gzip whether curl asks for gzip, and keeps it as it comes
     */
    CopyAndCurl(
            List<Contender> copies,
            List<ExportFile> files,
            AccessTokenSource credentials,
            long members,
            Path folder,
            boolean gzip) {
        this.copies = List.copyOf(copies);
        this.files = List.copyOf(files);
        this.credentials = credentials;
        this.members = members;
        this.folder = folder;
        this.gzip = gzip;
    }

    @Override
    public String name() {
        return (CopyOut.isByPsql() ? "psql \\copy" : "the driver's COPY") + " + curl -Z" + (gzip ? ", gzip kept" : "");
    }

    @Override
    public String heap() {
        return "–";
    }

    @Override
    public List<Cost> turn() throws Exception {
        Command curl = Command.of("curl", "-Z", "-s", "-f", "-K", curlConfig().toString())
                .writing(IntStream.range(0, files.size()).mapToObj(this::file).toList());
        curl.prepare();
        long nanos = 0;
        for (Contender copy : copies) {
            // A copy that warms up counts as often as it ran.
            List<Cost> costs = copy.turn();
            nanos += (long) costs.stream().mapToLong(Cost::nanos).average().orElseThrow();
        }
        long start = System.nanoTime();
        curl.run();
        return List.of(new Cost(members, nanos + System.nanoTime() - start, 0, 0));
    }

    private Path file(int number) {
        return folder.resolve("curl-" + number);
    }

    private Path curlConfig() throws IOException, InterruptedException {
        StringBuilder config = new StringBuilder("header = \"Authorization: Bearer ")
                .append(credentials.token())
                .append("\"\n");
        if (gzip) {
            config.append("header = \"Accept-Encoding: gzip\"\n");
        }
        for (int i = 0; i < files.size(); i++) {
            config.append("url = \"").append(files.get(i).url()).append("\"\noutput = \"");
            config.append(file(i)).append("\"\n");
        }
        return Files.writeString(folder.resolve("curl.config"), config);
    }
}
