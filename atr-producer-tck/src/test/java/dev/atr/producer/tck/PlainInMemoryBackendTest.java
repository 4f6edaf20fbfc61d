package dev.atr.producer.tck;

/** The contract as it is for a backend over tables. */
class PlainInMemoryBackendTest extends InMemoryBackendTest {
    @Override
    protected boolean keepsAllElements() {
        return false;
    }
}
