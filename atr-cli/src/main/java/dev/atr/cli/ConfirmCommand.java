package dev.atr.cli;

import dev.atr.consumer.reconcile.ListReconciliation;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atr confirm}: tells the Producer that we are done with a list. */
@Command(
        name = "confirm",
        description = "Tells the Producer that we are done with a list; a draft then becomes final.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ConfirmCommand implements Callable<Integer> {
    @Mixin
    private final ListOptions options = new ListOptions();

    private final Console console;

    ConfirmCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return options.run(console, ListReconciliation::confirmAttributionList);
    }
}
