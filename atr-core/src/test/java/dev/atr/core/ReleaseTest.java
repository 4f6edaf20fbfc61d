package dev.atr.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReleaseTest {
    @Test
    void isTheVersionOfTheBuild() {
        assertThat(Release.version()).matches("\\d+\\.\\d+\\.\\d+(-[A-Z0-9.]+)?");
    }
}
