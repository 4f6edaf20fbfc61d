package dev.atr.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that changes one list in the payer's own database. */
final class ChangedList extends AdministeredList {
    @Option(names = "--if-version", paramLabel = "N", description = "Do it only when the list is in this version.")
    private @Nullable String ifVersion;

    @Nullable
    String ifVersion() {
        return ifVersion;
    }
}
