package dev.atr.consumer.check;

import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A way out that looks on while tokens are fetched, and on demand spoils the signature of what is sent for one. Keeps the
 * last such exchange, for the time of a check. Thread-safe.
 */
final class WatchedEgress implements Egress {
    private static final Pattern ASSERTION =
            Pattern.compile("client_assertion=([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.)([A-Za-z0-9_-]+)");

    private final Egress egress;
    private volatile boolean spoiling;
    private volatile @Nullable Exchange last;

    /** A request for a token and the answer. */
    record Exchange(HttpCall call, Answer answer) {
        /** Returns nothing of either. */
        @Override
        public String toString() {
            return "Exchange[" + answer.status() + "]";
        }
    }

    WatchedEgress(Egress egress) {
        this.egress = egress;
    }

    @Override
    public HttpReply send(HttpCall call) throws InterruptedException {
        if (!isForToken(call)) {
            return egress.send(call);
        }
        HttpCall sent = spoiling ? spoiled(call) : call;
        HttpReply reply = egress.send(sent);
        URI from = reply.uri();
        Answer answer = Answer.of(reply);
        last = new Exchange(sent, answer);
        return new HttpReply(answer.status(), answer.headers(), from, new ByteArrayInputStream(answer.body()), true);
    }

    @Override
    public void check(URI address) {
        egress.check(address);
    }

    /** From now on the signatures of requests for tokens are spoiled, or are not. */
    void spoil(boolean value) {
        spoiling = value;
    }

    /** Returns the last exchange; null before the first one. */
    @Nullable
    Exchange last() {
        return last;
    }

    /** Returns whether a request says who we are by a signature. */
    static boolean isSigned(HttpCall call) {
        return ASSERTION.matcher(text(call)).find();
    }

    private static boolean isForToken(HttpCall call) {
        return call.method().equals("POST") && text(call).contains("grant_type=client_credentials");
    }

    /** Changes a letter in the middle: the last one may carry bits that don't count. */
    private static HttpCall spoiled(HttpCall call) {
        String form = text(call);
        Matcher assertion = ASSERTION.matcher(form);
        if (!assertion.find()) {
            return call;
        }
        int middle = assertion.start(2) + assertion.group(2).length() / 2;
        char other = form.charAt(middle) == 'A' ? 'B' : 'A';
        String spoiled = form.substring(0, middle) + other + form.substring(middle + 1);
        return new HttpCall(
                call.method(),
                call.uri(),
                call.headers(),
                spoiled.getBytes(StandardCharsets.US_ASCII),
                call.redirects(),
                call.limits());
    }

    private static String text(HttpCall call) {
        return new String(call.body(), StandardCharsets.US_ASCII);
    }
}
