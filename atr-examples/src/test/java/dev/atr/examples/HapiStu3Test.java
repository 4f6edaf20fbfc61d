package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.dstu3.model.Bundle;
import org.hl7.fhir.dstu3.model.CapabilityStatement;
import org.hl7.fhir.dstu3.model.DateTimeType;
import org.hl7.fhir.dstu3.model.Enumerations;
import org.hl7.fhir.dstu3.model.Extension;
import org.hl7.fhir.dstu3.model.Group;
import org.hl7.fhir.dstu3.model.IdType;
import org.hl7.fhir.dstu3.model.Identifier;
import org.hl7.fhir.dstu3.model.OperationOutcome;
import org.hl7.fhir.dstu3.model.Parameters;
import org.hl7.fhir.dstu3.model.Patient;
import org.hl7.fhir.dstu3.model.Period;
import org.hl7.fhir.dstu3.model.Practitioner;
import org.hl7.fhir.dstu3.model.Reference;
import org.hl7.fhir.dstu3.model.Resource;
import org.hl7.fhir.dstu3.model.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that changes or looks back, driven in STU3 by a client that refuses what its STU3 model does not hold. */
@Requirement({"ATR-GEN-009", "STU3-001"})
class HapiStu3Test {
    private static final String MANAGING_ENTITY =
            "http://hl7.org/fhir/4.0/StructureDefinition/extension-Group.managingEntity";

    @TempDir
    private Path folder;

