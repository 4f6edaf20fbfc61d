package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.tck.SampleLists;
import java.io.IOException;
import java.util.Set;

/** What a client that may change its lists sends; in bodies, apostrophes stand for quotes. */
final class Changing {
    static final String OPEN = "/Group/list-open";
    static final String DRAFT = "/Group/list-draft";
    static final String FINAL = "/Group/list-final";

    static final String NOBODY = memberId("M-nobody");
    static final String NPI = npi("1000000012");

    private Changing() {}

    /** Lets {@link Payer#CLIENT} write, and see the final list too; returns its token. */
    static String writer(Payer payer) throws IOException {
        payer.register(Payer.CLIENT, payer.registration(Payer.CLIENT).keys(), "system/*.cruds");
        payer.sample.replace(payer.sample
                .lists()
                .withEntitlement(Payer.CLIENT, Set.of(SampleLists.OPEN, SampleLists.DRAFT, SampleLists.FINAL)));
        return payer.token("system/*.cruds");
    }

    static Request post(String path, String body) {
        return Request.of("POST", path)
                .with("Content-Type", "application/fhir+json")
                .body(body.replace('\'', '"'));
    }

    /** Returns a call of an operation with these parameters. */
    static Request call(String list, String operation, String... parameters) {
        return post(
                list + "/" + operation,
                "{'resourceType':'Parameters','parameter':[" + String.join(",", parameters) + "]}");
    }

    static String memberId(String value) {
        return "{'name':'memberId','valueIdentifier':{'value':'" + value + "'}}";
    }

    static String npi(String value) {
        return "{'name':'providerNpi','valueIdentifier':{'system':'http://hl7.org/fhir/sid/us-npi','value':'" + value
                + "'}}";
    }

    static String reference(String name, String reference) {
        return "{'name':'" + name + "','valueReference':{'reference':'" + reference + "'}}";
    }

    /** Has the payer know one more person, covered once, of the member id {@code M-} and the id. */
    static void person(Payer payer, String id) {
        String patient = "{'resourceType':'Patient','id':'" + id + "','identifier':[{'system':'urn:x','value':'" + id
                + "'}],'name':[{'family':'Sample'}],'gender':'unknown'}";
        payer.sample.replace(payer.sample
                .lists()
                .withResource(new ResourceKey(ResourceType.PATIENT, id), patient.replace('\'', '"')));
        coverage(payer, "c-" + id, id, "https://payer.example/members", "M-" + id);
    }

    static void coverage(Payer payer, String id, String patient, String system, String memberId) {
        coverage(payer, id, patient, system, memberId, "payer");
    }

    /** The same by another organization than the payer of the lists. */
    static void coverage(Payer payer, String id, String patient, String system, String memberId, String payor) {
        String coverage = "{'resourceType':'Coverage','id':'" + id + "','identifier':[{'type':{'coding':[{'system':"
                + "'http://terminology.hl7.org/CodeSystem/v2-0203','code':'MB'}]},'system':'" + system
                + "','value':'" + memberId + "'}],'status':'active','subscriberId':'S','beneficiary':{'reference':"
                + "'Patient/" + patient + "'},'relationship':{'text':'self'},'period':{'start':'2026-01-01'},"
                + "'payor':[{'reference':'Organization/" + payor + "'}]}";
        payer.sample.replace(payer.sample
                .lists()
                .withResource(new ResourceKey(ResourceType.COVERAGE, id), coverage.replace('\'', '"')));
    }

    /** Returns the version of a list. */
    static int version(Payer payer, String token, String list) throws IOException {
        Answer answer = payer.send(Request.get(list + "?_summary=true").bearer(token));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return Integer.parseInt(
                answer.json().all("meta.versionId").get(0).text().orElseThrow());
    }

    /** Returns the version that a change made. */
    static int made(Answer answer) {
        return Integer.parseInt(answer.header("ETag").replaceAll("[^0-9]", ""));
    }

    /** Returns how many rows of a list are of a patient and have not ended. */
    static long activeRows(Payer payer, String token, String list, String patient) throws IOException {
        return payer.send(Request.get(list).bearer(token)).json().items("member").stream()
                .filter(row -> !row.find("inactive").flatMap(JsonValue::flag).orElse(false))
                .flatMap(row -> row.find("entity").flatMap(entity -> entity.text("reference")).stream())
                .filter(("Patient/" + patient)::equals)
                .count();
    }
}
