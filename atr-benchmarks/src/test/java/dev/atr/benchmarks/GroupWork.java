package dev.atr.benchmarks;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.GroupWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our writer and reader of Group lines. */
final class GroupWork {
    /** Rows that are there before the writing begins, as the peers' models are; they come again and again. */
    private static final int ROWS_AT_HAND = 10_000;

    private static final Period YEAR = Period.of("2026-01-01", "2026-12-31");

    private GroupWork() {}

    /** Writes a Group of a number of members on one line. */
    static final class Write extends FileWork {
        private final int members;
        private final List<Member> rows = new ArrayList<>();

        Write(Path file, int members) {
            super(file);
            this.members = members;
            for (int i = 0; i < ROWS_AT_HAND; i++) {
                rows.add(row(i));
            }
        }

        @Override
        public long once() throws IOException {
            try (OutputStream out = Files.newOutputStream(file())) {
                GroupWriter writer = new GroupWriter(out, FhirVersion.R4);
                writer.begin(list());
                for (int i = 0; i < members; i++) {
                    writer.member(rows.get(i % ROWS_AT_HAND));
                }
                writer.end();
                out.write('\n');
            }
            return members;
        }
    }

    /** Reads a Group into rows. */
    static final class Read implements Work {
        private final Path file;
        private final int members;

        Read(Path file, int members) {
            this.file = file;
            this.members = members;
        }

        @Override
        public long once() throws IOException {
            long count = 0;
            try (GroupReader reader = new GroupReader(Files.newInputStream(file), FhirVersion.R4)) {
                for (Member row = reader.next(); row != null; row = reader.next()) {
                    count += row.inactive() ? 0 : 1;
                }
            }
            if (count != members) {
                throw new IOException("read " + count + " active rows, not " + members);
            }
            return count;
        }
    }

    private static AttributionList list() {
        return AttributionList.of(
                new ListId("bench"),
                ListStatus.OPEN,
                List.of(Identifier.of("http://hl7.org/fhir/sid/us-npi", "1357902463")),
                Reference.to(ResourceType.ORGANIZATION, "payer"),
                YEAR);
    }

    private static Member row(int number) {
        return new Member(
                Reference.to(ResourceType.PATIENT, "pat-" + (1_000_000 + number)),
                Reference.to(ResourceType.COVERAGE, "cov-" + (1_000_000 + number)),
                Reference.to(ResourceType.PRACTITIONER, "prac-" + (1_000 + number % 1_000)),
                YEAR,
                false,
                ChangeType.NOCHANGE,
                OtherElements.NONE);
    }
}
