package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.core.rules.ListRuleOptions;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.load.LoadReport.LoadedFile;
import dev.atr.producer.jdbc.load.LoadReport.RefusedFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Loads files of FHIR resources into a ledger: single resources and Bundles as JSON or XML, NDJSON plain or gzipped
 * ({@code .ndjson}, {@code .ndjson.gz}), in R4 or STU3. Each file is loaded whole or not at all, and a file that breaks
 * a rule of the guide is refused with every rule that it breaks.
 *
 * <p>What is referred to comes before what refers to it: files are put in order by the types that they hold, lists last.
 * The Patient, the Coverage and the provider of each row, and the payer of a list, must be in the ledger or come earlier
 * in the load; other references to resources that are not there are warnings.
 *
 * <p>Memory grows neither with a file nor with a list; XML alone is read whole, up to 64 MB. For one thread.
 *
 * <pre>{@code
 * LoadReport report = ResourceLoader.builder(ledger).contractSystem("https://payer.example/ids/contract").build()
 *         .load(List.of(Path.of("resources")));
 * }</pre>
 */
public final class ResourceLoader {
    private static final Comparator<SourceFile> ORDER = Comparator.comparingInt(SourceFile::rank)
            .thenComparing(file -> file.path().toString());

    private final Ledger ledger;
    private final FhirVersion version;
    private final @Nullable XmlReader xml;
    private final @Nullable String contractSystem;
    private final boolean keepGoing;
    private final Clock clock;
    private final ZoneId zone;
    private final Progress progress;

    private ResourceLoader(Builder builder) {
        this.ledger = builder.ledger;
        this.version = builder.version;
        this.xml = builder.xml;
        this.contractSystem = builder.contractSystem;
        this.keepGoing = builder.keepGoing;
        this.clock = builder.clock;
        this.zone = builder.zone;
        this.progress = builder.progress;
    }

    /** Starts with a ledger to load into. */
    public static Builder builder(Ledger ledger) {
        return new Builder(Objects.requireNonNull(ledger, "ledger"));
    }

