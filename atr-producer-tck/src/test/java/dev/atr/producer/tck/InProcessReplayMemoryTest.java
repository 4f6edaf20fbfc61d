package dev.atr.producer.tck;

import dev.atr.auth.server.ReplayMemory;
import java.time.Clock;

class InProcessReplayMemoryTest extends ReplayMemoryContract {
    @Override
    protected ReplayMemory emptyMemory(Clock clock) {
        return ReplayMemory.inProcess(clock);
    }
}
