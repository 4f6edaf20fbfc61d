package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code atr serve} can't do is said before there is a ledger, and so before anything is filled. */
class ServeOptionsTest {
    @TempDir
    private static Path folder;

    @TempDir
    private Path work;

    @BeforeAll
    static void prepare() throws Exception {
        Shell.run("keygen", "--out", folder.resolve("key.json").toString(), "--alg", "ES384");
        String privateKey = Files.readString(folder.resolve("key.json"));
        Files.writeString(folder.resolve("private-set.json"), "{\"keys\":[" + privateKey + "]}");
        Files.writeString(folder.resolve("no-set.json"), "{\"hello\":\"world\"}");
        Files.writeString(folder.resolve("no-keystore.p12"), "hello");
        keystore("empty.p12", "");
        keystore("locked.p12", "another password");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isCheckedBeforeThereIsALedger(String what, String words, List<String> options) {
        Path data = work.resolve("data");

        Shell.Result result = Shell.run(Stream.concat(
                        Stream.of("serve", "--data", data.toString()),
                        options.stream().map(option -> option.replace("FOLDER", folder.toString())))
                .toArray(String[]::new));

        result.isRefusal(ExitCode.USAGE, words);
        assertThat(data).doesNotExist();
    }

    static Stream<Arguments> isCheckedBeforeThereIsALedger() {
        return Stream.of(
                wrong("an unknown option", "--see", "--see", "x"),
                wrong("a port that is no number", "--port", "--port", "http"),
                wrong("a port out of range", "0 to 65535", "--port", "65536"),
                wrong(
                        "a port out of range beside a word without effect yet",
                        "0 to 65535",
                        "--allow-loopback-notifications",
                        "--port",
                        "65536"),
                wrong("a word about loading without a load", "go with --load", "--keep-going"),
                wrong("a negative port", "0 to 65535", "--port=-1"),
                wrong("a base that is no address", "--base-url", "--base-url", "payer.example"),
                wrong("a base with blanks", "expected an address", "--base-url", "https://payer example"),
                wrong("a base of another scheme", "--base-url", "--base-url", "ftp://payer.example"),
                wrong("a base with a query", "query", "--base-url", "https://payer.example/?a=b"),
                wrong("a base with user info", "user info", "--base-url", "https://me@payer.example"),
                wrong(
                        "a base in plain http",
                        "plain http is for loopback addresses only; use https",
                        "--base-url",
                        "http://payer.example"),
                wrong("a payer that is no id", "id of an Organization", "--payer", "Organization/payer"),
                wrong("a FHIR version that is none", "--fhir", "--fhir", "r5"),
                wrong("a sample of nobody", "1 to 5000000", "--sample", "0"),
                wrong("a sample that is too large", "1 to 5000000", "--sample", "5000001"),
                wrong("a sample that is no number", "'small'", "--sample", "many"),
                wrong("a file to load that is not there", "nowhere.json does not exist", "--load", "nowhere.json"),
                wrong("another database", "jdbc:postgresql:", "--jdbc-url", "jdbc:mysql://127.0.0.1/atr"),
                wrong("a user without a database", "--jdbc-url", "--db-user", "atr"),
                wrong("a key store that is not there", "does not exist", "--tls-keystore", "FOLDER/none.p12"),
                wrong("a key store that is none", "PKCS #12", "--tls-keystore", "FOLDER/no-keystore.p12"),
                wrong("a key store without key", "private key", "--tls-keystore", "FOLDER/empty.p12"),
                wrong(
                        "a key store with another password",
                        "ATR_TLS_KEYSTORE_PASSWORD",
                        "--tls-keystore",
                        "FOLDER/locked.p12"),
                wrong("a folder for a key store", "is a folder", "--tls-keystore", "FOLDER"),
                wrong("a client without keys", "'='", "--client", "acme"),
                wrong("a client without id", "'='", "--client", "=FOLDER/key.public.json"),
                wrong("a client with an id of two words", "visible", "--client", "a b=FOLDER/key.public.json"),
                wrong("a client with four parts", "one to three parts", "--client", "acme=a;b;c;d"),
                wrong(
                        "a client that is there twice",
                        "acme is there twice",
                        "--client",
                        "acme=FOLDER/key.public.json",
                        "--client",
                        "acme=FOLDER/key.public.json;;list-1"),
                wrong(
                        "a scope that is misspelled beside a good one",
                        "system/*.reed",
                        "--client",
                        "acme=FOLDER/key.public.json;system/*.read system/*.reed"),
                wrong("a list id that is none", "list id", "--client", "acme=FOLDER/key.public.json;;../etc"),
                wrong("keys that are not there", "does not exist", "--client", "acme=FOLDER/none.json"),
                wrong("a folder for keys", "is a folder", "--client", "acme=FOLDER"),
                wrong("keys that are none", "no-set.json can't be used", "--client", "acme=FOLDER/no-set.json"),
                wrong("a private key", "stays with the client", "--client", "acme=FOLDER/key.json"),
                wrong("a set of private keys", "holds private keys", "--client", "acme=FOLDER/private-set.json"),
                wrong(
                        "keys in the local network",
                        "a name of the local network",
                        "--client",
                        "acme=https://keys.acme.internal/jwks.json"),
                wrong("keys at a number", "not an IP address", "--client", "acme=https://10.0.0.1/jwks.json"),
                wrong(
                        "keys at a database's port",
                        "port 9200 is not one that may be called",
                        "--client",
                        "acme=https://keys.acme.example:9200/jwks.json"),
                wrong(
                        "keys over plain http",
                        "plain http is for loopback addresses only; use https",
                        "--client",
                        "acme=http://acme.example/jwks.json"),
                wrong("keys at no address", "is no address", "--client", "acme=https://acme example/"));
    }

    @Test
    void saysThatDataIsAFile() throws IOException {
        Path data = Files.writeString(work.resolve("data"), "mine");

        Shell.Result result = Shell.run("serve", "--port", "0", "--data", data.toString());

        result.isRefusal(ExitCode.USAGE, "is a file; name a folder");
        assertThat(data).hasContent("mine");
    }

    @Test
    void saysThatThePortIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path data = work.resolve("data");

            Shell.Result result =
                    Shell.run("serve", "--port", Integer.toString(taken.getLocalPort()), "--data", data.toString());

            result.isRefusal(ExitCode.USAGE, "in use");
            assertThat(data).doesNotExist();
        }
    }

    private static Arguments wrong(String what, String words, String... options) {
        return Arguments.of(what, words, List.of(options));
    }

    private static void keystore(String name, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            store.store(out, password.toCharArray());
        }
    }
}
