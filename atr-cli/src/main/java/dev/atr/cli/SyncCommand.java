package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.sync.ListDiff;
import dev.atr.consumer.sync.ListDiff.Outcome;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import dev.atr.consumer.sync.ListSync;
import dev.atr.consumer.sync.MemberChange;
import dev.atr.consumer.sync.MemberChange.Attribution;
import dev.atr.consumer.sync.MemberChange.Kind;
import dev.atr.consumer.sync.MemberChanges;
import dev.atr.core.attribution.ListId;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr sync}: an exact local copy of a list, and who has come, gone or moved since the last time. */
@Command(
        name = "sync",
        description = {
            "Keeps a copy of one list in a database, and prints who is new, changed, dropped or re-attributed.",
            "The same call goes on where it was interrupted, and prints what it had not printed."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {"  ATR_DB_PASSWORD  password for --db-user"})
final class SyncCommand implements Callable<Integer> {
    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @ArgGroup(multiplicity = "1")
    private OneList which = new OneList();

    @Option(
            names = "--db",
            required = true,
            paramLabel = "FILE_OR_JDBC_URL",
            description = "Where the copy is: a file, which is made when it is not there, or a database that is there,"
                    + " e.g. jdbc:postgresql://localhost/lists. Lists of several payers may share it.")
    @SuppressWarnings("NullAway.Init") // required
    private String database;

    @Option(names = "--db-user", paramLabel = "U", description = "User of the database at a JDBC URL.")
    private @Nullable String databaseUser;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "For files on their way; the same at each call (default: FILE.work, or atr-sync.work).")
    private @Nullable Path work;

    @Option(
            names = "--since",
            paramLabel = "auto|full",
            defaultValue = "auto",
            description = "Fetch what has changed where that is enough, or everything (default: auto).")
    private ListSync.Since since = ListSync.Since.AUTO;

    @Option(
            names = "--max-churn",
            paramLabel = "PERCENT",
            description = "Stop when more of the members would vanish (default: 20; 100 takes whatever comes).")
    private double maxChurn = ListSync.DEFAULT_MAX_CHURN;

    @Option(names = "--json", description = "Print JSON: a line for each change, and one for each run.")
    private boolean json;

    private final Console console;

    SyncCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(maxChurn >= 0 && maxChurn <= 100)) {
            throw new UsageException("--max-churn: from 0 to 100 percent.");
        }
        if (databaseUser != null && !isUrl()) {
            throw new UsageException("--db-user goes with a JDBC URL.");
        }
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            ProducerConnection producer = peer.producer(egress);
            ListId list = new ListId(which.id(producer));
            try (ListStore store = open()) {
                return sync(producer, store, list);
            }
        } catch (ListStoreException e) {
            throw new DataException("the database of the copies failed: " + e.getMessage()
                    + ("90020".equals(e.sqlState().orElse("")) ? "; another process has the file open." : "."));
        }
    }

    private boolean isUrl() {
        return database.startsWith("jdbc:");
    }

    private ListStore open() throws IOException {
        if (!isUrl()) {
            return ListStore.inFile(Path.of(database));
        }
        String password = System.getenv("ATR_DB_PASSWORD");
        return ListStore.at(
                database, databaseUser, databaseUser == null ? null : Objects.requireNonNullElse(password, ""));
    }

    private Path work() {
        if (work != null) {
            return work;
        }
        return Path.of(isUrl() ? "atr-sync.work" : database.replaceFirst("\\.mv\\.db$", "") + ".work");
    }

    private int sync(ProducerConnection producer, ListStore store, ListId list)
            throws IOException, InterruptedException {
        ListDiff diff;
        try (ExportProgress progress = new ExportProgress(console)) {
            diff = ListSync.builder(producer, store, work())
                    .maxChurn(maxChurn)
                    .since(since)
                    .downloads(DownloadOptions.DEFAULT.withListener(progress))
                    .build()
                    .run(list);
        } catch (IllegalStateException e) {
            throw new DataException(e.getMessage() + "; let it end first.");
        }
        // That of an earlier call too, which was killed before it had printed it
        for (ListDiff updated : store.unreported(producer.fhirBase(), list)) {
            printChanges(store, updated);
            print(updated);
            console.out().flush();
            store.markReported(updated);
        }
        return switch (diff.outcome()) {
            case UPDATED -> ExitCode.DONE;
            case UNCHANGED -> {
                print(diff);
                yield ExitCode.DONE;
            }
            case STOPPED -> {
                print(diff);
                console.err()
                        .println("atr: stopped: " + diff.count(Kind.DROPPED) + " of the " + diff.membersBefore()
                                + " members of list " + list + " would vanish, more than "
                                + String.format(Locale.ROOT, "%.0f", maxChurn)
                                + " %. The copy is as it was; if the list is right, raise --max-churn.");
                yield ExitCode.DATA;
            }
            case NOT_FOUND ->
                throw new DataException(
                        "the Producer has no list " + list + " for us, or no more; the copy is as it was.");
        };
    }

    private void printChanges(ListStore store, ListDiff diff) {
        try (MemberChanges changes = store.changes(diff)) {
            for (MemberChange change = changes.next(); change != null; change = changes.next()) {
                if (json) {
                    console.json(json(diff, change));
                } else {
                    console.out().println(sentence(change));
                }
            }
        }
    }

    private static String sentence(MemberChange change) {
        String before = text(change.before());
        String after = text(change.after());
        String rows = before.equals(after) ? after : (before + " → " + after).strip();
        return Console.printable(String.format("%-17s %s  %s", change.kind().code(), change.patient(), rows))
                .stripTrailing();
    }

    private static String text(@Nullable Attribution row) {
        if (row == null) {
            return "";
        }
        String period = row.start() == null ? "" : " " + row.start() + "/" + (row.end() == null ? "" : row.end());
        return (row.provider() == null ? "no provider" : row.provider())
                + (row.coverage() == null ? "" : ", " + row.coverage())
                + period;
    }

    private static JsonValue json(ListDiff diff, MemberChange change) {
        return JsonValue.object()
                .put("event", change.kind().code())
                .put("list", diff.list().value())
                .put("run", change.run())
                .put("number", change.number())
                .put("patient", change.patient())
                .putIfPresent("before", json(change.before()))
                .putIfPresent("after", json(change.after()))
                .build();
    }

    private static @Nullable JsonValue json(@Nullable Attribution row) {
        return row == null
                ? null
                : JsonValue.object()
                        .putIfPresent("provider", row.provider())
                        .putIfPresent("coverage", row.coverage())
                        .putIfPresent("start", row.start())
                        .putIfPresent("end", row.end())
                        .build();
    }

    private void print(ListDiff diff) {
        if (json) {
            JsonValue.ObjectBuilder line = JsonValue.object()
                    .put("event", diff.outcome().name().toLowerCase(Locale.ROOT))
                    .put("list", diff.list().value())
                    .putIfPresent("run", diff.run() == null ? null : JsonValue.of(diff.run()))
                    .putIfPresent("versionBefore", diff.versionBefore())
                    .putIfPresent("version", diff.version());
            if (diff.outcome() != Outcome.UNCHANGED) {
                line.put("membersBefore", diff.membersBefore()).put("members", diff.members());
                for (Kind kind : Kind.values()) {
                    line.put(kind.code(), diff.count(kind));
                }
            }
            console.json(line.build());
            return;
        }
        String name = "List " + diff.list() + " is in version " + Console.printable(String.valueOf(diff.version()));
        if (diff.outcome() == Outcome.UNCHANGED) {
            console.out().println(name + ", as is the copy.");
            return;
        }
        List<String> parts = Arrays.stream(Kind.values())
                .map(kind -> diff.count(kind) + " " + kind.code())
                .toList();
        console.out().println(name + ", with " + diff.members() + " members: " + String.join(", ", parts) + ".");
    }
}
