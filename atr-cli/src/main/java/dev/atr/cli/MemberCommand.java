package dev.atr.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atr member}: members of a list. */
@Command(
        name = "member",
        description = "Adds a member to a list, removes one, or shows what the Producer holds of one.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {MemberAddCommand.class, MemberRemoveCommand.class, MemberStatusCommand.class})
final class MemberCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: add, remove or status.");
    }
}
