package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.sync.ListDiff;
import dev.atr.consumer.sync.ListDiff.Outcome;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.MemberChange;
import dev.atr.consumer.sync.MemberChange.Attribution;
import dev.atr.consumer.sync.MemberChange.Kind;
import dev.atr.consumer.sync.MemberChanges;
import dev.atr.core.attribution.ListId;
import dev.atr.core.json.JsonValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Brings the copy of a list up to date and prints what has changed in it. */
final class PrintedCopy {
    private final ListStore store;
    private final CopyOptions options;
    private final Console console;
    private final boolean json;

    PrintedCopy(ListStore store, CopyOptions options, Console console, boolean json) {
        this.store = store;
        this.options = options;
        this.console = console;
        this.json = json;
    }

    /** Does so, and returns the exit code. */
    int sync(ProducerConnection producer, ListId list) throws IOException, InterruptedException {
        ListDiff diff;
        try (ExportProgress progress = new ExportProgress(console)) {
            diff = options.sync(producer, store, progress).run(list);
        } catch (IllegalStateException e) {
            throw new DataException(e.getMessage() + "; let it end first.");
        }
        // That of an earlier call too, which was killed before it had printed it
        for (ListDiff updated : store.unreported(producer.fhirBase(), list)) {
            printChanges(updated);
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
                                + String.format(Locale.ROOT, "%.0f", options.maxChurn())
                                + " %. The copy is as it was; if the list is right, raise --max-churn.");
                yield ExitCode.DATA;
            }
            case NOT_FOUND ->
                throw new DataException(
                        "the Producer has no list " + list + " for us, or no more; the copy is as it was.");
        };
    }

    private void printChanges(ListDiff diff) {
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
