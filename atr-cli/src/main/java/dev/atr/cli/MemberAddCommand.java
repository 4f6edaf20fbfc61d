package dev.atr.cli;

import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.reconcile.MemberAddRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr member add}: asks to add a member. */
@Command(
        name = "add",
        description = "Asks to add a member: by --member-id and --npi, or by --patient and --provider.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MemberAddCommand implements Callable<Integer> {
    @Mixin
    private final ListOptions options = new ListOptions();

    @Mixin
    private final MemberOptions member = new MemberOptions();

    @Option(names = "--npi", paramLabel = "N", description = "NPI of the provider.")
    private @Nullable String npi;

    @Option(names = "--provider", paramLabel = "REF", description = "The provider, e.g. Practitioner/7.")
    private @Nullable String provider;

    @Option(names = "--start", paramLabel = "DATE", description = "When the attribution begins (default: the payer's).")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "DATE", description = "When it ends (default: open).")
    private @Nullable String end;

    @Option(names = "--if-version", paramLabel = "V", description = "Only if the list is in this version.")
    private @Nullable String ifVersion;

    private final Console console;

    MemberAddCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MemberAddRequest request = request();
        return options.run(console, (lists, list) -> lists.memberAdd(list, request, ifVersion));
    }

    private MemberAddRequest request() {
        Period period = period();
        if (member.isByNumber()) {
            if (npi == null || provider != null) {
                throw new UsageException("With --member-id goes --npi.");
            }
            return MemberOptions.checked(
                    () -> new MemberAddRequest.OfMember(member.memberId(), MemberOptions.npi(npi), period));
        }
        if (provider == null || npi != null) {
            throw new UsageException("With --patient goes --provider.");
        }
        return MemberOptions.checked(() ->
                new MemberAddRequest.OfPatient(member.patient(), MemberOptions.key("--provider", provider), period));
    }

    private @Nullable Period period() {
        if (start == null && end == null) {
            return null;
        }
        if (start == null) {
            throw new UsageException("--end needs --start.");
        }
        return new Period(date("--start", start), end == null ? null : date("--end", end), OtherElements.NONE);
    }

    private static FhirDateTime date(String option, String text) {
        try {
            return new FhirDateTime(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + " takes a date such as 2026-01-31.");
        }
    }
}
