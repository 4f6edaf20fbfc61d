package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that knows nothing of us: HAPI's, which refuses whatever its model of FHIR does not hold. */
class HapiClientTest {
    @TempDir
    private static Path folder;

    private static RunningProducer producer;
    private static FhirContext r4;
    private static IGenericClient client;

    @BeforeAll
    static void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        r4 = FhirContext.forR4();
        r4.setParserErrorHandler(new StrictErrorHandler());
        client = client(r4, FhirVersion.R4);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-CAP-013", "ATR-CAP-019"})
    void readsTheCapabilityStatement() {
        CapabilityStatement statement =
                client.capabilities().ofType(CapabilityStatement.class).execute();

        assertThat(statement.getFhirVersion().toCode()).isEqualTo("4.0.1");
        assertThat(statement.getRestFirstRep().getResource())
                .extracting(resource -> resource.getType())
                .contains("Group", "Patient", "Coverage");
    }

    @Test
    @Requirement("ATR-DISC-001")
    void findsTheListByNpi() {
        Group known = anyList();
        String npi = number(known, Canonicals.NPI);

        List<Group> found = groups(client.search()
                .forResource(Group.class)
                .where(Group.IDENTIFIER.exactly().systemAndIdentifier(Canonicals.NPI, npi))
                .summaryMode(SummaryEnum.TRUE)
                .returnBundle(Bundle.class)
                .execute());

        assertThat(found).extracting(HapiClientTest::id).contains(id(known));
        assertThat(found)
                .allSatisfy(group -> assertThat(number(group, Canonicals.NPI)).isEqualTo(npi));
    }

    @Test
    @Requirement("ATR-DISC-002")
    void findsTheListByTinWithAPost() {
        Group known = anyList();
        String tin = number(known, Canonicals.TIN);

        List<Group> found = groups(client.search()
                .forResource(Group.class)
                .where(Group.IDENTIFIER.exactly().systemAndIdentifier(Canonicals.TIN, tin))
                .usingStyle(SearchStyleEnum.POST)
                .returnBundle(Bundle.class)
                .execute());

        assertThat(found).extracting(HapiClientTest::id).contains(id(known));
    }

    @Test
    @Requirement("ATR-DISC-004")
    void findsTheListByName() {
        Group known = anyList();

        List<Group> found = groups(client.search()
                .forResource(Group.class)
                .where(new StringClientParam("name").matches().value(known.getName()))
                .summaryMode(SummaryEnum.TRUE)
                .returnBundle(Bundle.class)
                .execute());

        assertThat(found).extracting(HapiClientTest::id).contains(id(known));
    }

    @Test
    void findsTheListByItsId() {
        Group known = anyList();

        List<Group> found = groups(client.search()
                .forResource(Group.class)
                .where(Group.RES_ID.exactly().code(id(known)))
                .returnBundle(Bundle.class)
                .execute());

        assertThat(found).extracting(HapiClientTest::id).containsExactly(id(known));
    }

    @Test
    @Requirement({"ATR-DISC-008", "ATR-DISC-009"})
    void leavesRowsOutOfSummariesAndKeepsPeriodAndStatus() {
        List<Group> found = allLists();

        assertThat(found).isNotEmpty().allSatisfy(group -> {
            assertThat(group.getMember()).isEmpty();
            assertThat(group.getExtensionByUrl(Canonicals.EXT_LIST_STATUS)).isNotNull();
            assertThat(group.getExtensionByUrl(Canonicals.EXT_CONTRACT_PERIOD)).isNotNull();
        });
    }

    @Test
    @Requirement("ATR-CAP-001")
    void readsAListWithItsRows() {
        Group group = client.read().resource(Group.class).withId(id(anyList())).execute();

        assertThat(group.getMember()).isNotEmpty();
        assertThat(group.getMeta().getVersionId()).isNotBlank();
    }

