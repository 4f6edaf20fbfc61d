package dev.atr.cli;

import dev.atr.consumer.discovery.ListClient;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.Npi;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command finds a list: at most one of the ways. */
final class ListSelection {
    @Option(names = "--npi", paramLabel = "N", description = "Lists of the provider with this NPI.")
    private @Nullable String npi;

    @Option(names = "--tin", paramLabel = "N", description = "Lists of the provider with this tax number.")
    private @Nullable String tin;

    @Option(names = "--contract", paramLabel = "SYSTEM|VALUE", description = "The list of this contract.")
    private @Nullable String contract;

    @Option(names = "--name", paramLabel = "S", description = "Lists whose name begins with this text.")
    private @Nullable String name;

    /** Asks the Producer; without any of the options, for every list we may see. */
    List<AttributionList> find(ListClient lists) throws InterruptedException {
        requireText("--npi", npi);
        requireText("--tin", tin);
        requireText("--name", name);
        if (npi != null && !Npi.isValid(npi)) {
            throw new UsageException("--npi takes an NPI: ten digits, of which the last is a check digit.");
        }
        if (npi != null) {
            return lists.findByNpi(npi);
        }
        if (tin != null) {
            return lists.findByTin(tin);
        }
        if (contract != null) {
            int bar = contract.indexOf('|');
            if (bar <= 0 || bar == contract.length() - 1) {
                throw new UsageException(
                        "--contract takes SYSTEM|VALUE, for example 'https://payer.example/contract|42'.");
            }
            return lists.findByIdentifier(contract.substring(0, bar), contract.substring(bar + 1));
        }
        return name != null ? lists.findByName(name) : lists.findAll();
    }

    /** An empty value is a script's variable without value, and must not mean every list. */
    private static void requireText(String option, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new UsageException(option + " is empty.");
        }
    }
}
