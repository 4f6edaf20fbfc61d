package dev.atr.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A peer that answers byte by byte as it is told, however wrong that is: one exchange a connection. */
public final class RawServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final Answer answer;

    /** Writes one answer; the connection is closed after it. */
    public interface Answer {
        void write(String request, OutputStream out) throws Exception;
    }

    public RawServer(Answer answer) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
    }

    /** Answers at a socket that is bound already, for example one that speaks TLS. */
    public RawServer(ServerSocket server, Answer answer) {
        this.server = server;
        this.answer = answer;
        Thread acceptor = new Thread(this::accept, "raw-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Returns a server that always gives this answer; a lone line feed in it stands for CR LF. */
    public static RawServer saying(String text) throws IOException {
        return new RawServer((request, out) -> out.write(bytes(text)));
    }

    /** Returns the text as it goes out; an answer also says that the connection closes, or a client might reuse it. */
    public static byte[] bytes(String text) {
        return text.replaceFirst("^(HTTP/1.1 \\d+ [\\w ]+\n)", "$1Connection: close\n")
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the address of a path here. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    /** Waits for the next request and returns it as it came. */
    public String request() throws InterruptedException {
        return requests.take();
    }

    /** Returns the port. */
    public int port() {
        return server.getLocalPort();
    }

    /** Returns how many connections came in. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                synchronized (sockets) {
                    sockets.add(socket);
                }
                Thread worker = new Thread(() -> serve(socket), "raw-server-connection");
                worker.setDaemon(true);
                worker.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String request = read(socket.getInputStream());
            if (request.isEmpty()) {
                return;
            }
            requests.add(request);
            answer.write(request, socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (Exception e) {
            // The client has gone, as several tests want it to.
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        Matcher length = LENGTH.matcher(head);
        byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return head.append(new String(body, StandardCharsets.ISO_8859_1)).toString();
    }
}