    @Test
    @Requirement("ATR-CAP-001")
    void readsMemberAndCoverageOfEveryRow() {
        Group group = client.read().resource(Group.class).withId(id(anyList())).execute();

        for (Group.GroupMemberComponent row : group.getMember()) {
            Patient patient = client.read()
                    .resource(Patient.class)
                    .withUrl(row.getEntity().getReference())
                    .execute();
            Coverage coverage = client.read()
                    .resource(Coverage.class)
                    .withUrl(reference(row, Canonicals.EXT_COVERAGE_REFERENCE).getReference())
                    .execute();

            assertThat(coverage.getBeneficiary().getReference()).isEqualTo("Patient/" + id(patient));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Organization", "Practitioner", "PractitionerRole", "Location", "RelatedPerson"})
    @Requirement("ATR-CAP-001")
    void readsResourcesOfTheOtherTypes(String type) throws Exception {
        String reference = Objects.requireNonNull(
                        producer.stored(producer.openList()).get(type))
                .first();

        IBaseResource read = client.read().resource(type).withUrl(reference).execute();

        assertThat(read.getIdElement().toUnqualifiedVersionless().getValue()).isEqualTo(reference);
    }

    @Test
    @Requirement({"ATR-CAP-004", "FHIR-018"})
    void readsAnEarlierVersionOfAList() {
        Group group = client.read()
                .resource(Group.class)
                .withIdAndVersion(id(anyList()), "1")
                .execute();

        assertThat(group.getMember()).isNotEmpty();
        assertThat(group.getMeta().getVersionId()).isEqualTo("1");
    }

    @Test
    @Requirement({"ATR-CAP-005", "FHIR-017"})
    void readsTheHistoryOfAList() {
        Group newest = anyList();

        Bundle history = client.history()
                .onInstance(new IdType("Group", id(newest)))
                .returnBundle(Bundle.class)
                .execute();

        assertThat(history.getType()).isEqualTo(Bundle.BundleType.HISTORY);
        assertThat(history.getTotal())
                .isEqualTo(Integer.parseInt(newest.getMeta().getVersionId()));
        assertThat(history.getEntryFirstRep().getResource().getMeta().getVersionId())
                .isEqualTo(newest.getMeta().getVersionId());
    }

    @Test
    @Requirement("ATR-CAP-002")
    void readsTheHistoryOfAPatient() throws Exception {
        String patient = Objects.requireNonNull(
                        producer.stored(producer.openList()).get("Patient"))
                .first();

        Bundle history = client.history()
                .onInstance(new IdType(patient))
                .returnBundle(Bundle.class)
                .execute();

        assertThat(history.getEntryFirstRep().getRequest().getMethod()).isNotNull();
        assertThat(history.getEntryFirstRep().getResource()).isInstanceOf(Patient.class);
    }

    @Test
    @Requirement("FHIR-031")
    void findsListsByTheTimeOfTheirLastChange() {
        List<Group> past = groups(client.search()
                .forResource(Group.class)
                .lastUpdated(new DateRangeParam(null, "2001-01-01"))
                .returnBundle(Bundle.class)
                .execute());
        List<Group> since = groups(client.search()
                .forResource(Group.class)
                .lastUpdated(new DateRangeParam("2001-01-01", null))
                .returnBundle(Bundle.class)
                .execute());

        assertThat(past).isEmpty();
        assertThat(since).hasSameSizeAs(allLists());
    }

    @Test
    @Requirement({"ATR-CAP-006", "ATR-CRE-004", "FHIR-005", "FHIR-012", "FHIR-016"})
    void createsAListAndDeletesIt() throws Exception {
        IGenericClient writer = writer();
        Group wanted = new Group();
        wanted.setType(Group.GroupType.PERSON).setActual(true).setName("Made by HAPI");
        wanted.addIdentifier().setSystem("https://consumer.example/contracts").setValue("made-by-hapi");
        wanted.setManagingEntity(anyList().getManagingEntity());
        wanted.addExtension(
                Canonicals.EXT_CONTRACT_PERIOD, new Period().setStartElement(new DateTimeType("2026-01-01")));

        MethodOutcome created = writer.create()
                .resource(wanted)
                .conditional()
                .where(Group.IDENTIFIER
                        .exactly()
                        .systemAndIdentifier("https://consumer.example/contracts", "made-by-hapi"))
                .execute();
        MethodOutcome deleted = writer.delete()
                .resourceById("Group", created.getId().getIdPart())
                .execute();

        assertThat(created.getCreated()).isTrue();
        assertThat(created.getId().getVersionIdPart()).isEqualTo("1");
        assertThat(deleted).isNotNull();
        assertThatThrownBy(() -> client.read()
                        .resource(Group.class)
                        .withId(created.getId().getIdPart())
                        .execute())
                .isInstanceOf(ResourceGoneException.class);
    }

    @Test
    @Requirement({"FHIR-022", "ATR-CRE-006"})
    void readsWhatItSaidAboutTheSourceOfWhatItCreated() throws Exception {
        Practitioner wanted = new Practitioner();
        wanted.addIdentifier().setSystem("https://consumer.example/staff").setValue("2");
        wanted.addName().setFamily("Sourced");
        Provenance source = new Provenance();
        source.setRecordedElement(new InstantType("2026-03-02T08:00:00Z"));
        source.addAgent().setWho(new Reference().setDisplay("Valley Clinic"));

        MethodOutcome created = writer().create()
                .resource(wanted)
                .withAdditionalHeader("X-Provenance", r4.newJsonParser().encodeResourceToString(source))
                .execute();
        IGenericClient reader =
                r4.newRestfulGenericClient(producer.base(FhirVersion.R4).toString());
        reader.registerInterceptor(new BearerTokenAuthInterceptor(
                producer.tokens(FhirVersion.R4, "system/*.read").token()));
        Bundle found = reader.search()
                .forResource(Provenance.class)
                .where(Provenance.TARGET.hasId("Practitioner/" + created.getId().getIdPart()))
                .returnBundle(Bundle.class)
                .execute();
        Provenance read = reader.read()
                .resource(Provenance.class)
                .withId(found.getEntryFirstRep().getResource().getIdElement().getIdPart())
                .execute();

        assertThat(found.getTotal()).isEqualTo(1);
        assertThat(read.getAgentFirstRep().getWho().getDisplay()).isEqualTo("Valley Clinic");
        assertThat(read.getTargetFirstRep().getReference())
                .isEqualTo(created.getId().toUnqualified().getValue());
    }

    @Test
    @Requirement("FHIR-010")
    void readsAListOnlyWhenItHasChanged() {
        Group known = anyList();

        Group unchanged = client.read()
                .resource(Group.class)
                .withId(id(known))
                .ifVersionMatches(known.getMeta().getVersionId())
                .returnResource(known)
                .execute();
        Group changed = client.read()
                .resource(Group.class)
                .withId(id(known))
                .ifVersionMatches("1")
                .returnNull()
                .execute();

        assertThat(unchanged).isSameAs(known);
        assertThat(changed.getMeta().getVersionId()).isEqualTo(known.getMeta().getVersionId());
    }

    @Test
    @Requirement({"ATR-CAP-007", "ATR-CAP-008"})
    void createsAPractitionerAndDeletesIt() throws Exception {
        IGenericClient writer = writer();
        Practitioner wanted = new Practitioner();
        wanted.addIdentifier().setSystem("https://consumer.example/staff").setValue("1");
        wanted.addName().setFamily("Made").addGiven("By");

        MethodOutcome created = writer.create().resource(wanted).execute();
        Practitioner read = client.read()
                .resource(Practitioner.class)
                .withId(created.getId().getIdPart())
                .execute();
        writer.delete()
                .resourceById("Practitioner", created.getId().getIdPart())
                .execute();

        assertThat(read.getNameFirstRep().getFamily()).isEqualTo("Made");
        assertThatThrownBy(() -> client.read()
                        .resource(Practitioner.class)
                        .withId(created.getId().getIdPart())
                        .execute())
                .isInstanceOf(ResourceGoneException.class);
    }

    @Test
    void answersAnUnknownListWithAnOutcome() {
        assertThatThrownBy(() -> client.read()
                        .resource(Group.class)
                        .withId("no-such-list")
                        .execute())
                .isInstanceOfSatisfying(
                        ResourceNotFoundException.class,
                        e -> assertThat(e.getOperationOutcome()).isInstanceOf(OperationOutcome.class));
    }

    @Test
    @Requirement("ATR-SEC-008")
    void answersARequestWithoutATokenWithAnOutcome() {
        IGenericClient stranger =
                r4.newRestfulGenericClient(producer.base(FhirVersion.R4).toString());

        assertThatThrownBy(() ->
                        stranger.read().resource(Group.class).withId("any").execute())
                .isInstanceOfSatisfying(
                        AuthenticationException.class,
                        e -> assertThat(e.getOperationOutcome()).isInstanceOf(OperationOutcome.class));
    }

    @Test
    @Requirement("ATR-GEN-009")
    void speaksStu3ToAnStu3Client() throws Exception {
        FhirContext stu3 = FhirContext.forDstu3();
        stu3.setParserErrorHandler(new StrictErrorHandler());
        IGenericClient older = client(stu3, FhirVersion.STU3);

        org.hl7.fhir.dstu3.model.Bundle found = older.search()
                .forResource(org.hl7.fhir.dstu3.model.Group.class)
                .returnBundle(org.hl7.fhir.dstu3.model.Bundle.class)
                .execute();
        String id = found.getEntryFirstRep().getResource().getIdElement().getIdPart();
        org.hl7.fhir.dstu3.model.Group group = older.read()
                .resource(org.hl7.fhir.dstu3.model.Group.class)
                .withId(id)
                .execute();
        org.hl7.fhir.dstu3.model.Patient patient = older.read()
                .resource(org.hl7.fhir.dstu3.model.Patient.class)
                .withUrl(group.getMemberFirstRep().getEntity().getReference())
                .execute();

        assertThat(group.getMember()).isNotEmpty();
        assertThat(patient.getName()).isNotEmpty();
    }

    private static IGenericClient client(FhirContext context, FhirVersion version) throws Exception {
        IGenericClient made =
                context.newRestfulGenericClient(producer.base(version).toString());
        made.registerInterceptor(
                new BearerTokenAuthInterceptor(producer.credentials(version).token()));
        return made;
    }

    private static IGenericClient writer() throws Exception {
        IGenericClient made =
                r4.newRestfulGenericClient(producer.base(FhirVersion.R4).toString());
        made.registerInterceptor(
                new BearerTokenAuthInterceptor(producer.changing(FhirVersion.R4).token()));
        return made;
    }

    private static List<Group> allLists() {
        return groups(client.search()
                .forResource(Group.class)
                .summaryMode(SummaryEnum.TRUE)
                .returnBundle(Bundle.class)
                .execute());
    }

    private static Group anyList() {
        return allLists().get(0);
    }

    private static List<Group> groups(Bundle bundle) {
        Stream<Resource> entries = bundle.getEntry().stream().map(Bundle.BundleEntryComponent::getResource);
        return entries.filter(Group.class::isInstance).map(Group.class::cast).toList();
    }

    private static String id(Resource resource) {
        return resource.getIdElement().getIdPart();
    }

    private static String number(Group group, String system) {
        return group.getIdentifier().stream()
                .filter(identifier -> system.equals(identifier.getSystem()))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private static Reference reference(Group.GroupMemberComponent row, String extension) {
        return (Reference) row.getExtensionByUrl(extension).getValue();
    }
}
