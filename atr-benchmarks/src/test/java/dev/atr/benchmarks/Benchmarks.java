package dev.atr.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

/** Measures the sections of {@code docs/performance.md}, prints their tables and writes them into the page. */
public final class Benchmarks {
    private static final List<Figures> ALL = List.of(
            new AuthFigures(),
            new CoreFigures(),
            new DatabaseFigures(),
            new AddFigures(),
            new ExportFigures(),
            new DownloadFigures());

    private Benchmarks() {}

    /**
     * Measures.
     *
     * @param args sections ({@code auth}, {@code core}, {@code database}, {@code add}, {@code export}, {@code download}; all when none
     *     is named), {@code --work DIR} for files, {@code --page FILE}, {@code --members N}, {@code --rounds N}
     */
    public static void main(String[] args) throws Exception {
        Settings settings = Settings.parse(args);
        settings.sections().forEach(name -> {
            if (ALL.stream().noneMatch(figures -> figures.name().equals(name))) {
                throw new IllegalArgumentException("no such section: " + name);
            }
        });
        for (Figures figures : ALL) {
            if (settings.sections().isEmpty() || settings.sections().contains(figures.name())) {
                run(figures, settings);
            }
        }
        // Peers that ran in this process may have left threads.
        System.exit(0);
    }

    private static void run(Figures figures, Settings settings) throws Exception {
        System.out.println("Measuring: " + figures.name());
        Path folder = Folder.fresh(settings.work().resolve(figures.name()));
        Report report = new Report();
        report.note(LocalDate.now(Clock.systemUTC()) + ", " + Machine.describe() + ". "
                + Goal.number(settings.members()) + " members, " + settings.rounds() + " rounds.");
        figures.measure(settings, folder, report);
        Folder.delete(folder);
        System.out.println(report.markdown());
        if (settings.page() != null && Files.exists(settings.page())) {
            new Page(settings.page()).replace(figures.name(), report.markdown());
        }
    }
}
