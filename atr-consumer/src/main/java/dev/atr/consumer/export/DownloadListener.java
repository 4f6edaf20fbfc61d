package dev.atr.consumer.export;

/**
 * Told how a download goes on. Called from the threads of the download, {@link #received} from several at once; an
 * exception thrown here ends the download.
 */
public interface DownloadListener {
    /** Listens to nothing. */
    DownloadListener NONE = new DownloadListener() {};

    /**
     * The Producer is still at work.
     *
     * @param progress how far it is, in its own words; at most 100 characters; empty when it does not say
     */
    default void exporting(String progress) {}

    /**
     * The files are known.
     *
     * @param files number of files to fetch, without those that an earlier run has fetched
     */
    default void downloading(int files) {}

    /**
     * Some bytes of a file came. What has to be fetched anew counts anew.
     *
     * @param file the file
     * @param bytes number of bytes since the last call for this file, as they came: compressed where they are
     */
    default void received(ExportFile file, int bytes) {}

    /** A file is complete, checked and in its place. */
    default void finished(DownloadedFile file) {}
}
