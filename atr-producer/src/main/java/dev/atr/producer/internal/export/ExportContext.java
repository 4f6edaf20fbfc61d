package dev.atr.producer.internal.export;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.ExportOption;
import dev.atr.producer.internal.routing.Incidents;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * What all parts of an export share.
 *
 * @param backend the payer's system
 * @param jobs keeps the state of jobs
 * @param files keeps their files
 * @param base the FHIR base
 * @param version the FHIR version that is spoken and written
 * @param clock tells the time
 * @param life how long a job and its files stay after its end
 * @param fileBytes a file ends with the line that brings it to so many bytes
 * @param options where exports depart from what is done by default
 * @param incidents where failures are logged
 */
public record ExportContext(
        ProducerBackend backend,
        ExportJobStore jobs,
        ExportFiles files,
        URI base,
        FhirVersion version,
        Clock clock,
        Duration life,
        long fileBytes,
        Set<ExportOption> options,
        Incidents incidents) {
    /** Copies the set. */
    public ExportContext {
        options = Set.copyOf(options);
    }

    /** Returns whether exports depart from the default in this way. */
    boolean has(ExportOption option) {
        return options.contains(option);
    }
}
