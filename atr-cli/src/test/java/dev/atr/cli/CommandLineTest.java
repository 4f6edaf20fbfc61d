package dev.atr.cli;

import static dev.atr.cli.Shell.ready;
import static dev.atr.cli.Shell.run;
import static dev.atr.cli.Shell.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.Shell.Result;
import dev.atr.core.Release;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real command against the real Producer, given what it can't use: it says so in a sentence, ends with the exit code
 * that the help names, and leaves nothing half-written behind.
 */
class CommandLineTest {
    @TempDir
    private static Path folder;

    private static Path key;
    private static Path wrongKey;
    private static ProducerProcess producer;
    private static String base;

    @TempDir
    private Path work;

    @BeforeAll
    static void serve() throws Exception {
        key = folder.resolve("key.json");
        wrongKey = folder.resolve("wrong.json");
        run("keygen", "--out", key.toString(), "--alg", "ES384");
        run("keygen", "--out", wrongKey.toString(), "--alg", "ES384");
        String publicKey = folder.resolve("key.public.json").toString();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        producer = start(
                out,
                "--data",
                folder.resolve("data").toString(),
                "--sample",
                "small",
                "--client",
                "us=" + publicKey,
                "--client",
                "narrow=" + publicKey + ";;lakeside-draft");
        base = ready(out);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesInASentence(String what, int exitCode, String words, List<String> command) throws IOException {
        Result result = run(real(command));

        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        assertThat(result.err()).contains(words);
        result.showsNoTrace();
        assertThat(out()).doesNotExist();
    }

    static Stream<Arguments> refusesInASentence() throws IOException {
        return Stream.of(
                Arguments.of("no subcommand", 2, "Say what to do", List.of()),
                Arguments.of("an unknown option", 2, "--lst", export("us", "KEY", "--lst", "juniper-open")),
                Arguments.of("two lists", 2, "mutually exclusive", export("us", "KEY", "--list", "a", "--npi", "1")),
                Arguments.of(
                        "an address that is none",
                        2,
                        "--fhir-url",
                        List.of("token", "--fhir-url", "my payer", "--client-id", "us", "--key", "KEY")),
                Arguments.of(
                        "a public key for a private one",
                        2,
                        "no usable private key",
                        List.of("token", "--fhir-url", "BASE", "--client-id", "us", "--key", "PUBLIC")),
                Arguments.of("no list at all", 2, "--list", export("us", "KEY")),
                Arguments.of("a list id that is none", 2, "--list", export("us", "KEY", "--list", "../etc")),
                Arguments.of("an NPI that is empty", 2, "--npi is empty", export("us", "KEY", "--npi", "")),
                Arguments.of("a tax number that is empty", 2, "--tin is empty", export("us", "KEY", "--tin", " ")),
                Arguments.of("a name that is empty", 2, "--name is empty", export("us", "KEY", "--name", "")),
                Arguments.of("an unknown list", 3, "404", export("us", "KEY", "--list", "no-such-list")),
                Arguments.of("a foreign list", 3, "404", export("narrow", "KEY", "--list", "juniper-open")),
                Arguments.of("an unknown client", 3, "token", export("nobody", "KEY", "--list", "juniper-open")),
                Arguments.of(
                        "a wrong key", 3, "this key's public half", export("us", "WRONG", "--list", "juniper-open")),
                Arguments.of(
                        "an unknown type",
                        3,
                        "resource types served",
                        export("us", "KEY", "--list", "juniper-open", "--type", "Group,Patient,Coverage,Nonsense")),
                Arguments.of(
                        "a type that the export needs",
                        2,
                        "Coverage",
                        export("us", "KEY", "--list", "juniper-open", "--type", "Group,Patient")),
                Arguments.of(
                        "a time that is none",
                        2,
                        "--since",
                        export("us", "KEY", "--list", "juniper-open", "--since", "yesterday")),
                Arguments.of(
                        "a time of the end that is none",
                        2,
                        "--until takes an instant",
                        export("us", "KEY", "--list", "juniper-open", "--until", "2026-01-31")),
                Arguments.of(
                        "an end before the beginning",
                        2,
                        "--until must not be before --since",
                        export(
                                "us",
                                "KEY",
                                "--list",
                                "juniper-open",
                                "--since",
                                "2026-02-01T00:00:00Z",
                                "--until",
                                "2026-01-31T00:00:00Z")),
                Arguments.of(
                        "an element that is none",
                        2,
                        "--elements takes names",
                        export("us", "KEY", "--list", "juniper-open", "--elements", "Patient.name.family")),
                Arguments.of(
                        "a filter that is none",
                        2,
                        "--type-filter takes queries",
                        export("us", "KEY", "--list", "juniper-open", "--type-filter", "Patient?_sort=name")),
                Arguments.of(
                        "a filter that is not served",
                        3,
                        "can be filtered by: _id, gender",
                        export("us", "KEY", "--list", "juniper-open", "--type-filter", "Patient?family=Doe")),
                Arguments.of("an NPI that is none", 2, "--npi takes an NPI", export("us", "KEY", "--npi", "123")),
                Arguments.of("an npi without lists", 5, "no list", export("us", "KEY", "--npi", "1000000004")),
                Arguments.of(
                        "a peer that is not there",
                        4,
                        "127.0.0.1",
                        List.of(
                                "export",
                                "--fhir-url",
                                "http://127.0.0.1:" + freePort() + "/r4",
                                "--client-id",
                                "us",
                                "--key",
                                "KEY",
                                "--list",
                                "juniper-open",
                                "--out",
                                "OUT")),
                Arguments.of(
                        "plain http to another machine",
                        2,
                        "https",
                        List.of(
                                "discover",
                                "--fhir-url",
                                "http://payer.example/r4",
                                "--client-id",
                                "us",
                                "--key",
                                "KEY")),
                Arguments.of(
                        "a key file that is not there",
                        2,
                        "does not exist",
                        List.of("token", "--fhir-url", "BASE", "--client-id", "us", "--key", "no-such-key.json")));
    }

    @Test
    @Requirement({"ATR-SEC-012", "ATR-DISC-011"})
    void saysTheSameOfAForeignListAsOfOneThatIsNotThere() {
        Result foreign = run(real(export("narrow", "KEY", "--list", "juniper-open")));
        Result unknown = run(real(export("narrow", "KEY", "--list", "no-such-list")));

        assertThat(foreign.err().replace("juniper-open", "LIST"))
                .isEqualTo(unknown.err().replace("no-such-list", "LIST"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Group",
                "/Group/juniper-open",
                "/Group/no-such-list",
                "/Group/juniper-open/$davinci-data-export",
                "/Patient/any",
                "/no-such-route"
            })
    @Requirement({"ATR-SEC-008", "ATR-EXP-020"})
    void asksForATokenOnEveryRouteThatIsNotPublic(String route) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(base + route)).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Bearer"));
        assertThat(answer.body()).contains("OperationOutcome").doesNotContain("Exception");
    }

