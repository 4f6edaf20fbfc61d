package dev.atr.consumer.export;

import dev.atr.consumer.export.DownloadedFile.Proof;
import dev.atr.core.error.TransportException;
import dev.atr.core.file.NewFile;
import dev.atr.http.client.ContentCoding;
import dev.atr.http.client.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one file. What comes is stored as it comes, gzip as gzip, so that a transfer that was broken off can go on at the
 * byte that it had reached; it is decoded and checked when all of it is there. For one thread.
 */
final class FileTransfer {
    /** So many bytes are forced to disk together; after a restart no more than these are fetched again. */
    static final long FORCED_BYTES = 8 << 20;

    private static final int BUFFER_BYTES = 128 * 1024;

    private final FileSource files;
    private final DownloadFolder folder;
    private final DownloadListener listener;
    private final PartialFiles journal;
    private final ExportFile file;
    private final String name;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long farthest;
    private boolean begun;

    /**
     * Creates the transfer.
     *
     * @param journal knows how far an earlier one has come
     * @param number the file's in the manifest
     */
    FileTransfer(
            FileSource files,
            DownloadFolder folder,
            DownloadListener listener,
            PartialFiles journal,
            int number,
            ExportFile file) {
        this.files = files;
        this.folder = folder;
        this.listener = listener;
        this.journal = journal;
        this.file = file;
        this.name = DownloadFolder.fileName(number, file.type());
    }

    /** Returns the largest number of bytes that were there at once of what is sent. */
    long farthest() {
        return farthest;
    }

    /**
     * Fetches what is missing.
     *
     * @return the file, in its place
     * @throws TransportException when the transfer breaks off, or what came is not what the Producer says; the next call
     *     goes on, or begins anew
     */
    DownloadedFile run() throws IOException, InterruptedException {
        PartialFile open = journal.find(name).orElse(null);
        long from = open == null ? 0 : reached(open);
        FileReply reply = null;
        if (open != null && from > 0) {
            reply = files.fetchRest(file, open, from).orElse(null);
        }
        if (reply == null) {
            reply = files.fetch(file);
        }
        boolean rest = reply.reply().status() == 206;
        try (FileReply sent = reply;
                NewFile stored = begin(sent, rest && open != null ? open : null, from)) {
            receive(sent, stored, rest ? from : 0);
            // Whatever is wrong with it now will not be mended by going on
            stored.discard();
            return checked(sent, stored);
        }
    }

    private long reached(PartialFile open) throws IOException {
        long stored = folder.unfinished(open.storedName());
        if (begun) {
            return stored;
        }
        // Of an earlier process: what was not forced to disk may not be what was written
        return Math.max(0, stored - FORCED_BYTES);
    }

    private NewFile begin(FileReply reply, @Nullable PartialFile open, long from) throws IOException {
        begun = true;
        if (open != null) {
            return folder.reopen(open.storedName(), from);
        }
        NewFile stored = folder.create(PartialFile.storedName(name, reply.gzip()));
        PartialFile next = reply.open(name);
        journal.begun(name, next);
        if (next != null) {
            stored.keep();
        }
        return stored;
    }

    private void receive(FileReply reply, NewFile stored, long from) throws IOException {
        InputStream in = reply.reply().body();
        long bytes = from;
        long notForced = 0;
        int count = read(in);
        while (count >= 0) {
            stored.write(ByteBuffer.wrap(buffer, 0, count));
            bytes += count;
            farthest = Math.max(farthest, bytes);
            notForced += count;
            if (notForced >= FORCED_BYTES) {
                stored.force();
                notForced = 0;
            }
            listener.received(file, count);
            count = read(in);
        }
        if (reply.total() != null && bytes != reply.total()) {
            throw new TransportException(what() + ": the transfer broke off", null);
        }
    }

    /** Reads from the Producer; told apart from a failure to write, which is the folder's. */
    private int read(InputStream in) {
        try {
            return in.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            throw new TransportException(what() + ": the transfer broke off", e);
        }
    }

    /** Reads the whole file once more, decodes it where it is gzip, and gives it its name when it is what was offered. */
    private DownloadedFile checked(FileReply reply, NewFile stored) throws IOException {
        MessageDigest digest = sha256();
        MessageDigest digestOfGzip = sha256();
        LineCounter counter = new LineCounter();
        long bytes = 0;
        try (InputStream in = decoded(reply, stored.unfinished(), digestOfGzip);
                NewFile whole = reply.gzip() ? folder.create(name) : stored) {
            int count = readStored(in, reply.gzip());
            while (count >= 0) {
                if (reply.gzip()) {
                    whole.write(ByteBuffer.wrap(buffer, 0, count));
                }
                digest.update(buffer, 0, count);
                counter.add(buffer, count);
                bytes += count;
                count = readStored(in, reply.gzip());
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            String sent = reply.gzip() ? HexFormat.of().formatHex(digestOfGzip.digest()) : sha256;
            checkLength(bytes, Files.size(stored.unfinished()));
            checkDigests(reply, sha256, sent);
            CountCheck.check(file, counter.lines());
            return new DownloadedFile(
                    file.kind(), file.type(), whole.finish(), counter.lines(), bytes, sha256, proof(reply));
        }
    }

    private static InputStream decoded(FileReply reply, Path stored, MessageDigest digestOfGzip) throws IOException {
        InputStream raw = Files.newInputStream(stored);
        return reply.gzip()
                ? ContentCoding.gunzip(new DigestInputStream(raw, digestOfGzip), HttpCall.Limits.FILE.maxBytes())
                : raw;
    }

    private int readStored(InputStream in, boolean gzip) throws IOException {
        try {
            return in.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            if (gzip) {
                throw new TransportException(what() + ": what came can't be decoded", e);
            }
            throw e;
        }
    }

    /** Some mean the length of what they send by the length of a file. */
    private void checkLength(long bytes, long sent) {
        if (file.bytes() != null && file.bytes() != bytes && file.bytes() != sent) {
            throw new TransportException(
                    what() + ": expected " + file.bytes() + " bytes by the manifest, got " + bytes, null);
        }
    }

    private void checkDigests(FileReply reply, String sha256, String sent) {
        boolean asInManifest = file.sha256() == null || file.sha256().equals(sha256);
        // A gateway that compresses may leave the digest of what it was given
        boolean asInHeader = reply.digest() == null
                || reply.digest().equals(sent)
                || reply.digest().equals(sha256);
        if (!asInManifest || !asInHeader) {
            throw new TransportException(
                    what() + ": what came has another digest than the "
                            + (asInManifest ? "Producer's answer" : "manifest") + " says",
                    null);
        }
    }

    private Proof proof(FileReply reply) {
        if (file.sha256() != null || reply.digest() != null) {
            return Proof.DIGEST;
        }
        return file.count() == null ? Proof.LENGTH : Proof.COUNT;
    }

    private String what() {
        return "file of " + file.type();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Remembers, also when the process is killed, with what a transfer can go on. Thread-safe. */
    interface PartialFiles {
        Optional<PartialFile> find(String name);

        /**
         * A transfer begins anew.
         *
         * @param open what it can go on with later; absent when it can't
         */
        void begun(String name, @Nullable PartialFile open) throws IOException;
    }
}
