package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.ResourceType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the files of a load.
 *
 * @param loaded the files that are in the ledger now, in the order loaded
 * @param refused the files of which nothing is in the ledger
 */
public record LoadReport(List<LoadedFile> loaded, List<RefusedFile> refused) {
    /** Copies the lists. */
    public LoadReport {
        loaded = List.copyOf(loaded);
        refused = List.copyOf(refused);
    }

    /** Returns whether no file was refused. */
    public boolean isComplete() {
        return refused.isEmpty();
    }

    /** Returns how many resources of each type were loaded from all files together. */
    public Map<ResourceType, Long> counts() {
        Map<ResourceType, Long> counts = new TreeMap<>();
        loaded.forEach(file -> file.counts().forEach((type, count) -> counts.merge(type, count, Long::sum)));
        return counts;
    }

    /**
     * A file that is in the ledger.
     *
     * @param file the file
     * @param counts how many resources of each type it held
     * @param warnings what is worth a look; of each kind the first
     */
    public record LoadedFile(Path file, Map<ResourceType, Long> counts, List<LoadProblem> warnings) {
        /** Copies the collections. */
        public LoadedFile {
            counts = Map.copyOf(counts);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * A file of which nothing is in the ledger.
     *
     * @param file the file
     * @param problems every rule that it breaks, warnings included; of each kind the first
     */
    public record RefusedFile(Path file, List<LoadProblem> problems) {
        /** Copies the list. */
        public RefusedFile {
            problems = List.copyOf(problems);
        }
    }
}