    private RunningProducer producer;
    private IGenericClient client;
    private IdType openList;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        client = HapiClients.changing(producer, FhirVersion.STU3);
        openList = new IdType("Group", producer.openList().value());
    }

    @AfterEach
    void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"STU3-021", "STU3-022"})
    void listsItsOperationsWhereStu3HasThem() {
        CapabilityStatement statement =
                client.capabilities().ofType(CapabilityStatement.class).execute();

        assertThat(statement.getRestFirstRep().getOperation())
                .extracting(operation -> operation.getDefinition().getReference())
                .contains(
                        Canonicals.operation("member-add"),
                        Canonicals.operation("member-remove"),
                        Canonicals.operation("attribution-status"),
                        Canonicals.operation("confirm-attribution-list"),
                        Canonicals.operation("davinci-data-export"));
    }

    @Test
    @Requirement({"ATR-CRE-004", "FHIR-012", "ATR-REC-004", "ATR-REC-020", "ATR-REC-030", "ATR-CAP-004", "ATR-CAP-005"})
    void aListIsBegunFilledConfirmedAndLookedBackOn() {
        Group.GroupMemberComponent row = activeRow();
        IdType made = create(draft()).toUnqualifiedVersionless();
        Parameters references = named("patientReference", row.getEntity(), "providerReference", provider(row));

        OperationOutcome added = call(made, "$member-add", references);
        OperationOutcome removed = call(
                made,
                "$member-remove",
                named(
                        "patientReference",
                        row.getEntity(),
                        "providerReference",
                        provider(row),
                        "coverageReference",
                        reference(row, Canonicals.EXT_COVERAGE_REFERENCE)));
        call(made, "$member-add", references);
        OperationOutcome confirmed = call(made, "$confirm-attribution-list", new Parameters());

        assertThat(List.of(text(added), text(removed), text(confirmed)))
                .satisfiesExactly(
                        said -> assertThat(said).contains("added"),
                        said -> assertThat(said).contains("inactive"),
                        said -> assertThat(said).contains("final"));
        Group now = read(made, null);
        assertThat(status(now)).isEqualTo("final");
        assertThat(now.getMember())
                .singleElement()
                .satisfies(member -> assertThat(member.getEntity().getReference())
                        .isEqualTo(row.getEntity().getReference()));
        Group first = read(made, "1");
        assertThat(status(first)).isEqualTo("draft");
        assertThat(first.getMember()).isEmpty();
        assertThat(history(made).getEntry())
                .extracting(entry -> entry.getResource().getMeta().getVersionId())
                .startsWith(now.getMeta().getVersionId())
                .endsWith("1");
    }

    @Test
    @Requirement({"ATR-REC-001", "ATR-REC-036", "STU3-009", "STU3-013"})
    void aMemberIsNamedByNumber() {
        Group.GroupMemberComponent row = activeRow();
        Identifier number = client.read()
                .resource(org.hl7.fhir.dstu3.model.Coverage.class)
                .withUrl(reference(row, Canonicals.EXT_COVERAGE_REFERENCE).getReference())
                .execute()
                .getIdentifierFirstRep();
        Identifier npi = client
                .read()
                .resource(Practitioner.class)
                .withUrl(provider(row).getReference())
                .execute()
                .getIdentifier()
                .stream()
                .filter(identifier -> Canonicals.NPI.equals(identifier.getSystem()))
                .findFirst()
                .orElseThrow();
        Period period = new Period().setStartElement(new DateTimeType("2026-01-01"));

        call(openList, "$member-remove", named("memberId", number, "providerNpi", npi));
        OperationOutcome added = call(
                openList, "$member-add", named("memberId", number, "providerNpi", npi, "attributionPeriod", period));
        Bundle status = client.operation()
                .onInstance(openList)
                .named("$attribution-status")
                .withParameters(named("memberId", number))
                .returnResourceType(Bundle.class)
                .execute();

        assertThat(text(added)).contains("added");
        assertThat(status.getEntry())
                .extracting(entry -> entry.getResource().fhirType())
                .contains("Group", "Patient", "Coverage");
        assertThat(read(openList, null).getMember())
                .allSatisfy(
                        member -> assertThat(member.getEntity().getReference()).startsWith("Patient/"));
    }

    @Test
    @Requirement({"ATR-REC-040", "STU3-023"})
    void aRefusalIsAnOutcomeOfStu3() {
        Parameters nobody =
                named("patientReference", new Reference("Patient/nobody"), "providerReference", provider(activeRow()));

        assertThatThrownBy(() -> call(openList, "$member-add", nobody))
                .isInstanceOfSatisfying(
                        UnprocessableEntityException.class,
                        refusal -> assertThat(refusal.getOperationOutcome()).isInstanceOf(OperationOutcome.class));
    }

    @Test
    @Requirement("FHIR-010")
    void aListThatHasNotChangedIsNotSentAgain() {
        Group known = read(openList, null);

        Group unchanged = client.read()
                .resource(Group.class)
                .withId(openList.getIdPart())
                .ifVersionMatches(known.getMeta().getVersionId())
                .returnResource(known)
                .execute();

        assertThat(unchanged).isSameAs(known);
    }

    @Test
    @Requirement({"ATR-MDL-045", "FHIR-016"})
    void whatThePayerDoesToAListShows() {
        producer.administration().finalise(SamplePayer.OPEN_LIST);
        String afterwards = status(read(openList, null));
        producer.administration().delete(SamplePayer.OPEN_LIST, null);

        assertThat(afterwards).isEqualTo("final");
        assertThatThrownBy(() -> read(openList, null)).isInstanceOf(ResourceGoneException.class);
    }

    @Test
    @Requirement({"ATR-CAP-002", "ATR-CAP-007", "ATR-CAP-008"})
    void aResourceIsCreatedReadBackAndDeleted() {
        Patient wanted = new Patient();
        wanted.addIdentifier().setSystem("https://consumer.example/people").setValue("1");
        wanted.addName().setFamily("Made").addGiven("In");
        wanted.setGender(Enumerations.AdministrativeGender.UNKNOWN);

        IdType made = create(wanted);
        Patient read =
                client.read().resource(Patient.class).withId(made.getIdPart()).execute();
        client.delete().resourceById("Patient", made.getIdPart()).execute();

        assertThat(read.getNameFirstRep().getFamily()).isEqualTo("Made");
        assertThatThrownBy(() -> client.read()
                        .resource(Patient.class)
                        .withId(made.getIdPart())
                        .execute())
                .isInstanceOf(ResourceGoneException.class);
        assertThat(history(made).getEntry()).hasSize(2);
    }

    private Group draft() {
        Group wanted = new Group();
        wanted.setType(Group.GroupType.PERSON).setActual(true).setName("Made in STU3");
        wanted.addIdentifier().setSystem(SamplePayer.CONTRACT_SYSTEM).setValue("made-in-stu3");
        wanted.addExtension(
                read(openList, null).getExtensionsByUrl(MANAGING_ENTITY).get(0).copy());
        wanted.addExtension(new Extension(
                Canonicals.EXT_CONTRACT_PERIOD, new Period().setStartElement(new DateTimeType("2026-01-01"))));
        return wanted;
    }

    private IdType create(Resource resource) {
        MethodOutcome outcome = client.create().resource(resource).execute();
        return new IdType(outcome.getId().getValue());
    }

    private Group read(IdType list, @Nullable String version) {
        return version == null
                ? client.read().resource(Group.class).withId(list.getIdPart()).execute()
                : client.read()
                        .resource(Group.class)
                        .withIdAndVersion(list.getIdPart(), version)
                        .execute();
    }

    private Bundle history(IdType of) {
        return client.history()
                .onInstance(of.toUnqualifiedVersionless())
                .returnBundle(Bundle.class)
                .execute();
    }

    private OperationOutcome call(IdType list, String operation, Parameters parameters) {
        return client.operation()
                .onInstance(list)
                .named(operation)
                .withParameters(parameters)
                .returnResourceType(OperationOutcome.class)
                .execute();
    }

    private static Parameters named(Object... namesAndValues) {
        Parameters parameters = new Parameters();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.addParameter().setName((String) namesAndValues[i]).setValue((Type) namesAndValues[i + 1]);
        }
        return parameters;
    }

    /** Returns an active row of somebody who has no other, attributed to a Practitioner. */
    private Group.GroupMemberComponent activeRow() {
        Group group = read(openList, null);
        return group.getMember().stream()
                .filter(row ->
                        !row.getInactive() && provider(row).getReference().startsWith("Practitioner/"))
                .filter(row -> group.getMember().stream()
                                .filter(other -> other.getEntity()
                                        .getReference()
                                        .equals(row.getEntity().getReference()))
                                .count()
                        == 1)
                .findFirst()
                .orElseThrow();
    }

    private static Reference provider(Group.GroupMemberComponent row) {
        return reference(row, Canonicals.EXT_ATTRIBUTED_PROVIDER);
    }

    private static Reference reference(Group.GroupMemberComponent row, String extension) {
        return (Reference) row.getExtensionsByUrl(extension).get(0).getValue();
    }

    private static String status(Group group) {
        return group.getExtensionsByUrl(Canonicals.EXT_LIST_STATUS)
                .get(0)
                .getValue()
                .primitiveValue();
    }

    private static String text(OperationOutcome outcome) {
        return outcome.getIssueFirstRep().getDetails().getText();
    }
}
