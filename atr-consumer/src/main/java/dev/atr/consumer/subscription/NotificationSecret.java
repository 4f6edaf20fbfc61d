package dev.atr.consumer.subscription;

import dev.atr.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a Producer and an endpoint know and nobody else: the Producer is told it with the Subscription, and sends it with
 * each notification as {@code Authorization: Bearer …}. Immutable; masked in {@code toString}.
 */
public final class NotificationSecret {
    private static final String SCHEME = "Bearer ";
    private static final int BYTES = 32;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{22,512}={0,2}");

    private final String value;

    private NotificationSecret(String value) {
        this.value = value;
    }

    /** Returns a new one of 256 random bits. */
    public static NotificationSecret random() {
        return new NotificationSecret(randomText(BYTES));
    }

    /**
     * Returns one that was made elsewhere.
     *
     * @param value 22 to 512 letters, digits and {@code . _ ~ + / -}, as a bearer token is written
     * @throws IllegalArgumentException when it is shorter, longer, or holds something else
     */
    public static NotificationSecret of(String value) {
        if (!TOKEN.matcher(Objects.requireNonNull(value, "value")).matches()) {
            throw new IllegalArgumentException("secret: 22 to 512 letters, digits and . _ ~ + / -");
        }
        return new NotificationSecret(value);
    }

    /** Returns random bytes as text that may stand in addresses and headers. */
    static String randomText(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Returns the secret itself, to be stored where nobody else reads it. */
    public String value() {
        return value;
    }

    /** Returns the line of {@code Subscription.channel.header}. */
    String header() {
        return "Authorization: " + SCHEME + value;
    }

    /** Returns whether a request carries it; takes as long whatever is wrong. */
    boolean isIn(HttpHeaders headers) {
        List<String> sent = headers.all("Authorization");
        byte[] expected = (SCHEME + value).getBytes(StandardCharsets.US_ASCII);
        byte[] given = (sent.size() == 1 ? sent.get(0) : "").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NotificationSecret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.US_ASCII), secret.value.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Returns nothing of it. */
    @Override
    public String toString() {
        return "NotificationSecret[…]";
    }
}
