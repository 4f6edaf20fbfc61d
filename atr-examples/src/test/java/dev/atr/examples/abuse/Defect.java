package dev.atr.examples.abuse;

import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.http.FhirHandler;
import dev.atr.http.client.Egress;
import dev.atr.producer.spi.ProducerBackend;

/** Where a Producer can be broken on purpose: each method puts something in the place of a sound part. */
interface Defect {
    /** No defect. */
    Defect NONE = new Defect() {};

    default ClientRegistry clients(ClientRegistry sound) {
        return sound;
    }

    default ReplayMemory replayMemory(ReplayMemory sound) {
        return sound;
    }

    default Egress egress(Egress sound) {
        return sound;
    }

    default ProducerBackend backend(ProducerBackend sound) {
        return sound;
    }

    /**
     * For checks that no embedder can replace: what stands before the Producer mends one fault of the request, so that
     * the Producer behaves as if it did not look for that fault.
     */
    default FhirHandler front(Payer payer, FhirHandler sound) {
        return sound;
    }
}
