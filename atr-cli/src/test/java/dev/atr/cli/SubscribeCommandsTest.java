package dev.atr.cli;

import static dev.atr.cli.Shell.ready;
import static dev.atr.cli.Shell.run;
import static dev.atr.cli.Shell.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.Shell.Result;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code atr subscribe} and {@code atr listen} beside a real {@code atr serve}. */
class SubscribeCommandsTest {
    private static final String LIST = "juniper-open";

    @TempDir
    private static Path folder;

    private static String key;
    private static ProducerProcess producer;
    private static String base;

    @BeforeAll
    static void serve() throws Exception {
        key = folder.resolve("key.json").toString();
        run("keygen", "--out", key, "--alg", "ES384");
        String publicKey = folder.resolve("key.public.json").toString();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        producer = start(
                out,
                "--data",
                folder.resolve("data").toString(),
                "--sample",
                "small",
                "--allow-loopback-notifications",
                "--client",
                "us=" + publicKey + ";system/*.read system/*.write",
                "--client",
                "reader=" + publicKey + ";system/*.read;" + LIST);
        base = ready(out);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-SUB-001", "ATR-SUB-007", "ATR-SUB-008"})
    void listenPrintsWhatSubscribeAskedFor() throws Exception {
        String secret = folder.resolve("notify.secret").toString();
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        ListenProcess listening = Shell.listen(heard, heard, "--port", "0", "--secret-file", secret);
        try {
            String endpoint = address(heard);
            List<String> words =
                    peer("us", "subscribe", "--list", LIST, "--endpoint", endpoint, "--secret-file", secret);

            Result subscribed = Shell.run(words.toArray(String[]::new));
            assertThat(subscribed.exitCode()).as(subscribed.err()).isZero();
            assertThat(subscribed.out()).matches("Subscription \\S+ is active\\.\n");
            awaitText(heard, "handshake of " + base + "/Subscription/");

            changeTheList();
            changeTheList();
            awaitText(heard, "event 2 of " + base + "/Subscription/");
            assertThat(heard.toString(StandardCharsets.UTF_8)).contains(": " + base + "/Group/" + LIST);

            words.add("--off");
            assertThat(Shell.run(words.toArray(String[]::new)).out()).matches("Subscription \\S+ is off\\.\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(secret))))
                    .isEqualTo("rw-------");
        } finally {
            listening.close();
        }
    }

    @Test
    @Requirement({"ATR-SUB-001", "ATR-SUB-007", "SUBB-026"})
    void listenWatchesAListAndGoesOnWhereItWasStopped() throws Exception {
        String state = folder.resolve("state").toString();
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int port;
        ListenProcess listening = Shell.listen(
                first,
                said,
                peer("us", "--port", "0", "--list", LIST, "--state", state).toArray(String[]::new));
        try {
            awaitText(first, "List " + LIST + " is in version ");
            awaitText(said, "List " + LIST + ": notifications come.");
            port = Integer.parseInt(address(first).replaceAll(".*:([0-9]+)/.*", "$1"));
            int before = lines(first);
            changeTheList();
            await(() -> lines(first) > before);
        } finally {
            listening.close();
        }
        changeTheList();
        String now =
                run(peer("us", "discover", "--json").toArray(String[]::new)).out();
        String version = now.replaceAll("(?s).*\"id\":\"" + LIST + "\",\"version\":\"([^\"]+)\".*", "$1");
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        ListenProcess again = Shell.listen(
                second,
                new ByteArrayOutputStream(),
                peer("us", "--port", Integer.toString(port), "--list", LIST, "--state", state, "--json")
                        .toArray(String[]::new));
        try {
            awaitText(second, "{\"list\":\"" + LIST + "\",\"version\":\"" + version + "\"");
        } finally {
            again.close();
        }
    }

    @Test
    @Requirement("ATR-SUB-007")
    void listenWithSyncPrintsWhoHasLeft() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ListenProcess listening = Shell.listen(
                out,
                new ByteArrayOutputStream(),
                peer(
                                "us",
                                "--port",
                                "0",
                                "--list",
                                LIST,
                                "--state",
                                folder.resolve("synced").toString(),
                                "--sync",
                                "--db",
                                folder.resolve("copy").toString())
                        .toArray(String[]::new));
        try {
            awaitText(out, " members: ");
            String before = out.toString(StandardCharsets.UTF_8);
            assertThat(before)
                    .contains("List " + LIST + " is in version ", "new ")
                    .doesNotContain("dropped ");

            changeTheList();

            awaitText(out, "\ndropped ");
            awaitText(out, ", 1 dropped");
        } finally {
            listening.close();
        }
    }

    @Test
    void whoMayOnlyReadIsToldThatTheListIsLookedAt() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ListenProcess listening = Shell.listen(
                out,
                said,
                peer(
                                "reader",
                                "--port",
                                "0",
                                "--scope",
                                "system/*.read",
                                "--state",
                                folder.resolve("reader").toString())
                        .toArray(String[]::new));
        try {
            awaitText(out, "List " + LIST + " is in version ");
            awaitText(said, "looking at it now and then");
        } finally {
            listening.close();
        }
    }

