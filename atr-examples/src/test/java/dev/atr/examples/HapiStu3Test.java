package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.gclient.IQuery;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hl7.fhir.dstu3.model.Bundle;
import org.hl7.fhir.dstu3.model.CapabilityStatement;
import org.hl7.fhir.dstu3.model.Coverage;
import org.hl7.fhir.dstu3.model.DateTimeType;
import org.hl7.fhir.dstu3.model.Enumerations;
import org.hl7.fhir.dstu3.model.Extension;
import org.hl7.fhir.dstu3.model.Group;
import org.hl7.fhir.dstu3.model.IdType;
import org.hl7.fhir.dstu3.model.OperationOutcome;
import org.hl7.fhir.dstu3.model.Parameters;
import org.hl7.fhir.dstu3.model.Patient;
import org.hl7.fhir.dstu3.model.Period;
import org.hl7.fhir.dstu3.model.Practitioner;
import org.hl7.fhir.dstu3.model.Reference;
import org.hl7.fhir.dstu3.model.Resource;
import org.hl7.fhir.dstu3.model.StringType;
import org.hl7.fhir.dstu3.model.Type;
import org.hl7.fhir.dstu3.model.UriType;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        Group.GroupMemberComponent row = activeRow();
        Parameters parameters = parameters(row, form);
        call(openList, "$member-remove", parameters(row, "patientReference"));

        OperationOutcome said = call(openList, "$member-add", parameters);

        assertThat(text(said)).contains("added");
        assertThat(rowsOf(row)).singleElement().satisfies(added -> {
            assertThat(provider(added).getReference()).isEqualTo(provider(row).getReference());
            if (form.contains("attributionPeriod")) {
                assertThat(added.getPeriod().getStartElement().getValueAsString())
                        .isEqualTo("2026-01-01");
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
        Group.GroupMemberComponent row = activeRow();

        OperationOutcome said = call(openList, "$member-remove", parameters(row, form));

        assertThat(text(said)).contains("removed");
        assertThat(rowsOf(row)).isEmpty();
        assertThat(read(openList, null).getMember())
                .allSatisfy(
                        member -> assertThat(member.getEntity().getReference()).startsWith("Patient/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memberId", "patientReference"})
    @Requirement({"ATR-REC-001", "ATR-REC-036", "ATR-REC-037", "STU3-009", "STU3-013"})
    void readsTheStatusOfAMember(String form) {
        Group.GroupMemberComponent row = activeRow();

        Bundle status = client.operation()
                .onInstance(openList)
                .named("$attribution-status")
                .withParameters(parameters(row, form))
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

    @ParameterizedTest
    @CsvSource({
        "$davinci-data-export, exportType, true",
        "$davinci-data-export, exportType, false",
        "$export, _type, true",
        "$export, _type, false"
    })
    @Requirement({"ATR-EXP-001", "BULK-KICK-001", "STU3-018"})
    void kicksAnExportOff(String operation, String parameter, boolean isGet) {
        Type value =
                parameter.equals("exportType") ? new UriType(Canonicals.EXPORT_TYPE) : new StringType("Group,Patient");
        var asked = client.operation().onInstance(openList).named(operation).withParameters(named(parameter, value));

        MethodOutcome kickedOff = (isGet ? asked.useHttpGet() : asked)
                .withAdditionalHeader("Prefer", "respond-async")
                .returnMethodOutcome()
                .execute();

        assertThat(kickedOff.getResponseStatusCode()).isEqualTo(202);
        assertThat(kickedOff.getFirstResponseHeader("content-location"))
                .hasValueSatisfying(status -> assertThat(status)
                        .startsWith(producer.base(FhirVersion.STU3).toString()));
    }

    @Test
    @Requirement({"ATR-DISC-001", "ATR-DISC-002", "ATR-DISC-004", "ATR-DISC-008", "FHIR-031", "STU3-017"})
    void findsListsInEachWay() {
        Group known = read(openList, null);
        Function<String, String> number = system -> known.getIdentifier().stream()
                .filter(identifier -> system.equals(identifier.getSystem()))
                .findFirst()
                .orElseThrow()
                .getValue();
        List<IQuery<IBaseBundle>> searches = List.of(
                search().where(Group.IDENTIFIER
                        .exactly()
                        .systemAndIdentifier(Canonicals.NPI, number.apply(Canonicals.NPI))),
                search().where(Group.IDENTIFIER
                                .exactly()
                                .systemAndIdentifier(Canonicals.TIN, number.apply(Canonicals.TIN)))
                        .usingStyle(SearchStyleEnum.POST),
                search().where(new StringClientParam("name").matches().value(known.getName())),
                search().where(Group.RES_ID.exactly().code(openList.getIdPart())),
                search().lastUpdated(new DateRangeParam("2001-01-01", null)));

        for (IQuery<IBaseBundle> search : searches) {
            Bundle found = search.summaryMode(SummaryEnum.TRUE)
                    .returnBundle(Bundle.class)
                    .execute();

            assertThat(found.getEntry())
                    .extracting(entry -> (Group) entry.getResource())
                    .anySatisfy(group -> {
                        assertThat(group.getIdElement().getIdPart()).isEqualTo(openList.getIdPart());
                        assertThat(group.getMember()).isEmpty();
                        assertThat(status(group)).isEqualTo("open");
                    });
        }
        assertThat(search().lastUpdated(new DateRangeParam(null, "2001-01-01"))
                        .returnBundle(Bundle.class)
                        .execute()
                        .getEntry())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient",
                "Coverage",
                "Organization",
                "Practitioner",
                "PractitionerRole",
                "Location",
                "RelatedPerson"
            })
    @Requirement({"ATR-CAP-001", "ATR-CAP-004", "ATR-CAP-005"})
    void readsResourcesAndTheirVersions(String type) throws Exception {
        IdType stored = new IdType(producer.storedOne(type));

        IBaseResource now =
                client.read().resource(type).withId(stored.getIdPart()).execute();
        IBaseResource first = client.read()
                .resource(type)
                .withIdAndVersion(stored.getIdPart(), "1")
                .execute();

        assertThat(List.of(now, first))
                .allSatisfy(read -> assertThat(
                                read.getIdElement().toUnqualifiedVersionless().getValue())
                        .isEqualTo(stored.getValue()));
        assertThat(history(stored).getEntry()).isNotEmpty();
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

    private IQuery<IBaseBundle> search() {
        return client.search().forResource(Group.class);
    }

    /** Names a row by the given parameters. */
    private Parameters parameters(Group.GroupMemberComponent row, String form) {
        List<Object> namesAndValues = new ArrayList<>();
        for (String name : form.split(" ", -1)) {
            namesAndValues.add(name);
            namesAndValues.add(value(row, name));
        }
        return named(namesAndValues.toArray());
    }

    private Type value(Group.GroupMemberComponent row, String parameter) {
        return switch (parameter) {
            case "memberId" ->
                client.read()
                        .resource(Coverage.class)
                        .withUrl(reference(row, Canonicals.EXT_COVERAGE_REFERENCE)
                                .getReference())
                        .execute()
                        .getIdentifierFirstRep();
            case "providerNpi" ->
                client
                        .read()
                        .resource(Practitioner.class)
                        .withUrl(provider(row).getReference())
                        .execute()
                        .getIdentifier()
                        .stream()
                        .filter(number -> Canonicals.NPI.equals(number.getSystem()))
                        .findFirst()
                        .orElseThrow();
            case "patientReference" -> row.getEntity();
            case "providerReference" -> provider(row);
            case "coverageReference" -> reference(row, Canonicals.EXT_COVERAGE_REFERENCE);
            case "attributionPeriod" -> new Period().setStartElement(new DateTimeType("2026-01-01"));
            default -> throw new IllegalArgumentException(parameter);
        };
    }

    private List<Group.GroupMemberComponent> rowsOf(Group.GroupMemberComponent row) {
        return read(openList, null).getMember().stream()
                .filter(other ->
                        other.getEntity().getReference().equals(row.getEntity().getReference()) && !other.getInactive())
                .toList();
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
