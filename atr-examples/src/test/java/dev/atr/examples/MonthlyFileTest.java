package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A payer's month, in four processes on one database: the file of the month is taken in beside the Producer that serves, and
 * the provider's listener hears of it and has its members by an export.
 */
class MonthlyFileTest {
    private static final String LIST = "juniper";
    private static final String HEADER = "member_id,family_name,gender,plan_id,coverage_start,attribution_start\n";

    @TempDir
    private Path folder;

    private String url;

    @BeforeEach
    void findADatabase() throws Exception {
        url = Postgres.freshDatabase();
    }

    @Test
    @Requirement({"ATR-SUB-015", "ATR-SUB-018", "ATR-MDL-019"})
    void theFileOfTheMonthReachesAProviderWhoListens() throws Exception {
        importRoster(1, 20);
        SigningKey key = SigningKey.generate("ES384");
        Path privateKey = owners(Files.writeString(folder.resolve("us.json"), key.jwk()));
        Path publicKey = Files.writeString(folder.resolve("us.public.json"), key.publicJwks());
        try (OpenParts open = new OpenParts()) {
            AtrProcess payer = open.add(start(
                    "serve",
                    "--port",
                    "0",
                    "--data",
                    folder.resolve("payer").toString(),
                    "--client",
                    "us=" + publicKey + ";system/*.read system/*.write",
                    "--allow-loopback-notifications"));
            URI base = URI.create(payer.awaitLine("Producer ready at "));
            String[] us = {"--fhir-url", base.toString(), "--client-id", "us", "--key", privateKey.toString()};
            AtrProcess provider = open.add(run(
                    us,
                    "listen",
                    "--port",
                    "0",
                    "--list",
                    LIST,
                    "--json",
                    "--state",
                    folder.resolve("listen").toString()));
            assertThat(version(provider)).isEqualTo("1");

            importRoster(2, 21);

            assertThat(version(provider)).isEqualTo("2");
            Path export = folder.resolve("export");
            AtrProcess exporting = open.add(
                    run(us, "export", "--list", LIST, "--out", export.toString(), "--type", "Group,Patient,Coverage"));
            assertThat(exporting.exitCode()).as(exporting.messages()).isZero();
            try (var files = Files.list(export)) {
                String group =
                        Files.readString(files.filter(file -> file.toString().endsWith("-Group.ndjson"))
                                .findFirst()
                                .orElseThrow());
                List<JsonValue> members =
                        JsonValue.parse(group.getBytes(StandardCharsets.UTF_8)).items("member");
                assertThat(members).hasSize(20);
                assertThat(group).contains("\"new\"");
            }
            provider.terminate();
            payer.terminate();
        }
    }

    /** Takes in a file in which the members of these numbers are. */
    private void importRoster(int first, int last) throws Exception {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int i = first; i <= last; i++) {
            rows.append("W").append(i).append(",Family,F,PPO,2026-01-01,2026-01-01\n");
        }
        Path roster = Files.writeString(folder.resolve("roster-" + first + ".csv"), rows);
        Path mapping = Files.writeString(folder.resolve("mapping.properties"), """
                value.member_id_system=https://payer.example/ids/member
                list.contract=https://payer.example/contracts|CT-1
                list.npi=1487203592
                list.start=2026-01-01
                list.end=2099-12-31
                payer.name=Cedar Valley Health Plan
                """);
        try (AtrProcess process =
                start("import", "--list", LIST, "--roster", roster.toString(), "--mapping", mapping.toString())) {
            assertThat(process.exitCode()).as(process.messages()).isZero();
        }
    }

    private static String version(AtrProcess listener) throws Exception {
        return listener.awaitLine("{\"list\":\"" + LIST + "\",\"version\":\"").replaceAll("\".*", "");
    }

    /** Starts a command of the payer's, on its database. */
    private AtrProcess start(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--jdbc-url", url, "--db-user", Postgres.USER));
        return AtrProcess.start(
                folder, "128m", Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD), all.toArray(String[]::new));
    }

    /** Starts a command of the provider's. */
    private AtrProcess run(String[] peer, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(peer));
        return AtrProcess.start(folder, "64m", Map.of(), all.toArray(String[]::new));
    }

    private static Path owners(Path file) throws Exception {
        assertThat(file.toFile().setReadable(false, false)).isTrue();
        assertThat(file.toFile().setReadable(true, true)).isTrue();
        return file;
    }
}
