package dev.atr.cli;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ProviderNpi;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command names a member. */
final class MemberOptions {
    @Option(names = "--member-id", paramLabel = "[SYSTEM|]VALUE", description = "The payer's number of the member.")
    private @Nullable String memberId;

    @Option(names = "--patient", paramLabel = "REF", description = "The member's Patient, e.g. Patient/12.")
    private @Nullable String patient;

    /** Returns whether the member is named by number, and not by reference. */
    boolean isByNumber() {
        if ((memberId == null) == (patient == null)) {
            throw new UsageException("Name the member by --member-id or by --patient, one of them.");
        }
        return memberId != null;
    }

    MemberId memberId() {
        String text = memberId == null ? "" : memberId;
        int bar = text.indexOf('|');
        try {
            return bar < 0 ? new MemberId(null, text) : new MemberId(text.substring(0, bar), text.substring(bar + 1));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--member-id takes SYSTEM|VALUE or VALUE.");
        }
    }

    ResourceKey patient() {
        return key("--patient", patient);
    }

    MemberSelector selector() {
        return isByNumber()
                ? new MemberSelector.ByMemberId(memberId())
                : checked(() -> new MemberSelector.ByPatient(patient()));
    }

    static ProviderNpi npi(@Nullable String digits) {
        try {
            return new ProviderNpi(digits == null ? "" : digits);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--npi takes ten digits.");
        }
    }

    static ResourceKey key(String option, @Nullable String reference) {
        return ResourceKey.ofReference(reference == null ? "" : reference)
                .orElseThrow(() -> new UsageException(option + " takes a reference such as Patient/12."));
    }

    /** Makes a request; what its parts must be is a usage error when they are not. */
    static <T> T checked(Supplier<T> request) {
        try {
            return request.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + ".");
        }
    }
}
