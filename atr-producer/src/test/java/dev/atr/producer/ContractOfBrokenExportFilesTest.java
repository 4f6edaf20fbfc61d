package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.ContractRun;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.tck.ExportFilesContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices: each place of files here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenExportFilesTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(LosesTheLastByte.class, "keepsTheBytesOfAFile"),
                Arguments.of(ReadsTheWholeAlone.class, "readsFromAnyByte"),
                Arguments.of(ShowsUnfinishedFiles.class, "hidesAnUnfinishedFile"),
                Arguments.of(PublishesAtTheEnd.class, "forgetsAnUnfinishedFile"),
                Arguments.of(MakesRoomFirst.class, "replacesAFile"),
                Arguments.of(ForgetsTheJob.class, "tellsFilesApart"),
                Arguments.of(DeletesEverything.class, "deletesTheFilesOfAJob"),
                Arguments.of(KnowsPublishedFilesAlone.class, "knowsTheJobsThatHaveFiles"),
                Arguments.of(KnowsPublishedFilesAlone.class, "knowsTheNamesOfFiles"),
                Arguments.of(DeletesEverything.class, "deletesOneFile"),
                Arguments.of(WritesAtTheEnd.class, "publishesNothingThatWasDeleted"),
                Arguments.of(MendsOddNames.class, "refusesOddIdsAndNames"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    /** A contract over files with one defect. */
    abstract static class Broken extends ExportFilesContract {
        @TempDir
        private Path folder;

        private final List<DirectoryExportFiles> open = new ArrayList<>();
        private final UnaryOperator<ExportFiles> defect;

        Broken(UnaryOperator<ExportFiles> defect) {
            this.defect = defect;
        }

        @Override
        protected ExportFiles noFiles() {
            DirectoryExportFiles sound = DirectoryExportFiles.open(folder.resolve("exports"));
            open.add(sound);
            return defect.apply(sound);
        }

        @AfterEach
        void close() {
            open.forEach(DirectoryExportFiles::close);
        }
    }

    /** Gathers the bytes until the file is published. */
    private static class GatheredFile extends PassingFiles.PassingFile {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        GatheredFile(ExportFiles.Pending sound) {
            super(sound);
        }

        @Override
        public OutputStream stream() {
            return bytes;
        }
    }

    static class LosesTheLastByte extends Broken {
        LosesTheLastByte() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    return new GatheredFile(super.create(job, name)) {
                        @Override
                        public void publish() throws IOException {
                            sound.stream().write(bytes.toByteArray(), 0, bytes.size() - 1);
                            super.publish();
                        }
                    };
                }
            });
        }
    }

    static class ReadsTheWholeAlone extends Broken {
        ReadsTheWholeAlone() {
            super(files -> new PassingFiles(files) {
                @Override
                public Optional<SeekableByteChannel> open(String job, String name) throws IOException {
                    Optional<SeekableByteChannel> opened = super.open(job, name);
                    if (opened.isPresent()) {
                        // What is read from here on is behind the end
                        opened.get().position(opened.get().size()).close();
                    }
                    return opened;
                }
            });
        }
    }

    static class ShowsUnfinishedFiles extends Broken {
        ShowsUnfinishedFiles() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    try (Pending early = super.create(job, name)) {
                        early.publish();
                    }
                    return super.create(job, name);
                }
            });
        }
    }

    static class PublishesAtTheEnd extends Broken {
        PublishesAtTheEnd() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    return new PassingFile(super.create(job, name)) {
                        @Override
                        public void close() throws IOException {
                            super.publish();
                            super.close();
                        }
                    };
                }
            });
        }
    }

    static class MakesRoomFirst extends Broken {
        MakesRoomFirst() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    delete(job, name);
                    return super.create(job, name);
                }
            });
        }
    }

    static class ForgetsTheJob extends Broken {
        ForgetsTheJob() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    return super.create("all", name);
                }

                @Override
                public Optional<SeekableByteChannel> open(String job, String name) throws IOException {
                    return super.open("all", name);
                }
            });
        }
    }

    static class DeletesEverything extends Broken {
        DeletesEverything() {
            super(files -> new PassingFiles(files) {
                @Override
                public void delete(String job, String name) throws IOException {
                    delete(job);
                }

                @Override
                public void delete(String job) throws IOException {
                    for (String each : jobs()) {
                        super.delete(each);
                    }
                }
            });
        }
    }

    static class KnowsPublishedFilesAlone extends Broken {
        KnowsPublishedFilesAlone() {
            super(files -> new PassingFiles(files) {
                @Override
                public List<String> jobs() throws IOException {
                    List<String> published = new ArrayList<>();
                    for (String job : super.jobs()) {
                        if (!names(job).isEmpty()) {
                            published.add(job);
                        }
                    }
                    return published;
                }

                @Override
                public List<String> names(String job) throws IOException {
                    List<String> published = new ArrayList<>();
                    for (String name : super.names(job)) {
                        Optional<SeekableByteChannel> opened = open(job, name);
                        if (opened.isPresent()) {
                            opened.get().close();
                            published.add(name);
                        }
                    }
                    return published;
                }
            });
        }
    }

    static class WritesAtTheEnd extends Broken {
        WritesAtTheEnd() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    return new GatheredFile(super.create(job, name)) {
                        @Override
                        public void publish() throws IOException {
                            try (Pending whole = files.create(job, name)) {
                                whole.stream().write(bytes.toByteArray());
                                whole.publish();
                            }
                        }
                    };
                }
            });
        }
    }

    static class MendsOddNames extends Broken {
        MendsOddNames() {
            super(files -> new PassingFiles(files) {
                @Override
                public Pending create(String job, String name) throws IOException {
                    return super.create("j" + Integer.toHexString(job.hashCode()), name);
                }
            });
        }
    }
}
