package dev.atr.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Function;

/**
 * A socket that connects to no address that the rules refuse, whoever looked it up; and to none by way of a SOCKS proxy,
 * which a plain one takes from the system properties.
 */
final class GuardedSocket extends Socket {
    private final Function<InetAddress, Optional<String>> refusal;

    GuardedSocket(Function<InetAddress, Optional<String>> refusal) {
        super(Proxy.NO_PROXY);
        this.refusal = refusal;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress peer) || peer.getAddress() == null) {
            throw new IOException("not an address that was looked up");
        }
        Optional<String> reason = refusal.apply(peer.getAddress());
        if (reason.isPresent()) {
            throw new RefusedAddressException(reason.get());
        }
        super.connect(endpoint, timeout);
    }
}
