package dev.atr.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopesTest {
    private static final List<String> TYPES = List.of("*", "Group", "Patient", "Coverage", "Location");
    private static final List<String> PERMISSIONS =
            List.of("read", "write", "*", "c", "r", "u", "d", "s", "rs", "cud", "cruds", "cu", "ds", "crs");

    @ParameterizedTest(name = "T82 {0} = {1}")
    @CsvSource({
        "system/Patient.read, system/Patient.rs",
        "system/Patient.write, system/Patient.cud",
        "system/Patient.*, system/Patient.cruds",
        "system/*.read, system/*.rs",
        "system/*.write, system/*.cud",
        "system/*.*, system/*.cruds",
        "system/Group.read system/Group.write, system/Group.*",
        "system/Group.r system/Group.s, system/Group.read",
    })
    @Requirement({"SMART-038", "SMART-039"})
    void bothSyntaxesMeanTheSame(String v1, String v2) {
        assertThat(Scopes.parse(v1)).isEqualTo(Scopes.parse(v2));
    }

    @ParameterizedTest(name = "T81 [{0}]")
    @ValueSource(
            strings = {
                "",
                " ",
                "launch",
                "openid",
                "offline_access",
                "user/Patient.read",
                "patient/Patient.rs",
                "System/Patient.read",
                "system/Patient.",
                "system/Patient",
                "system/.read",
                "system/patient.read",
                "system/Patient.xyz",
                "system/Patient.READ",
                "system/Patient.sr",
                "system/Patient.dus",
                "system/Patient.rr",
                "system/Patient.rs?category=x",
                "system/Patient.read?",
                "system/Patient.read\tsystem/Group.read",
                "system/Pat ient.read",
                "system/**.read",
                "/system/Patient.read",
            })
    @Requirement({"SMART-039", "SMART-040"})
    void unknownScopesGrantNothing(String text) {
        assertThat(Scopes.parse(text).isEmpty()).isTrue();
    }

    @Test
    void unknownScopesDoNotSpoilTheOthers() {
        Scopes scopes = Scopes.parse("launch  system/Patient.sr system/Group.rs user/Group.cruds");

        assertThat(scopes.text()).isEqualTo("system/Group.rs");
    }

    @Test
    void whatTheWildcardGrantsIsNotRepeated() {
        assertThat(Scopes.parse("system/Patient.rs system/*.read system/Group.crs")
                        .text())
                .isEqualTo("system/*.rs system/Group.c");
    }

    @Test
    void rightsAreInAlphabeticalOrder() {
        assertThat(Scopes.parse("system/Patient.rs system/Coverage.s system/Group.r")
                        .rights())
                .containsExactly(Map.entry("Coverage", "s"), Map.entry("Group", "r"), Map.entry("Patient", "rs"));
    }

    @Test
    @Requirement("SMART-031")
    void wildcardIsNarrowedToTheRegisteredTypes() {
        Scopes registered = Scopes.parse("system/Group.rs system/Patient.rs system/Coverage.rs");

        assertThat(Scopes.READ_ALL.intersect(registered)).isEqualTo(registered);
    }

    @Test
    @Requirement("SMART-031")
    void intersectionsGrantExactlyWhatBothGrant() {
        Random random = new Random(8320);

        for (int i = 0; i < 10_000; i++) {
            Scopes one = Scopes.parse(randomScopes(random));
            Scopes two = Scopes.parse(randomScopes(random));
            Scopes three = Scopes.parse(randomScopes(random));
            Scopes both = one.intersect(two);

            for (String type : List.of("*", "Group", "Patient", "Coverage", "Location", "Organization")) {
                for (char right : "cruds".toCharArray()) {
                    assertThat(both.allow(type, right)).isEqualTo(one.allow(type, right) && two.allow(type, right));
                }
            }
            assertThat(one.covers(both) && two.covers(both)).isTrue();
            assertThat(two.intersect(one)).isEqualTo(both);
            assertThat(both.intersect(one)).isEqualTo(both);
            assertThat(both.intersect(three)).isEqualTo(one.intersect(two.intersect(three)));
        }
    }

    @Test
    @Requirement("SMART-038")
    void equalityIsEqualityOfRights() {
        Random random = new Random(8220);

        for (int i = 0; i < 10_000; i++) {
            String text = randomScopes(random);
            Scopes scopes = Scopes.parse(text);
            List<String> shuffled = new ArrayList<>(List.of(text.split(" ")));
            Collections.shuffle(shuffled, random);

            assertThat(Scopes.parse(scopes.text())).isEqualTo(scopes);
            assertThat(Scopes.parse(String.join(" ", shuffled))).isEqualTo(scopes);
            assertThat(Scopes.parse(text.replace(".read", ".rs").replace(".write", ".cud")))
                    .isEqualTo(scopes)
                    .hasSameHashCodeAs(scopes);
        }
    }

    private static String randomScopes(Random random) {
        List<String> scopes = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            scopes.add("system/" + TYPES.get(random.nextInt(TYPES.size())) + "."
                    + PERMISSIONS.get(random.nextInt(PERMISSIONS.size())));
        }
        return String.join(" ", scopes);
    }
}
