package dev.atr.subscriptions;

import dev.atr.producer.spi.subscription.SubscriptionRefusal;
import dev.atr.producer.spi.subscription.SubscriptionRefusal.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps the values of {@code channel.header} from whoever reads the store: sealed with AES-GCM on the way in, opened only
 * to be sent, masked on the way out. Thread-safe.
 */
final class HeaderSecrets {
    /** What stands in the place of a value that is not shown. */
    static final String MASK = "********";

    /** Bytes of the key: 32. */
    static final int KEY_BYTES = 32;

    private static final String SEALED = "sealed:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    HeaderSecrets(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key has " + KEY_BYTES + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    /** Returns a key that nobody else has, for what need not outlive this process. */
    static byte[] newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /**
     * Returns a header as it is kept; one that is kept already stays as it is.
     *
     * @param header name, colon and value, as sent
     * @param before the headers that are kept so far, for values that come back masked
     * @throws SubscriptionRefusal when the value is masked and there was none of this name
     */
    String seal(String header, List<String> before) {
        String name = name(header);
        String value = value(header);
        if (value.equals(MASK)) {
            return before.stream()
                    .filter(kept -> name(kept).equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new SubscriptionRefusal(
                            Reason.INVALID,
                            "A value that is masked can't be kept: send the value itself.",
                            "Subscription.channel.header"));
        }
        Optional<String> same = before.stream()
                .filter(kept -> name(kept).equals(name) && open(kept).equals(Optional.of(value)))
                .findFirst();
        if (same.isPresent()) {
            return same.get();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, value.getBytes(StandardCharsets.UTF_8), 0);
        byte[] both = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, both, nonce.length, sealed.length);
        return name + ": " + SEALED + Base64.getEncoder().encodeToString(both);
    }

    /**
     * Returns the value of a header that was {@linkplain #seal sealed}; empty when it was sealed with another key, or
     * something else was done to it.
     */
    Optional<String> open(String kept) {
        try {
            byte[] both = Base64.getDecoder().decode(value(kept).substring(SEALED.length()));
            byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
            return Optional.of(
                    new String(crypt(Cipher.DECRYPT_MODE, nonce, both, NONCE_BYTES), StandardCharsets.UTF_8));
        } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Returns a header as it is shown. */
    static String mask(String header) {
        return name(header) + ": " + MASK;
    }

    static String name(String header) {
        return header.substring(0, header.indexOf(':')).strip();
    }

    static String value(String header) {
        return header.substring(header.indexOf(':') + 1).strip();
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] text, int offset) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(text, offset, text.length - offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a header can't be sealed or opened", e);
        }
    }
}
