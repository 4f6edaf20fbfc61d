package dev.atr.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses written as numbers. Only the usual spelling is read: no octal, no hex, no left-out parts, no zone. */
final class Literals {
    private static final Pattern V4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int V4_IN_V6 = 12;

    private Literals() {}

    /** Returns the bytes of a literal, 4 or 16, without looking anything up; IPv6 without its brackets. */
    static Optional<byte[]> parse(String text) {
        boolean v6 = V6.matcher(text).matches();
        if (!v6 && !V4.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress();
            return Optional.of(v6 && bytes.length == 4 ? mapped(bytes) : bytes);
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** The JDK reads {@code ::ffff:10.0.0.1} as the IPv4 address in it, which is not what was written. */
    private static byte[] mapped(byte[] v4) {
        byte[] bytes = new byte[16];
        Arrays.fill(bytes, V4_IN_V6 - 2, V4_IN_V6, (byte) 0xff);
        System.arraycopy(v4, 0, bytes, V4_IN_V6, v4.length);
        return bytes;
    }
}
