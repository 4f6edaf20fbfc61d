package dev.atr.producer;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that needs a Producer over the sample payer. */
abstract class SampleProducerTest {
    @TempDir
    Path files;

    /** For a second Producer: each needs a directory of its own. */
    @TempDir
    Path otherFiles;

    ProducerFixture fixture;

    @BeforeEach
    void startProducer() {
        fixture = ProducerFixture.of(files);
    }

    @AfterEach
    void stopProducer() {
        fixture.close();
    }
}
