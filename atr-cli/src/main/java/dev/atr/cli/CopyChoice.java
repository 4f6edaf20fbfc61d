package dev.atr.cli;

import dev.atr.cli.report.CopiedLists;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the copied lists is meant. */
final class CopyChoice {
    @Option(names = "--list", paramLabel = "ID", description = "The list (default: the only one that there is).")
    private @Nullable String list;

    @Option(names = "--fhir-url", paramLabel = "URL", description = "Its payer, where several have a list of this id.")
    private @Nullable URI payer;

    /** Returns the one copy that is meant. */
    CopiedLists.Found find(Connection database) throws SQLException {
        String base = payer == null ? "" : payer.toString().replaceFirst("/$", "");
        List<CopiedLists.Found> found = CopiedLists.find(database, list == null ? "" : list, base);
        if (found.size() == 1) {
            return found.get(0);
        }
        List<CopiedLists.Found> all = found.isEmpty() ? CopiedLists.find(database, "", "") : found;
        if (all.isEmpty()) {
            throw new DataException("the database holds no copy of any list; 'atr sync' makes them.");
        }
        String which =
                all.stream().map(copy -> copy.list() + " of " + copy.payer()).collect(Collectors.joining(", "));
        String problem = found.isEmpty() ? "there is no copy of that list" : "that may be one of several lists";
        throw new UsageException(
                problem + "; give --list, and --fhir-url where needed: " + Console.printable(which) + ".");
    }
}
