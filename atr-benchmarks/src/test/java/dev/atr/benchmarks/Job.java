package dev.atr.benchmarks;

import dev.atr.core.attribution.ListId;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What a JVM of its own can be asked to do. */
enum Job {
    /** Writes a Group line with {@link dev.atr.core.json.GroupWriter}; takes the file and the number of members. */
    WRITE_GROUP,
    /** Encodes a Group with HAPI; takes a file with the Group and the file to write. */
    WRITE_GROUP_HAPI,
    /** Writes a Group from a Jackson tree; takes a file with the Group and the file to write. */
    WRITE_GROUP_TREE,
    /** Reads a Group line with {@link dev.atr.core.json.GroupReader}; takes the file and the number of members. */
    READ_GROUP,
    /** Parses a Group with HAPI; takes the file. */
    READ_GROUP_HAPI,
    /** Reads a Group into a Jackson tree; takes the file. */
    READ_GROUP_TREE,
    /** Writes the Group of the sample list from PostgreSQL; takes the database's address and the file. */
    LEDGER_GROUP,
    /** Writes all resources of the sample list from PostgreSQL; takes the database's address and a folder. */
    LEDGER_RESOURCES,
    /** Parses and encodes resources from PostgreSQL with HAPI; takes the address, their number and the file. */
    LEDGER_RESOURCES_HAPI,
    /** Copies a query with the driver's COPY; takes the address, COPY's statement and the file. */
    COPY,
    /** Issues access tokens with the replay memory in PostgreSQL; takes the address and the number of requests. */
    ISSUE_TOKENS,
    /** Remembers assertions in PostgreSQL; takes the address and their number. */
    REMEMBER_ASSERTIONS,
    /** Adds members; takes the address, the list, its first size, how many add at once and how many members. */
    ADD_MEMBERS,
    /** Adds members with requests; takes the FHIR base, the key's file, how many add at once and how many members. */
    ADD_OVER_HTTP,
    /** Exports the sample list; takes the FHIR base, the key's file, the number of members and a folder. */
    EXPORT,
    /** Downloads an export of {@link FilePeer}; takes its base and a folder. */
    DOWNLOAD,
    /** Downloads an export of {@link FilePeer} with CSIRO's client; takes its base and a folder. */
    DOWNLOAD_CSIRO;

    /** Makes everything ready that is needed only once. */
    Work open(List<String> args) throws Exception {
        return switch (this) {
            case WRITE_GROUP -> new GroupWork.Write(Path.of(args.get(0)), Integer.parseInt(args.get(1)));
            case WRITE_GROUP_HAPI -> new HapiWork.WriteGroup(Path.of(args.get(0)), Path.of(args.get(1)));
            case WRITE_GROUP_TREE -> new TreeWork.WriteGroup(Path.of(args.get(0)), Path.of(args.get(1)));
            case READ_GROUP -> new GroupWork.Read(Path.of(args.get(0)), Integer.parseInt(args.get(1)));
            case READ_GROUP_HAPI -> new HapiWork.ReadGroup(Path.of(args.get(0)));
            case READ_GROUP_TREE -> new TreeWork.ReadGroup(Path.of(args.get(0)));
            case LEDGER_GROUP -> new LedgerWork.Group(args.get(0), Path.of(args.get(1)));
            case LEDGER_RESOURCES -> new LedgerWork.Resources(args.get(0), Path.of(args.get(1)));
            case LEDGER_RESOURCES_HAPI ->
                new HapiWork.Resources(args.get(0), Integer.parseInt(args.get(1)), Path.of(args.get(2)));
            case COPY -> new CopyOut.Driver(args.get(0), args.get(1), Path.of(args.get(2)));
            case ISSUE_TOKENS -> new TokenWork.Issue(args.get(0), Integer.parseInt(args.get(1)));
            case REMEMBER_ASSERTIONS -> new TokenWork.Remember(args.get(0), Integer.parseInt(args.get(1)));
            case ADD_MEMBERS ->
                AddWork.toLedger(
                        args.get(0),
                        new ListId(args.get(1)),
                        Integer.parseInt(args.get(2)),
                        Integer.parseInt(args.get(3)),
                        Integer.parseInt(args.get(4)));
            case ADD_OVER_HTTP ->
                AddWork.overHttp(
                        URI.create(args.get(0)),
                        Path.of(args.get(1)),
                        Integer.parseInt(args.get(2)),
                        Integer.parseInt(args.get(3)));
            case EXPORT ->
                new ExportWork(
                        URI.create(args.get(0)),
                        Path.of(args.get(1)),
                        Integer.parseInt(args.get(2)),
                        Path.of(args.get(3)));
            case DOWNLOAD -> new DownloadWork.Ours(URI.create(args.get(0)), Path.of(args.get(1)));
            case DOWNLOAD_CSIRO -> new DownloadWork.Csiro(URI.create(args.get(0)), Path.of(args.get(1)));
        };
    }
}
