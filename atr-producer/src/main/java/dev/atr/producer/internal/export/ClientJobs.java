package dev.atr.producer.internal.export;

import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ExportJob;

/** Finds jobs for those who may see them: the client that kicked one off. Anybody else's is as good as unknown. */
final class ClientJobs {
    private final Exports exports;
    private final ExportContext context;

    ClientJobs(Exports exports, ExportContext context) {
        this.exports = exports;
        this.context = context;
    }

    /**
     * Finds the job named in the path, to be deleted.
     *
     * @throws Refusal when there is none of this client
     */
    ExportJob owned(Call call) {
        return exports.find(call.variable(0))
                .filter(job -> job.caller().clientId().equals(call.caller().clientId()))
                .orElseThrow(ClientJobs::unknown);
    }

    /**
     * Finds the job named in the path, to be read: the client must still be entitled to its list.
     *
     * @throws Refusal when there is none of this client
     */
    ExportJob readable(Call call) {
        ExportJob job = owned(call);
        if (context.backend().find(call.caller(), job.list()).isEmpty()) {
            throw unknown();
        }
        return job;
    }

    static Refusal unknown() {
        return Refusal.hidden("job", "There is no such export job.");
    }
}
