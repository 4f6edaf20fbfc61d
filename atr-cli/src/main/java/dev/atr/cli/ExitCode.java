package dev.atr.cli;

import dev.atr.core.error.AtrException;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.ExportFailedException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.producer.jdbc.LedgerException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The exit codes, and the one place where a failure becomes a sentence and a code. */
final class ExitCode {
    static final int DONE = 0;
    static final int USAGE = 2;
    static final int REFUSED = 3;
    static final int UNREACHABLE = 4;
    static final int DATA = 5;
    static final int NOT_CONFORMANT = 6;

    private ExitCode() {}

    /** Says what failed, in a sentence, and returns the code that goes with it. */
    static int report(Throwable failure, PrintStream err) {
        if (failure instanceof ParameterException wrong) {
            CommandLine command = wrong.getCommandLine();
            err.println("atr: " + sentence(wrong));
            UnmatchedArgumentException.printSuggestions(wrong, err);
            err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
            return USAGE;
        }
        if (failure instanceof UsageException) {
            err.println("atr: " + failure.getMessage());
            return USAGE;
        }
        if (failure instanceof DataException) {
            err.println("atr: " + failure.getMessage());
            return DATA;
        }
        if (failure instanceof AtrException known) {
            err.println("atr: " + known.getMessage());
            issuesOf(known).forEach(issue -> err.println("  " + sentence(issue)));
            if (known instanceof AuthorizationException) {
                err.println(
                        "  Ask the Producer whether it knows this client id, this key's public half (the .public.json"
                                + " that 'atr keygen' wrote), which scopes it grants, and where its token endpoint is"
                                + " (--token-endpoint names one at another address).");
            }
            known.retryAfter().ifPresent(wait -> err.println("  Try again in " + wait.toSeconds() + " s."));
            return codeOf(known);
        }
        if (failure instanceof LedgerException) {
            err.println("atr: the database failed: " + failure.getMessage() + ".");
            return DATA;
        }
        if (failure instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
            return report(wrapped.getCause(), err);
        }
        if (failure instanceof IOException io) {
            err.println("atr: " + sentence(io));
            return DATA;
        }
        if (failure instanceof InterruptedException) {
            err.println("atr: stopped before it was done.");
            return UNREACHABLE;
        }
        // What we did not foresee: the kind helps us, the message might hold data.
        err.println("atr: an unexpected failure of kind " + failure.getClass().getSimpleName() + ".");
        return DATA;
    }

    private static int codeOf(AtrException failure) {
        if (failure instanceof TransportException || failure instanceof DeadlineException) {
            return UNREACHABLE;
        }
        if (failure instanceof RejectedException
                || failure instanceof AuthorizationException
                || failure instanceof ExportFailedException) {
            return REFUSED;
        }
        return DATA;
    }

    private static List<OperationOutcome.Issue> issuesOf(AtrException failure) {
        if (failure instanceof RejectedException rejected) {
            return rejected.issues();
        }
        return failure instanceof ExportFailedException failed ? failed.issues() : List.of();
    }

    private static String sentence(OperationOutcome.Issue issue) {
        String text = issue.text() == null ? "" : ": " + Console.printable(issue.text());
        String place = issue.expression() == null ? "" : " (" + Console.printable(issue.expression()) + ")";
        return issue.code().code() + text + place;
    }

    private static String sentence(ParameterException wrong) {
        String text = String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", "");
        return text.endsWith(".") ? text : text + ".";
    }

    private static String sentence(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist.";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + " can't be opened: access denied.";
        }
        if (failure instanceof FileSystemException file) {
            return file.getFile() + ": " + (file.getReason() == null ? "can't be used" : file.getReason()) + ".";
        }
        return "reading or writing failed: " + failure.getMessage();
    }
}
