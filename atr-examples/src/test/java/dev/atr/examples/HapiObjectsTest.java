package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HapiObjectsTest {
    @TempDir
    private Path folder;

    @Test
    @Requirement({"ATR-GEN-009", "ATR-EXP-001"})
    void aPayersListIsTheEnginesGroup() throws Exception {
        try (RunningProducer payer = RunningProducer.withSample(RunningProducer.Database.H2, folder)) {
            IGenericClient hapi = HapiClients.changing(payer, FhirVersion.R4);
            Group read = hapi.read()
                    .resource(Group.class)
                    .withId(payer.openList().value())
                    .execute();

            Group fetched = new HapiObjects(FhirContext.forR4Cached())
                    .fetch(payer.lists(FhirVersion.R4), payer.exports(FhirVersion.R4), payer.openList());

            assertThat(fetched.getMember()).isNotEmpty().hasSameSizeAs(read.getMember());
            for (int i = 0; i < fetched.getMember().size(); i++) {
                assertThat(fetched.getMember()
                                .get(i)
                                .equalsDeep(read.getMember().get(i)))
                        .isTrue();
            }
            assertThat(fetched.getManagingEntity().getReference())
                    .isEqualTo(read.getManagingEntity().getReference());
        }
    }

    @Test
    @Requirement({"ATR-MDL-019", "ATR-MDL-044"})
    void whatTheEngineHoldsIsServedWithChangeCodes() {
        HapiObjects engine = new HapiObjects(FhirContext.forR4Cached());
        try (Ledger ledger = Ledger.open(LedgerOptions.ofDirectory(folder))) {
            ledger.entitleToAll("engine");
            engine.publish(list("ann", "bob"), people("ann", "bob"), ledger);
            engine.publish(list("bob", "cem"), people("cem"), ledger);

            assertThat(codes(ledger))
                    .isEqualTo(Map.of("Patient/bob", ChangeType.NOCHANGE, "Patient/cem", ChangeType.NEW));
        }
    }

    private static Map<String, @Nullable ChangeType> codes(Ledger ledger) {
        Map<String, @Nullable ChangeType> codes = new LinkedHashMap<>();
        try (ListSnapshot snapshot = ledger.backend()
                        .snapshot(new Caller("engine", "system/*.read", null), new ListId("l"))
                        .orElseThrow();
                MemberCursor rows = snapshot.members()) {
            for (Member row = rows.next(); row != null; row = rows.next()) {
                codes.put(row.key().patient(), row.changeType());
            }
        }
        return codes;
    }

    private static Group list(String... people) {
        Group list = new Group();
        list.setId("l");
        list.setType(Group.GroupType.PERSON).setActual(true);
        list.setManagingEntity(new Reference("Organization/payer"));
        for (String person : people) {
            list.addMember().setEntity(new Reference("Patient/" + person)).setInactive(false);
        }
        return list;
    }

    private static List<Resource> people(String... ids) {
        List<Resource> people = new ArrayList<>();
        for (String id : ids) {
            people.add(new Patient().setId(id));
            people.add(new Coverage()
                    .setBeneficiary(new Reference("Patient/" + id))
                    .setId("c-" + id));
        }
        return people;
    }
}
