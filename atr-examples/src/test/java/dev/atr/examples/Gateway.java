package dev.atr.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What stands before several nodes and leads every connection to one of them, byte for byte. */
final class Gateway implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
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
            threads.execute(() -> pass(node, client));
            pass(client, node);
        } catch (IOException e) {
            close(client);
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
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
