package dev.atr.cli;

import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.administration.StatusChange;
import dev.atr.producer.spi.creation.Deletion;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code atr list}: the payer changes a list of its own, or looks back at it, in its database. A Producer that serves from the same database
 * shows it with the next request.
 */
@Command(
        name = "list",
        description =
                "Changes a list in the payer's own database, or looks back at it: the life of the list, not its members"
                        + " at a peer.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ListCommand implements Runnable {
    private final Console console;
    private final AuditTrail auditTrail;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    ListCommand(Console console) {
        this(console, AuditTrail.logged());
    }

    /** Creates the command with another audit trail than that of {@code atr serve}. */
    ListCommand(Console console, AuditTrail auditTrail) {
        this.console = console;
        this.auditTrail = auditTrail;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do: publish, reopen, finalise, cancel, delete or diff.");
    }

    @Command(
            name = "publish",
            description = "Makes a draft open, or publishes what has changed in an open list.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int publish(@Mixin ChangedList options) {
        return revise(options, lists -> Revision.of(StatusChange.PUBLISH));
    }

    @Command(
            name = "reopen",
            description = "Opens a final list again.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int reopen(
            @Mixin ChangedList options,
            @Option(names = "--as-draft", description = "Make it a draft in place of an open list; open lists too.")
                    boolean asDraft) {
        return revise(options, lists -> Revision.of(asDraft ? StatusChange.RETURN_TO_DRAFT : StatusChange.REOPEN));
    }

    @Command(
            name = "finalise",
            description = "Makes a draft or open list final; its inactive rows go.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int finalise(@Mixin ChangedList options) {
        return revise(options, lists -> Revision.of(StatusChange.FINALISE));
    }

    @Command(
            name = "cancel",
            description = "Marks a row as added by mistake.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int cancel(
            @Mixin ChangedList options,
            @Option(
                            names = "--patient",
                            required = true,
                            paramLabel = "REF",
                            description = "The member, such as Patient/12.")
                    String patient,
            @Option(
                            names = "--provider",
                            paramLabel = "REF",
                            description = "The provider of the row, where the member has several rows.")
                    @Nullable
                    String provider,
            @Option(
                            names = "--coverage",
                            paramLabel = "REF",
                            description = "The coverage of the row, where the member has several rows.")
                    @Nullable
                    String coverage) {
        ResourceKey key = ResourceKey.ofReference(patient)
                .filter(one -> one.type().equals(ResourceType.PATIENT))
                .orElseThrow(() -> new UsageException("--patient is a reference such as Patient/12."));
        return revise(
                options,
                lists -> Revision.of(List.of(
                        new RowEdit.Cancel(row(lists.rows(options.list(), key), options, provider, coverage)))));
    }

    @Command(
            name = "delete",
            description = "Deletes a list, whatever it holds; its earlier versions stay in its history.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int delete(@Mixin ChangedList options) {
        ListId list = options.list();
        Deletion deletion;
        try (Ledger ledger = options.ledger()) {
            deletion = administration(ledger).delete(list, options.ifVersion());
        }
        boolean now = deletion.kind() == Deletion.Kind.DELETED;
        switch (deletion.kind()) {
            case DELETED, ALREADY_DELETED ->
                print(
                        options,
                        now ? "done" : "unchanged",
                        null,
                        "List " + list + (now ? " is deleted." : " was deleted before."));
            case OTHER_VERSION -> throw otherVersion(list);
            case UNKNOWN, DECLINED -> throw unknown(options);
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "diff",
            description = {
                "Tells who joined a list, who left it and who changed between two of its versions.",
                "With --json each difference is one line, and the sums are the last one."
            },
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int diff(
            @Mixin AdministeredList options,
            @Option(names = "--from", required = true, paramLabel = "V", description = "The earlier version.") int from,
            @Option(names = "--to", required = true, paramLabel = "V", description = "The later version.") int to) {
        if (from > to) {
            throw new UsageException("--from is the earlier version, and --to the later one.");
        }
        ListId list = options.list();
        try (Ledger ledger = options.ledger();
                RowDifferences differences = administration(ledger)
                        .differences(list, from, to)
                        .orElseThrow(() -> new DataException("there is no list " + list + " in "
                                + options.place().describe() + " that has both versions, " + from + " and " + to
                                + "."))) {
            new PrintedDifferences(console, options.isJson()).print(list, from, to, differences);
        }
        return ExitCode.DONE;
    }

    private int revise(ChangedList options, Function<ListAdministration, Revision> revision) {
        ListId list = options.list();
        Revised revised;
        try (Ledger ledger = options.ledger()) {
            ListAdministration lists = administration(ledger);
            revised = lists.revise(list, revision.apply(lists), options.ifVersion());
        }
        AttributionList now = revised.list();
        if (now == null) {
            throw unknown(options);
        }
        String state = status(now) + ", in version " + now.version() + ".";
        switch (revised.kind()) {
            case DONE -> print(options, "done", now, "List " + list + " is now " + state);
            case UNCHANGED -> print(options, "unchanged", now, "Nothing to do: list " + list + " is " + state);
            case OTHER_VERSION -> throw otherVersion(list);
            case WRONG_STATUS ->
                throw new DataException("list " + list + " is " + status(now) + "; "
                        + (ListStatus.FINAL.equals(now.status())
                                ? "'atr list reopen' opens it again."
                                : ListStatus.DRAFT.equals(now.status())
                                        ? "'atr list publish' opens it."
                                        : "its status is none of the guide's."));
            case NO_MEMBERS ->
                throw new DataException("list " + list + " has no active members, and so can't become final.");
            case NO_SUCH_ROW, UNKNOWN -> throw new DataException("list " + list + " has no such row.");
        }
        return ExitCode.DONE;
    }

    private static MemberKey row(
            List<Member> rows, ChangedList options, @Nullable String provider, @Nullable String coverage) {
        List<MemberKey> named = rows.stream()
                .map(Member::key)
                .filter(key -> provider == null || key.provider().equals(provider))
                .filter(key -> coverage == null || key.coverage().equals(coverage))
                .toList();
        if (named.size() != 1) {
            throw new DataException("list " + options.list()
                    + (named.isEmpty()
                            ? " has no such row."
                            : " has " + named.size() + " such rows; name --provider and --coverage."));
        }
        return named.get(0);
    }

    private void print(ChangedList options, String outcome, @Nullable AttributionList now, String sentence) {
        if (options.isJson()) {
            console.json(JsonValue.object()
                    .put("list", options.list().value())
                    .put("outcome", outcome)
                    .putIfPresent("status", now == null ? null : status(now))
                    .putIfPresent("version", now == null ? null : now.version())
                    .build());
        } else {
            console.out().println(sentence);
        }
    }

    private ListAdministration administration(Ledger ledger) {
        return AtrProducer.audited(ledger.backend().listAdministration().orElseThrow(), auditTrail, Clock.systemUTC());
    }

    private static String status(AttributionList list) {
        return list.status() == null
                ? "without a status"
                : Console.printable(Objects.requireNonNull(list.status()).code());
    }

    private static DataException unknown(AdministeredList options) {
        return new DataException(
                "there is no list " + options.list() + " in " + options.place().describe() + ".");
    }

    private static DataException otherVersion(ListId list) {
        return new DataException(
                "list " + list + " has another version than --if-version says: look at it again, and then decide.");
    }
}