    @Test
    void refusesToLoadBrokenJsonAndNamesTheLine() throws IOException {
        Path broken = Files.writeString(
                work.resolve("broken.json"), "{\n  \"resourceType\": \"Patient\",\n  \"id\": oops\n}\n");

        Result result =
                run("serve", "--port", "0", "--data", work.resolve("data").toString(), "--load", broken.toString());

        assertThat(result.exitCode()).isEqualTo(ExitCode.DATA);
        assertThat(result.err()).contains("broken.json").contains("line 3");
        result.showsNoTrace();
    }

    @Test
    void saysWhatStaysInTheStoreWhenALaterFileIsRefused() throws IOException {
        Path sound = Files.writeString(
                work.resolve("sound.json"),
                "{\"resourceType\": \"Organization\", \"id\": \"payer\", \"active\": true, \"name\": \"Payer\"}");
        Path broken = Files.writeString(work.resolve("broken.json"), "{\"resourceType\": \"Patient\", oops");

        Result result = run(
                "serve",
                "--data",
                work.resolve("data").toString(),
                "--port",
                "0",
                "--load",
                broken.toString(),
                "--load",
                sound.toString());

        result.isRefusal(ExitCode.DATA, "What was loaded stays there: " + sound);
    }

    @Test
    void namesEveryFileThatBreaksRules() throws IOException {
        Path files = Files.createDirectory(work.resolve("files"));
        Files.writeString(files.resolve("one.json"), "{\"resourceType\": \"Patient\", oops");
        Files.writeString(files.resolve("two.json"), "{\"resourceType\": \"Patient\"}");

        Result result =
                run("serve", "--data", work.resolve("data").toString(), "--port", "0", "--load", files.toString());

        result.isRefusal(ExitCode.DATA, "one.json", "two.json", "2 files to load break rules");
    }

