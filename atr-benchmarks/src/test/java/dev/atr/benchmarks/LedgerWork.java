package dev.atr.benchmarks;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.bulk.NdjsonWriter;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupWriter;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our way from the ledger to files, as an export takes it. */
final class LedgerWork {
    private static final int BUFFER = 64 * 1024;

    private LedgerWork() {}

    private static ListSnapshot snapshot(Ledger ledger) {
        Caller caller = new Caller(LedgerDatabase.CLIENT, "system/*.read", null);
        return ledger.backend().snapshot(caller, SamplePayer.OPEN_LIST).orElseThrow();
    }

    /** The Group line. */
    static final class Group extends FileWork {
        private final Ledger ledger;

        Group(String url, Path file) {
            super(file);
            this.ledger = LedgerDatabase.open(url);
        }

        @Override
        public long once() throws IOException {
            long count = 0;
            try (ListSnapshot snapshot = snapshot(ledger);
                    OutputStream out = Files.newOutputStream(file());
                    MemberCursor rows = snapshot.members()) {
                GroupWriter writer = new GroupWriter(out, FhirVersion.R4);
                writer.begin(snapshot.list());
                for (Member row = rows.next(); row != null; row = rows.next()) {
                    writer.member(row);
                    count++;
                }
                writer.end();
            }
            return count;
        }

        @Override
        public void close() {
            ledger.close();
        }
    }

    /** All other resources, a file a type. */
    static final class Resources implements Work {
        private final Ledger ledger;
        private final Path folder;

        Resources(String url, Path folder) {
            this.ledger = LedgerDatabase.open(url);
            this.folder = folder;
        }

        @Override
        public void prepare() throws IOException {
            Folder.fresh(folder);
        }

        @Override
        public long once() throws IOException {
            long count = 0;
            try (ListSnapshot snapshot = snapshot(ledger)) {
                for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                    if (!type.equals(ResourceType.GROUP)) {
                        count += write(snapshot, type);
                    }
                }
            }
            return count;
        }

        private long write(ListSnapshot snapshot, ResourceType type) throws IOException {
            Path file = folder.resolve(type.code() + ".ndjson");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
                    ResourceCursor resources = snapshot.resources(type)) {
                NdjsonWriter lines = new NdjsonWriter(out);
                for (StoredResource next = resources.next(); next != null; next = resources.next()) {
                    lines.line(next.json());
                }
                return lines.count();
            }
        }

        @Override
        public void close() {
            ledger.close();
        }
    }
}
