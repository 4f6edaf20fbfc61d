package dev.atr.examples.abuse;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A section of the catalogue. Each class that extends it has a static method {@code rows}. */
abstract class AbuseCases {
    @TempDir
    static Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void holds(Row row) throws Exception {
        Envelope.check(row, folder, Defect.NONE);
    }
}