    @Test
    void printsTheTokenWithItsEndAndScopesAsJson() throws IOException {
        Result result =
                run(real(List.of("token", "--fhir-url", "BASE", "--client-id", "us", "--key", "KEY", "--json")));

        JsonValue json = JsonValue.parse(result.out().getBytes(StandardCharsets.UTF_8));
        assertThat(json.text("access_token").orElseThrow()).isNotEmpty();
        assertThat(json.text("token_type")).contains("bearer");
        assertThat(Instant.parse(json.text("expires_at").orElseThrow())).isAfter(Instant.now());
        assertThat(json.text("scope").orElseThrow()).contains("system/");
    }

    @Test
    void saysAsJsonWhereItServesWhat() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        try (ProducerProcess started = start(
                out, "--data", work.resolve("data").toString(), "--sample", "small", "--fhir", "both", "--json")) {
            JsonValue json = JsonValue.parse(out.toByteArray());

            assertThat(started).isNotNull();
            assertThat(json.text("ready").orElseThrow()).endsWith("/r4");
            assertThat(json.items("bases")).hasSize(2);
            assertThat(json.find("pid").flatMap(JsonValue::number))
                    .contains(ProcessHandle.current().pid());
            assertThat(json.items("lists")).contains(JsonValue.of("juniper-open"));
        }
    }

    @Test
    void narrowsAnExport() throws IOException {
        Result result = run(real(export(
                "us",
                "KEY",
                "--list",
                "juniper-open",
                "--type-filter",
                "Patient?gender=female",
                "--elements",
                "birthDate",
                "--until",
                Instant.now().toString())));

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.DONE);
        try (Stream<Path> files = Files.list(out())) {
            Path patients = files.filter(file -> file.toString().endsWith("-Patient.ndjson"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readAllLines(patients))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("\"gender\":\"female\"")
                            && line.contains("\"SUBSETTED\"")
                            && line.contains("\"birthDate\"")
                            && !line.contains("\"address\""));
        }
    }

    @Test
    void servesWithoutTheBrokenFileWhenToldToKeepGoing() throws Exception {
        Path files = Files.createDirectory(work.resolve("files"));
        Files.writeString(files.resolve("broken.json"), "{\"resourceType\": \"Patient\", oops");
        Files.writeString(
                files.resolve("sound.json"),
                "{\"resourceType\": \"Organization\", \"id\": \"payer\", \"active\": true, \"name\": \"Payer\"}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        try (ProducerProcess started =
                start(out, "--data", work.resolve("data").toString(), "--load", files.toString(), "--keep-going")) {
            HttpResponse<String> metadata = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(ready(out) + "/metadata"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(started).isNotNull();
            assertThat(metadata.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void doesNotWriteIntoAFolderThatHoldsSomethingElse() throws IOException {
        Path precious = Files.createDirectories(out()).resolve("precious.txt");
        Files.writeString(precious, "mine");

        Result result = run(real(export("us", "KEY", "--list", "juniper-open")));

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(out().toFile().list()).containsExactly("precious.txt");
        assertThat(precious).hasContent("mine");
    }

    @Test
    void exportsTheListThatTheNpiNames() throws IOException {
        Result found =
                run(real(List.of("discover", "--fhir-url", "BASE", "--client-id", "us", "--key", "KEY", "--json")));
        String npi = found.out()
                .replaceAll("(?s).*?\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"(\\d+)\".*", "$1");

        Result exported = run(real(export("us", "KEY", "--npi", npi)));

        assertThat(exported.exitCode()).as(exported.err()).isEqualTo(ExitCode.DONE);
        try (Stream<Path> files = Files.list(out())) {
            assertThat(files).anySatisfy(file -> assertThat(file.toString()).endsWith("-Group.ndjson"));
        }
    }

    @Test
    @Requirement("SMART-016")
    void startsNothingWithAKeyThatOthersMayRead() throws IOException {
        Path shared = sharedKey();

        Result refused =
                run(real(List.of("token", "--fhir-url", "BASE", "--client-id", "us", "--key", shared.toString())));

        refused.isRefusal(ExitCode.USAGE, "chmod 600 " + shared);
    }

    @Test
    void takesAKeyThatOthersMayReadWhenToldTo() throws IOException {
        Path shared = sharedKey();

        Result token = run(real(List.of(
                "token", "--fhir-url", "BASE", "--client-id", "us", "--key", shared.toString(), "--allow-shared-key")));

        assertThat(token.exitCode()).as(token.err()).isEqualTo(ExitCode.DONE);
    }

    private Path sharedKey() throws IOException {
        Assumptions.assumeTrue(
                work.getFileSystem().supportedFileAttributeViews().contains("posix"), "no owners on this file system");
        Path shared = Files.copy(key, work.resolve("shared.json"));
        return Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-r-----"));
    }

    @ParameterizedTest
    @MethodSource
    void speaksPlainHttpToThisMachineOnly(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--fhir-url", "http://payer.example/r4", "--client-id", "us", "--key", "KEY"));

        Result result = run(real(words));

        result.isRefusal(ExitCode.USAGE, "plain http is for loopback addresses only; use https");
        assertThat(out()).doesNotExist();
    }

    static Stream<List<String>> speaksPlainHttpToThisMachineOnly() {
        return Stream.of(
                List.of("discover"), List.of("token"), List.of("export", "--list", "juniper-open", "--out", "OUT"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-list", "../etc"})
    void takesTheCorrectedCallAfterOneThatWasRefused(String wrong) {
        assertThat(run(real(export("us", "KEY", "--list", wrong))).exitCode()).isNotEqualTo(ExitCode.DONE);

        Result result = run(real(export("us", "KEY", "--list", "lakeside-draft")));

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void saysThatTheFolderHoldsAnotherExport() {
        run(real(export("us", "KEY", "--list", "lakeside-draft")));

        Result result = run(real(export("us", "KEY", "--list", "juniper-open")));

        result.isRefusal(ExitCode.USAGE, "--out " + out() + ": holds the export of another request; choose another.");
    }

    @Test
    void saysThatTheFolderHoldsAnExportWithOtherParameters() {
        run(real(export("us", "KEY", "--list", "lakeside-draft")));

        Result result = run(real(export("us", "KEY", "--list", "lakeside-draft", "--elements", "name")));

        result.isRefusal(ExitCode.USAGE, "--out " + out() + ": holds the export of another request; choose another.");
    }

    @Test
    void namesTheListOfAClientThatIsNotThere() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        start(
                        new ByteArrayOutputStream(),
                        err,
                        "--data",
                        work.resolve("data").toString(),
                        "--client",
                        "acme=" + folder.resolve("key.public.json") + ";;list-1")
                .close();

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("acme may see list list-1");
    }

    @Test
    void eachCommandNamesItsVersionAndHelps() {
        for (String command : List.of("serve", "keygen", "token", "discover", "export")) {
            assertThat(run(command, "--version").out().strip()).isEqualTo("atr " + Release.version());
            assertThat(run(command, "--help").out()).contains("Usage: atr " + command, "--json");
        }
        assertThat(run("--version").out().strip()).isEqualTo("atr " + Release.version());
    }

    private static List<String> export(String client, String keyFile, String... more) {
        List<String> words = new ArrayList<>(
                List.of("export", "--fhir-url", "BASE", "--client-id", client, "--key", keyFile, "--out", "OUT"));
        words.addAll(List.of(more));
        return words;
    }

    private String[] real(List<String> words) {
        return words.stream()
                .map(word -> switch (word) {
                    case "BASE" -> base;
                    case "KEY" -> key.toString();
                    case "PUBLIC" -> folder.resolve("key.public.json").toString();
                    case "WRONG" -> wrongKey.toString();
                    case "OUT" -> out().toString();
                    default -> word;
                })
                .toArray(String[]::new);
    }

    private Path out() {
        return work.resolve("out");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
