package dev.atr.producer.internal.export;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionQuery;

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
     * Finds the job named in the path, to be read: the client must still be entitled to its list. A job of a list that was
     * deleted, be it by another process, has failed.
     *
     * @throws Refusal when there is none of this client
     */
    ExportJob readable(Call call) {
        ExportJob job = owned(call);
        if (context.backend().find(call.caller(), job.list()).isPresent()) {
            return job;
        }
        if (!isDeleted(call.caller(), job.list())) {
            throw unknown();
        }
        return exports.endForDeletion(job.id()).orElseThrow(ClientJobs::unknown);
    }

    private boolean isDeleted(Caller caller, ListId list) {
        return context.backend()
                .listHistory()
                .flatMap(history -> history.versions(caller, list, VersionQuery.newest()))
                .flatMap(page -> page.versions().stream().findFirst())
                .filter(Version::isDeletion)
                .isPresent();
    }

    static Refusal unknown() {
        return Refusal.hidden("job", "There is no such export job.");
    }
}
