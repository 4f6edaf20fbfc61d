package dev.atr.consumer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Answers every request with the same bytes and hangs up: for answers that no HTTP server would give. */
public final class RawPeer implements AutoCloseable {
    private final ServerSocket socket;

    /** Starts on a free port of the loopback address. */
    public RawPeer(String answer) throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> answerAll(answer.getBytes(StandardCharsets.UTF_8)), "raw-peer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns an address on this server. */
    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    private void answerAll(byte[] answer) {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                readHead(connection.getInputStream());
                connection.getOutputStream().write(answer);
                connection.shutdownOutput();
            } catch (IOException e) {
                // The peer hung up, or the test is over.
            }
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int lineFeeds = 0;
        while (lineFeeds < 2) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            if (next == '\n') {
                lineFeeds++;
            } else if (next != '\r') {
                lineFeeds = 0;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
