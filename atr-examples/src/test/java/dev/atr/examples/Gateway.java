package dev.atr.examples;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What stands before several nodes and leads every connection to one of them, byte for byte, unless it is told to break
 * connections.
 */
final class Gateway implements AutoCloseable {
    /** As the driver sends it where it prepares no statements ({@code prepareThreshold=0}). */
    private static final String COMMIT = "COMMIT\0";

    private static final int BUFFER = 64 * 1024;

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger commitsToGo = new AtomicInteger();
    private volatile int target;

    /** Opens a gateway on a port of this machine. */
    Gateway(int port) throws IOException {
        server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** Leads connections to another node from now on; those that are open break. */
    void leadTo(int port) {
        target = port;
        sockets.forEach(Gateway::close);
    }

    /** Leads nowhere until {@link #leadTo} is called again; connections that are open break. */
    void cut() {
        leadTo(0);
    }

    /**
     * Breaks a connection to a database between a commit and its answer.
     *
     * @param commit the number of the commit from now on, counted from 1 over all connections
     */
    void loseAnswerToCommit(int commit) {
        commitsToGo.set(commit);
    }

    /** Returns how many commits there were since {@link #loseAnswerToCommit}, without those before it. */
    int commitsSince(int commit) {
        return commit - commitsToGo.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                threads.execute(() -> lead(client));
            }
        } catch (IOException e) {
            // The gateway was closed.
            return;
        }
    }

    private void lead(Socket client) {
        try {
            Socket node = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(node);
            AtomicBoolean answered = new AtomicBoolean(true);
            threads.execute(() -> pass(node, client, bytes -> answered.get()));
            pass(client, node, bytes -> {
                if (bytes.contains(COMMIT) && commitsToGo.decrementAndGet() == 0) {
                    answered.set(false);
                }
                return true;
            });
        } catch (IOException e) {
            close(client);
        }
    }

    /** Passes bytes on until one of the two ends, or until a piece must not go through. */
    private void pass(Socket from, Socket to, Predicate<String> goesThrough) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!goesThrough.test(new String(buffer, 0, count, StandardCharsets.ISO_8859_1))) {
                    return;
                }
                to.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException e) {
            // Either end is gone, and so is the other in a moment.
            return;
        } finally {
            close(from);
            close(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, closed or not.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        sockets.forEach(Gateway::close);
        threads.shutdown();
    }
}
