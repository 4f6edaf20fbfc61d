package dev.atr.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority and certificates of several qualities, made for the occasion with the JDK's own tool. */
final class Certificates {
    /** The name in every certificate but the one for another host. */
    static final String HOST = "keys.example.com";

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes them in a folder. */
    static Certificates in(Path folder) throws IOException, InterruptedException {
        Certificates made = new Certificates(folder);
        made.keytool("-genkeypair", "ca", "-dname", "CN=Test authority", "-ext", "bc:c");
        made.keytool("-exportcert", "ca", "-file", made.file("ca.cer"));
        made.keytool("-importcert", "trust", "-alias", "ca", "-noprompt", "-file", made.file("ca.cer"));
        made.signed("good", HOST);
        made.signed("expired", HOST, "-startdate", "-3d", "-validity", "1");
        made.signed("otherHost", "other.example.com");
        made.keytool("-genkeypair", "selfSigned", "-dname", "CN=" + HOST, "-ext", "san=dns:" + HOST);
        return made;
    }

    /** Returns the trusted certificates: the authority's. */
    KeyStore trust() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(folder.resolve("trust.p12").toFile(), PASSWORD);
    }

    /** Returns a bound socket that shows a certificate. */
    ServerSocket listen(String name, InetAddress address) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, address);
    }

    private void signed(String name, String host, String... life) throws IOException, InterruptedException {
        keytool("-genkeypair", name, "-dname", "CN=" + host);
        keytool("-certreq", name, "-file", file(name + ".req"));
        List<String> sign = new ArrayList<>(List.of("-ext", "san=dns:" + host));
        sign.addAll(List.of("-infile", file(name + ".req"), "-outfile", file(name + ".cer")));
        sign.addAll(List.of(life));
        keytool("-gencert", "ca", sign.toArray(String[]::new));
        keytool("-importcert", name, "-alias", "ca", "-noprompt", "-file", file("ca.cer"));
        keytool("-importcert", name, "-alias", name, "-noprompt", "-file", file(name + ".cer"));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void keytool(String what, String store, String... more) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), what));
        line.addAll(List.of("-keystore", file(store + ".p12"), "-storepass", new String(PASSWORD)));
        if (!List.of(more).contains("-alias")) {
            line.addAll(List.of("-alias", store));
        }
        if (what.equals("-genkeypair")) {
            line.addAll(List.of("-keyalg", "EC"));
        }
        line.addAll(List.of(more));
        Process keytool = new ProcessBuilder(line).inheritIO().start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
    }
}
