package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.ExportOption;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.OutputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of one resource type, numbered from 1. A file ends with the line that brings it to its size; the next line
 * begins the next one, so that the same lines are always cut at the same places. For one thread.
 */
final class FileSeries extends LineStream {
    private final ExportJob job;
    private final String stem;
    private final ResourceType type;
    private final OutputFile.Kind kind;
    private final ExportContext context;
    private final List<OutputFile> written = new ArrayList<>();
    private @Nullable StoredFile file;
    private long lines;

    /**
     * Creates a series; there is no file before there is a line.
     *
     * @param job the job as it began this attempt
     * @param stem what the names of the files have in common
     * @param type the resource type of the lines
     * @param kind where the manifest lists the files
     * @param context what all parts of an export share
     */
    FileSeries(ExportJob job, String stem, ResourceType type, OutputFile.Kind kind, ExportContext context) {
        this.job = job;
        this.stem = stem;
        this.type = type;
        this.kind = kind;
        this.context = context;
    }

    @Override
    public void write(int b) throws IOException {
        file().write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        file().write(bytes, offset, count);
    }

    @Override
    public void endLine() throws IOException {
        StoredFile current = file();
        current.write('\n');
        lines++;
        if (current.length() >= context.fileBytes()) {
            endFile(current);
        }
    }

    /**
     * Makes the last file durable, as the ones before it are.
     *
     * @return the files; none without a line, unless the Producer was told otherwise (C-16)
     */
    List<OutputFile> finish() throws IOException {
        boolean needed = kind == OutputFile.Kind.OUTPUT && context.has(ExportOption.EMPTY_FILES);
        if (file != null || (needed && written.isEmpty())) {
            endFile(file());
        }
        return List.copyOf(written);
    }

    private StoredFile file() throws IOException {
        StoredFile current = file;
        if (current == null) {
            String name = AttemptFiles.name(job.attempt(), stem, written.size() + 1);
            current = StoredFile.create(context.files(), job.id(), name, !context.has(ExportOption.NO_GZIP));
            file = current;
        }
        return current;
    }

    private void endFile(StoredFile ended) throws IOException {
        written.add(ended.publish(type, kind, lines));
        ended.close();
        file = null;
        lines = 0;
    }

    /** Forgets a file that was not finished. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
