package dev.atr.auth.internal;

import dev.atr.auth.Signer;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A JSON Web Token in compact form, taken apart and not yet believed.
 *
 * @param header the protected header
 * @param claims the payload
 * @param signedPart the bytes under the signature
 * @param signature the signature
 */
public record CompactJws(JsonObject header, JsonObject claims, byte[] signedPart, byte[] signature) {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /**
     * Takes a token apart. Each part must be base64url in its only canonical form.
     *
     * @throws InvalidContentException when the text is not such a token; the message holds none of it
     */
    public static CompactJws parse(String compact) {
        String[] parts = compact.split("\\.", 4);
        if (parts.length != 3) {
            throw new InvalidContentException("not a token of three parts");
        }
        return new CompactJws(
                JsonValue.parseObject(decode(parts[0])),
                JsonValue.parseObject(decode(parts[1])),
                (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                decode(parts[2]));
    }

    /** Returns a token signed by the signer; the header is written as given. */
    public static String sign(Signer signer, JsonObject header, JsonObject claims) {
        String signedPart = encode(header.toBytes()) + "." + encode(claims.toBytes());
        return signedPart + "." + encode(signer.sign(signedPart.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    private static byte[] decode(String part) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw new InvalidContentException("not base64url");
        }
        // The JDK also takes padding and stray last bits; then one token would have many spellings.
        if (!encode(bytes).equals(part)) {
            throw new InvalidContentException("not canonical base64url");
        }
        return bytes;
    }

    /** Returns nothing of the content. */
    @Override
    public String toString() {
        return "CompactJws";
    }
}