    /**
     * Loads files and folders. Of a folder, every file is loaded, those in folders below included, apart from hidden
     * ones.
     *
     * @param paths files and folders
     * @return what became of each file; without {@link Builder#keepGoing} the load ends with the first refused one
     * @throws dev.atr.producer.jdbc.LedgerException when the database fails; files loaded before stay
     */
    public LoadReport load(List<Path> paths) {
        Run run = new Run();
        List<SourceFile> files = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : run.files(path)) {
                run.lookAt(file, files);
            }
        }
        files.sort(ORDER);
        for (SourceFile file : files) {
            if (run.mayGoOn()) {
                run.load(file);
            }
        }
        return run.finish();
    }

    private LoadSettings settings() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        return new LoadSettings(
                version, new AttributionListRules(new ListRuleOptions(contractSystem, today, zone)), xml, progress);
    }

    /** Told how far a load has got. */
    public interface Progress {
        /** A resource passed on its way into the ledger; whether it stays is known at the end of its file. */
        void loaded(Path file, ResourceType type);
    }

    /** One load. */
    private final class Run {
        private final References references = new References();
        private final LoadSettings settings = settings();
        private final Map<Path, Loaded> loaded = new LinkedHashMap<>();
        private final List<RefusedFile> refused = new ArrayList<>();

        boolean mayGoOn() {
            return refused.isEmpty() || keepGoing;
        }

        List<Path> files(Path path) {
            try {
                return ResourceLoader.files(path);
            } catch (IOException e) {
                refuse(path, List.of(LoadProblem.error("", reason(e))));
                return List.of();
            }
        }

        void lookAt(Path path, List<SourceFile> files) {
            try {
                files.add(SourceFile.of(path));
            } catch (IOException e) {
                refuse(path, List.of(LoadProblem.error("", reason(e))));
            }
        }

        void load(SourceFile file) {
            Problems problems = new Problems();
            Map<ResourceType, Long> counts = new TreeMap<>();
            try {
                ledger.write(tx -> {
                    FileLoad load = new FileLoad(file, settings, references, tx, problems);
                    try {
                        load.run();
                    } catch (IOException e) {
                        problems.add(LoadProblem.error("", reason(e)));
                    }
                    if (!problems.isAcceptable()) {
                        throw new Refusal();
                    }
                    counts.putAll(load.counts());
                });
                loaded.put(file.path(), new Loaded(counts, problems));
            } catch (Refusal e) {
                references.forget(file.path());
                refuse(file.path(), problems.toList());
            }
        }

        LoadReport finish() {
            // Only looks: a transaction that writes nothing takes no position
            ledger.write(tx -> references.stillMissing(tx).forEach(this::warn));
            List<LoadedFile> files = loaded.entrySet().stream()
                    .map(file -> new LoadedFile(
                            file.getKey(),
                            file.getValue().counts(),
                            file.getValue().problems().toList()))
                    .toList();
            return new LoadReport(files, refused);
        }

        private void warn(ResourceKey target, References.Missing from) {
            Loaded file = loaded.get(from.file());
            if (file != null) {
                file.problems()
                        .add(LoadProblem.warning(
                                from.place() + ": " + from.element(),
                                "refers to a " + target.type() + " that is neither in the ledger nor in this load"));
            }
        }

        private void refuse(Path file, List<LoadProblem> problems) {
            refused.add(new RefusedFile(file, problems));
        }
    }

    /** A file that was loaded. */
    private record Loaded(Map<ResourceType, Long> counts, Problems problems) {}

    /** Undoes the transaction of a file that has problems. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal() {
            super("the file is refused", null, false, false);
        }
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                boolean skipped = !directory.equals(path) && isHidden(directory);
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isHidden(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static boolean isHidden(Path path) throws IOException {
        return Files.isHidden(path) || String.valueOf(path.getFileName()).startsWith(".");
    }

    /** Says why a file can't be read. Messages of the system repeat the path, which the report has already. */
    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof ZipException
                ? "not a sound gzip file"
                : "can't be read (" + e.getClass().getSimpleName() + ")";
    }

    /** Wires up a loader. */
    public static final class Builder {
        private final Ledger ledger;
        private FhirVersion version = FhirVersion.R4;
        private @Nullable XmlReader xml;
        private @Nullable String contractSystem;
        private boolean keepGoing;
        private Clock clock = Clock.systemUTC();
        private ZoneId zone = ZoneId.systemDefault();
        private Progress progress = (file, type) -> {};

        private Builder(Ledger ledger) {
            this.ledger = ledger;
        }

        /** Sets the FHIR version that the files are written in; the default is R4. */
        public Builder fhirVersion(FhirVersion newVersion) {
            version = Objects.requireNonNull(newVersion, "version");
            return this;
        }

        /** Sets who reads XML; by default nobody, and XML is refused. */
        public Builder xml(XmlReader reader) {
            xml = Objects.requireNonNull(reader, "reader");
            return this;
        }

        /**
         * Sets the system of contract identifiers (C-39). By default an identifier that is neither NPI nor TIN is taken
         * for that of the contract.
         */
        public Builder contractSystem(String system) {
            contractSystem = Objects.requireNonNull(system, "system");
            return this;
        }

        /** Goes on with the other files when one is refused; the default is to stop. */
        public Builder keepGoing(boolean goOn) {
            keepGoing = goOn;
            return this;
        }

        /** Sets the clock that says which day it is; the default is the system's. */
        public Builder clock(Clock newClock) {
            clock = Objects.requireNonNull(newClock, "clock");
            return this;
        }

        /** Sets the payer's time zone, in which attributions end; the default is the system's. */
        public Builder zone(ZoneId newZone) {
            zone = Objects.requireNonNull(newZone, "zone");
            return this;
        }

        /** Sets who is told how far a load has got; by default nobody. */
        public Builder progress(Progress newProgress) {
            progress = Objects.requireNonNull(newProgress, "progress");
            return this;
        }

        /** Returns the loader. */
        public ResourceLoader build() {
            return new ResourceLoader(this);
        }
    }
}