    @Test
    void whatCantBeIsSaid() {
        run(peer("us", "subscribe", "--list", LIST, "--endpoint", "http://provider.example/notify")
                        .toArray(String[]::new))
                .isRefusal(2, "--endpoint", "https");
        String secret = folder.resolve("other.secret").toString();
        run(peer(
                                "us",
                                "subscribe",
                                "--list",
                                "no-such-list",
                                "--endpoint",
                                "http://127.0.0.1:9/notify",
                                "--secret-file",
                                secret)
                        .toArray(String[]::new))
                .isRefusal(3, "forbidden");
        run(peer("us", "subscribe", "--list", LIST, "--endpoint", "http://127.0.0.1:9/none", "--off")
                        .toArray(String[]::new))
                .isRefusal(2, "no Subscription of ours");
        run("listen", "--port", "70000").isRefusal(2, "--port");
        run("listen", "--address", "http://provider.example/notify").isRefusal(2, "--address", "https");
        run("listen", "--list", LIST).isRefusal(2, "--fhir-url");
        run(peer("us", "listen", "--list", LIST, "--poll", "59").toArray(String[]::new))
                .isRefusal(2, "--poll", "60");
        run(peer("us", "listen", "--list", LIST, "--heartbeat", "40000000").toArray(String[]::new))
                .isRefusal(2, "--heartbeat", "31622400");
        run(peer("us", "listen", "--list", LIST, "--sync").toArray(String[]::new))
                .isRefusal(2, "--db");
    }

    /** Removes one more member, which is a new version. */
    private static void changeTheList() throws Exception {
        String token = run("token", "--fhir-url", base, "--client-id", "us", "--key", key)
                .out()
                .trim();
        String group = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(base + "/Group/" + LIST))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        String patient = JsonValue.parse(group.getBytes(StandardCharsets.UTF_8)).items("member").stream()
                .filter(row -> !row.find("inactive").flatMap(JsonValue::flag).orElse(false))
                .findFirst()
                .flatMap(row -> row.find("entity"))
                .flatMap(entity -> entity.text("reference"))
                .orElseThrow();
        List<String> words = peer("us", "member", "remove", "--list", LIST, "--patient", patient);
        assertThat(run(words.toArray(String[]::new)).exitCode()).isZero();
    }

    private static List<String> peer(String client, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--fhir-url", base, "--client-id", client, "--key", key));
        return all;
    }

    private static String address(ByteArrayOutputStream out) {
        awaitText(out, "Listening at ");
        return out.toString(StandardCharsets.UTF_8).replaceAll("(?s).*Listening at (\\S+).*", "$1");
    }

    private static int lines(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8).split("\n").length;
    }

    private static void awaitText(ByteArrayOutputStream out, String text) {
        await(() -> out.toString(StandardCharsets.UTF_8).contains(text));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("came to pass in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
