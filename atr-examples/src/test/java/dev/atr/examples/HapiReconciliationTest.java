package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
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
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        FhirContext r4 = FhirContext.forR4();
        r4.setParserErrorHandler(new StrictErrorHandler());
        client = r4.newRestfulGenericClient(producer.base(FhirVersion.R4).toString());
        client.registerInterceptor(
                new BearerTokenAuthInterceptor(producer.changing(FhirVersion.R4).token()));
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
        Coverage coverage = client.read()
                .resource(Coverage.class)
                .withUrl(reference(row, Canonicals.EXT_COVERAGE_REFERENCE).getReference())
                .execute();
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

    @Test
    @Requirement({"ATR-REC-036", "ATR-REC-037"})
    void readsTheStatusOfAMember() {
        Group.GroupMemberComponent row = activeRow(group());
        Parameters patient = new Parameters();
        patient.addParameter().setName("patientReference").setValue(row.getEntity());

        Bundle status = client.operation()
                .onInstance(openList)
                .named("$attribution-status")
                .withParameters(patient)
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
        FhirContext stu3 = FhirContext.forDstu3();
        stu3.setParserErrorHandler(new StrictErrorHandler());
        IGenericClient older =
                stu3.newRestfulGenericClient(producer.base(FhirVersion.STU3).toString());
        older.registerInterceptor(new BearerTokenAuthInterceptor(
                producer.changing(FhirVersion.STU3).token()));
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

    /** Returns a row of somebody who has no other. */
    private static Group.GroupMemberComponent activeRow(Group group) {
        return group.getMember().stream()
                .filter(row -> !row.getInactive())
                .filter(row -> row.getExtensionByUrl(Canonicals.EXT_ATTRIBUTED_PROVIDER) != null)
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
