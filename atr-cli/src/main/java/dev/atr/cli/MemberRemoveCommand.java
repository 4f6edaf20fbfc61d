package dev.atr.cli;

import dev.atr.core.reconcile.MemberRemoveRequest;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr member remove}: asks to remove a member, or some of its attributions. */
@Command(
        name = "remove",
        description = "Asks to remove a member: by --member-id, with --npi from that provider only; or by --patient,"
                + " with --provider, and with --coverage, to narrow it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MemberRemoveCommand implements Callable<Integer> {
    @Mixin
    private final ListOptions options = new ListOptions();

    @Mixin
    private final MemberOptions member = new MemberOptions();

    @Option(names = "--npi", paramLabel = "N", description = "From the provider of this NPI only.")
    private @Nullable String npi;

    @Option(names = "--provider", paramLabel = "REF", description = "From this provider only, e.g. Practitioner/7.")
    private @Nullable String provider;

    @Option(names = "--coverage", paramLabel = "REF", description = "Only what rests on this coverage.")
    private @Nullable String coverage;

    @Option(names = "--if-version", paramLabel = "V", description = "Only if the list is in this version.")
    private @Nullable String ifVersion;

    private final Console console;

    MemberRemoveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MemberRemoveRequest request = request();
        return options.run(console, (lists, list) -> lists.memberRemove(list, request, ifVersion));
    }

    private MemberRemoveRequest request() {
        if (member.isByNumber()) {
            if (provider != null || coverage != null) {
                throw new UsageException(
                        "--member-id is narrowed by --npi; --provider and --coverage go with --patient.");
            }
            return npi == null
                    ? new MemberRemoveRequest.OfMember(member.memberId())
                    : new MemberRemoveRequest.OfMemberAndProvider(member.memberId(), MemberOptions.npi(npi));
        }
        if (npi != null) {
            throw new UsageException("--npi goes with --member-id; --patient is narrowed by --provider.");
        }
        if (coverage != null && provider == null) {
            throw new UsageException("--coverage needs --provider.");
        }
        return MemberOptions.checked(() -> byReference(provider, coverage));
    }

    private MemberRemoveRequest byReference(@Nullable String from, @Nullable String restingOn) {
        if (from == null) {
            return new MemberRemoveRequest.OfPatient(member.patient());
        }
        return restingOn == null
                ? new MemberRemoveRequest.OfPatientAndProvider(member.patient(), MemberOptions.key("--provider", from))
                : new MemberRemoveRequest.OfCoverage(
                        member.patient(),
                        MemberOptions.key("--provider", from),
                        MemberOptions.key("--coverage", restingOn));
    }
}
