package dev.atr.http.client;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import java.net.URI;

/**
 * A way out to other hosts. {@code OutgoingClient} is for addresses that the operator chose; addresses that somebody
 * else chose (key sets, notification endpoints) need a guarded implementation.
 *
 * <p>Thread-safe.
 */
public interface Egress {
    /**
     * Sends one request and waits for status and headers.
     *
     * @return the answer, whatever its status; the caller closes it
     * @throws TransportException when no answer came within the limits, or the host has an address that this way out may
     *     not call
     * @throws ProtocolException when a redirect leads further than allowed, to an address that this way out may not
     *     call, or would take a request with a body to another origin
     * @throws IllegalArgumentException when the address is not one that this way out may call: not absolute http or
     *     https, user info in it, or plain http to a host that is not a loopback address
     * @throws InterruptedException when the waiting thread is interrupted
     */
    HttpReply send(HttpCall call) throws InterruptedException;

    /**
     * Judges an address by its text, without looking anything up: for refusing it as early as when it is registered. By
     * default all are good, until they are called.
     *
     * @throws IllegalArgumentException when {@link #send} would refuse it whatever its name stands for; the message holds
     *     nothing of it but its port
     */
    default void check(URI address) {}
}
