package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reconciliation operation, driven by a client that somebody else wrote. */
class HapiReconciliationTest {
    @TempDir
    private Path folder;

    private RunningProducer producer;
    private IGenericClient client;
    private IdType openList;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        client = HapiClients.changing(producer, FhirVersion.R4);
        openList = new IdType("Group", producer.openList().value());
    }

    @AfterEach
    void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-REC-004", "ATR-REC-020", "ATR-REC-023", "ATR-REC-040"})
    void removesARowAndAddsItAgainByReferences() {
        Group.GroupMemberComponent row = activeRow(group());
        Parameters references = new Parameters();
        references.addParameter().setName("patientReference").setValue(row.getEntity());
        references
                .addParameter()
                .setName("providerReference")
                .setValue(reference(row, Canonicals.EXT_ATTRIBUTED_PROVIDER));
        Parameters withCoverage = references.copy();
        withCoverage
                .addParameter()
                .setName("coverageReference")
                .setValue(reference(row, Canonicals.EXT_COVERAGE_REFERENCE));

        OperationOutcome removed = call("$member-remove", withCoverage);
        assertThat(rowsOf(row)).isEmpty();
        OperationOutcome added = call("$member-add", references);

        assertThat(removed.getIssueFirstRep().getDetails().getText()).contains("removed");
        assertThat(added.getIssueFirstRep().getDetails().getText()).contains("added");
        assertThat(rowsOf(row)).hasSize(1);
    }

    @Test
    @Requirement({"ATR-REC-001", "ATR-REC-011"})
    void anUnknownProviderIsRefusedWithAnOutcome() {
        Group.GroupMemberComponent row = activeRow(group());
        Coverage coverage = read(Coverage.class, reference(row, Canonicals.EXT_COVERAGE_REFERENCE));
        Parameters numbers = new Parameters();
        numbers.addParameter().setName("memberId").setValue(coverage.getIdentifierFirstRep());
        numbers.addParameter()
                .setName("providerNpi")
                .setValue(new Identifier().setSystem(Canonicals.NPI).setValue("1999999984"));

        assertThatThrownBy(() -> call("$member-add", numbers))
                .isInstanceOfSatisfying(
                        UnprocessableEntityException.class,
                        refusal -> assertThat(refusal.getOperationOutcome()).isInstanceOf(OperationOutcome.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memberId providerNpi",
                "memberId providerNpi attributionPeriod",
                "patientReference providerReference",
                "patientReference providerReference attributionPeriod"
            })
    @Requirement({"ATR-REC-004", "ATR-REC-040"})
    void addsByEachFormOfTheParameters(String form) {
        Group group = group();
        Group.GroupMemberComponent row = activeRow(group);
        Parameters parameters = parameters(group, row, form);
        call("$member-remove", parameters(group, row, "patientReference"));

        OperationOutcome said = call("$member-add", parameters);

        assertThat(said.getIssueFirstRep().getDetails().getText()).contains("added");
        assertThat(rowsOf(row)).singleElement().satisfies(added -> {
            assertThat(reference(added, Canonicals.EXT_ATTRIBUTED_PROVIDER).getReference())
                    .isEqualTo(
                            reference(row, Canonicals.EXT_ATTRIBUTED_PROVIDER).getReference());
            if (form.contains("attributionPeriod")) {
                assertThat(added.getPeriod().equalsDeep(contractPeriod(group))).isTrue();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memberId",
                "memberId providerNpi",
                "patientReference",
                "patientReference providerReference",
                "patientReference providerReference coverageReference"
            })
    @Requirement({"ATR-REC-020", "ATR-REC-023", "ATR-REC-040"})
    void removesByEachFormOfTheParameters(String form) {
        Group group = group();
        Group.GroupMemberComponent row = activeRow(group);

        OperationOutcome said = call("$member-remove", parameters(group, row, form));

        assertThat(said.getIssueFirstRep().getDetails().getText()).contains("removed");
        assertThat(rowsOf(row)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "$davinci-data-export, exportType, true",
        "$davinci-data-export, exportType, false",
        "$export, _type, true",
        "$export, _type, false"
    })
    @Requirement({"ATR-EXP-001", "BULK-KICK-001"})
    void kicksAnExportOff(String operation, String parameter, boolean isGet) {
        var asked = client.operation()
                .onInstance(openList)
                .named(operation)
                .withParameter(
                        Parameters.class,
                        parameter,
                        new StringType(parameter.equals("exportType") ? Canonicals.EXPORT_TYPE : "Group,Patient"));

        MethodOutcome kickedOff = (isGet ? asked.useHttpGet() : asked)
                .withAdditionalHeader("Prefer", "respond-async")
                .returnMethodOutcome()
                .execute();

        assertThat(kickedOff.getResponseStatusCode()).isEqualTo(202);
        assertThat(kickedOff.getFirstResponseHeader("content-location"))
                .hasValueSatisfying(status -> assertThat(status)
                        .startsWith(producer.base(FhirVersion.R4).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memberId", "patientReference"})
    @Requirement({"ATR-REC-036", "ATR-REC-037"})
    void readsTheStatusOfAMember(String form) {
        Group group = group();
        Group.GroupMemberComponent row = activeRow(group);

        Bundle status = client.operation()
                .onInstance(openList)
                .named("$attribution-status")
                .withParameters(parameters(group, row, form))
                .returnResourceType(Bundle.class)
                .execute();

        assertThat(status.getType()).isEqualTo(Bundle.BundleType.COLLECTION);
        assertThat(status.getEntry())
                .extracting(entry -> entry.getResource().fhirType())
                .contains("Group", "Patient", "Coverage", "Organization");
        assertThat(status.getEntry().stream()
                        .map(Bundle.BundleEntryComponent::getResource)
                        .filter(Patient.class::isInstance)
                        .map(resource -> resource.getIdElement().getIdPart()))
                .containsExactly(row.getEntity().getReferenceElement().getIdPart());
    }

    @Test
    @Requirement({"ATR-REC-030", "ATR-REC-031", "ATR-REC-033"})
    void confirmsADraft() {
        IdType draft = new IdType("Group", "lakeside-draft");

        OperationOutcome said = client.operation()
                .onInstance(draft)
                .named("$confirm-attribution-list")
                .withNoParameters(Parameters.class)
                .returnResourceType(OperationOutcome.class)
                .execute();

        Group now =
                client.read().resource(Group.class).withId(draft.getIdPart()).execute();
        assertThat(said.getIssueFirstRep().getDetails().getText()).contains("final");
        assertThat(now.getExtensionByUrl(Canonicals.EXT_LIST_STATUS).getValue().primitiveValue())
                .isEqualTo("final");
        assertThat(now.getMember()).noneMatch(Group.GroupMemberComponent::getInactive);
    }

    @Test
    @Requirement({"ATR-GEN-009", "ATR-REC-036"})
    void readsTheStatusInStu3() throws Exception {
        IGenericClient older = HapiClients.changing(producer, FhirVersion.STU3);
        org.hl7.fhir.dstu3.model.Parameters patient = new org.hl7.fhir.dstu3.model.Parameters();
        patient.addParameter()
                .setName("patientReference")
                .setValue(new org.hl7.fhir.dstu3.model.Reference(
                        activeRow(group()).getEntity().getReference()));

        org.hl7.fhir.dstu3.model.Bundle status = older.operation()
                .onInstance(new org.hl7.fhir.dstu3.model.IdType("Group", openList.getIdPart()))
                .named("$attribution-status")
                .withParameters(patient)
                .returnResourceType(org.hl7.fhir.dstu3.model.Bundle.class)
                .execute();

        assertThat(status.getEntry())
                .extracting(entry -> entry.getResource().fhirType())
                .contains("Group", "Patient", "Coverage");
    }

    /** Names a row by the given parameters. */
    private Parameters parameters(Group group, Group.GroupMemberComponent row, String form) {
        Parameters parameters = new Parameters();
        for (String name : form.split(" ", -1)) {
            parameters.addParameter().setName(name).setValue(value(group, row, name));
        }
        return parameters;
    }

    private Type value(Group group, Group.GroupMemberComponent row, String parameter) {
        Reference coverage = reference(row, Canonicals.EXT_COVERAGE_REFERENCE);
        Reference provider = reference(row, Canonicals.EXT_ATTRIBUTED_PROVIDER);
        return switch (parameter) {
            case "memberId" -> read(Coverage.class, coverage).getIdentifier().get(0);
            case "providerNpi" ->
                read(Practitioner.class, provider).getIdentifier().stream()
                        .filter(number -> Canonicals.NPI.equals(number.getSystem()))
                        .findFirst()
                        .orElseThrow();
            case "patientReference" -> row.getEntity();
            case "providerReference" -> provider;
            case "coverageReference" -> coverage;
            case "attributionPeriod" -> contractPeriod(group);
            default -> throw new IllegalArgumentException(parameter);
        };
    }

    private <T extends Resource> T read(Class<T> type, Reference reference) {
        return client.read().resource(type).withUrl(reference.getReference()).execute();
    }

    private static Period contractPeriod(Group group) {
        return (Period) group.getExtensionByUrl(Canonicals.EXT_CONTRACT_PERIOD).getValue();
    }

    private OperationOutcome call(String operation, Parameters parameters) {
        return client.operation()
                .onInstance(openList)
                .named(operation)
                .withParameters(parameters)
                .returnResourceType(OperationOutcome.class)
                .execute();
    }

    private Group group() {
        return client.read().resource(Group.class).withId(openList.getIdPart()).execute();
    }

    private List<Group.GroupMemberComponent> rowsOf(Group.GroupMemberComponent row) {
        return group().getMember().stream()
                .filter(other ->
                        other.getEntity().getReference().equals(row.getEntity().getReference()) && !other.getInactive())
                .toList();
    }

    /** Returns a row of somebody who has no other, attributed to a Practitioner. */
    private static Group.GroupMemberComponent activeRow(Group group) {
        return group.getMember().stream()
                .filter(row -> !row.getInactive())
                .filter(row -> row.getExtensionByUrl(Canonicals.EXT_ATTRIBUTED_PROVIDER) != null)
                .filter(row -> reference(row, Canonicals.EXT_ATTRIBUTED_PROVIDER)
                        .getReference()
                        .startsWith("Practitioner/"))
                .filter(row -> group.getMember().stream()
                                .filter(other -> other.getEntity()
                                        .getReference()
                                        .equals(row.getEntity().getReference()))
                                .count()
                        == 1)
                .findFirst()
                .orElseThrow();
    }

    private static Reference reference(Group.GroupMemberComponent row, String extension) {
        return (Reference) row.getExtensionByUrl(extension).getValue();
    }
}
