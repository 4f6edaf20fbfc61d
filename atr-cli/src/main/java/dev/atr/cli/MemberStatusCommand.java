package dev.atr.cli;

import dev.atr.consumer.reconcile.MemberStatus;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Period;
import dev.atr.core.json.JsonValue;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atr member status}: what the Producer holds of one member. */
@Command(
        name = "status",
        description = "Shows the rows of one member: by --member-id or by --patient.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MemberStatusCommand implements Callable<Integer> {
    @Mixin
    private final ListOptions options = new ListOptions();

    @Mixin
    private final MemberOptions member = new MemberOptions();

    private final Console console;

    MemberStatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MemberSelector who = member.selector();
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            Optional<MemberStatus> status = options.lists(egress).attributionStatus(options.list(), who);
            List<Member> rows = status.map(MemberStatus::rows).orElse(List.of());
            if (options.isJson()) {
                console.json(JsonValue.object()
                        .put("list", options.list().value())
                        .put(
                                "attributed",
                                status.map(MemberStatus::isAttributed).orElse(false))
                        .put(
                                "rows",
                                JsonValue.array(rows.stream()
                                        .map(MemberStatusCommand::json)
                                        .toList()))
                        .build());
            } else if (status.isEmpty()) {
                console.out().println("Not on the list.");
            } else {
                table(rows);
            }
        }
        return ExitCode.DONE;
    }

    private void table(List<Member> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("PATIENT", "PROVIDER", "COVERAGE", "START", "END", "STATE", "CHANGE"));
        for (Member row : rows) {
            Period period = row.period();
            cells.add(List.of(
                    text(row.key().patient()),
                    text(row.key().provider()),
                    text(row.key().coverage()),
                    text(period == null ? null : date(period.start())),
                    text(period == null ? null : date(period.end())),
                    row.inactive() ? "inactive" : "active",
                    text(change(row))));
        }
        console.table(cells);
    }

    private static JsonValue json(Member row) {
        Period period = row.period();
        return JsonValue.object()
                .put("patient", row.key().patient())
                .put("provider", row.key().provider())
                .put("coverage", row.key().coverage())
                .putIfPresent("start", period == null ? null : date(period.start()))
                .putIfPresent("end", period == null ? null : date(period.end()))
                .put("inactive", row.inactive())
                .putIfPresent("change", change(row))
                .build();
    }

    private static @Nullable String date(@Nullable FhirDateTime date) {
        return date == null ? null : date.text();
    }

    private static @Nullable String change(Member row) {
        ChangeType change = row.changeType();
        return change == null ? null : change.code();
    }

    private static String text(@Nullable String value) {
        return value == null || value.isEmpty() ? "-" : Console.printable(value);
    }
}
