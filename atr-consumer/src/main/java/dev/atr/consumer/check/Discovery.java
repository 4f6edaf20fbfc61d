package dev.atr.consumer.check;

import dev.atr.consumer.internal.Tokens;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.HttpCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How lists are found and read. */
final class Discovery implements Probe {
    private static final String[] BY_A_LIST = {
        "ATR-DISC-001", "ATR-DISC-002", "ATR-DISC-003", "ATR-DISC-004", "ATR-DISC-009", "FHIR-006", "FHIR-010"
    };

    private static final Pattern ETAG = Pattern.compile("(W/)?\"[!#-~]{1,200}\"");

    private final @Nullable ListId wanted;
    private final @Nullable ListId foreign;
    private final AttributionListRules rules;

    Discovery(@Nullable ListId wanted, @Nullable ListId foreign, AttributionListRules rules) {
        this.wanted = wanted;
        this.foreign = foreign;
        this.rules = rules;
    }

    @Override
    public String name() {
        return "search and read of lists";
    }

    @Override
    public void look(Visit visit) throws InterruptedException {
        List<JsonValue> found = searched(visit);
        choose(visit, found);
        unknown(visit);
        form(visit);
        if (!visit.hasList()) {
            visit.notes.notLookedAt("the Producer shows us no list", BY_A_LIST);
            return;
        }
        byIdentifier(visit);
        byName(visit);
        read(visit);
    }

    /** Searches for all lists, and looks at the form of what comes. */
    private static List<JsonValue> searched(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        Answer answer = visit.get("Group?_summary=true");
        JsonValue bundle = answer.json();
        boolean isSearch = isSearchset(answer);
        notes.expect("FHIR-023", isSearch, "Group?_summary=true: no searchset, status " + answer.status());
        notes.expect("ATR-DISC-008", isSearch, "Group?_summary=true: no searchset, status " + answer.status());
        if (!isSearch) {
            throw new ProtocolException("search for lists: no searchset, status " + answer.status());
        }
        boolean self = bundle.all("link.relation").stream()
                .anyMatch(link -> link.text().orElse("").equals("self"));
        notes.expect("FHIR-023", self, "the searchset has no self link");
        for (JsonValue entry : bundle.items("entry")) {
            notes.expect("FHIR-023", entry.text("fullUrl").isPresent(), "an entry has no fullUrl");
            notes.expect("FHIR-023", !entry.all("search.mode").isEmpty(), "an entry has no search.mode");
        }
        List<JsonValue> lists = lists(answer);
        lists.forEach(list -> summary(notes, list));
        return lists;
    }

    private static void summary(Notes notes, JsonValue list) {
        notes.expect("ATR-DISC-008", list.items("member").isEmpty(), "a summary comes with rows");
        boolean tagged = list.all("meta.tag.code").stream()
                .anyMatch(code -> code.text().orElse("").equals("SUBSETTED"));
        notes.expect("FHIR-030", tagged, "a summary is not tagged SUBSETTED");
        Set<String> extensions = list.items("extension").stream()
                .flatMap(extension -> extension.text("url").stream())
                .collect(Collectors.toSet());
        notes.expect(
                "ATR-DISC-009",
                extensions.contains(Canonicals.EXT_LIST_STATUS) && extensions.contains(Canonicals.EXT_CONTRACT_PERIOD),
                "a summary lacks list status or contract period");
    }

    private void choose(Visit visit, List<JsonValue> found) throws InterruptedException {
        if (wanted == null) {
            // The longest one shows most; which one that is does not change from run to run.
            found.stream()
                    .filter(list -> list.text("id").filter(ResourceKey::isId).isPresent())
                    .max((one, two) -> Long.compare(quantity(one), quantity(two)))
                    .ifPresent(visit::settleOn);
        } else {
            Answer answer = visit.get("Group/" + wanted.value() + "?_summary=true");
            if (answer.status() != 200 || !answer.resourceType().equals("Group")) {
                throw new ProtocolException("read of list " + wanted + ": no Group, status " + answer.status());
            }
            visit.settleOn(answer.json());
        }
    }

    private static long quantity(JsonValue list) {
        return list.find("quantity").flatMap(JsonValue::number).orElse(0L);
    }

    private void unknown(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        Answer nobody = visit.get("Group/" + Visit.NOBODY + "?_summary=true");
        notes.expect(
                "FHIR-015",
                nobody.status() == 404 && nobody.isOutcome(),
                "an unknown list: status " + nobody.status() + ", expected 404 with an OperationOutcome");
        notes.expect("FHIR-019", nobody.isOutcome(), "404 comes without an OperationOutcome");
        if (foreign == null) {
            notes.notLookedAt("no list of somebody else's was named", "ATR-SEC-012", "ATR-DISC-011", "ATR-SEC-010");
            return;
        }
        for (String path : List.of("Group/%s?_summary=true", "Group/%s/_history", "Group/%s/$davinci-data-export")) {
            Answer theirs = ask(visit, path.formatted(foreign.value()));
            Answer none = ask(visit, path.formatted(Visit.NOBODY));
            String what = path.formatted("[id]") + ": status " + theirs.status() + " for somebody else's list";
            notes.expect("ATR-DISC-011", theirs.status() >= 400, what);
            notes.expect("ATR-SEC-010", theirs.status() >= 400, what);
            notes.expect(
                    "ATR-SEC-012",
                    theirs.status() == none.status(),
                    what + ", " + none.status() + " for one that is not there");
        }
    }

    /** Asks for what should be refused; an export that begins all the same is taken back. */
    private static Answer ask(Visit visit, String path) throws InterruptedException {
        HttpCall call = HttpCall.get(visit.peer.at(path), ExportRun.ASYNCHRONOUS);
        Answer answer = visit.send(call);
        ExportRun.drop(visit, call, answer);
        return answer;
    }

    private static void form(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        HttpHeaders headers = Visit.FHIR.with("Content-Type", "application/x-www-form-urlencoded");
        Answer posted = visit.send(HttpCall.post(
                visit.peer.at("Group/_search"), headers, "_summary=true".getBytes(StandardCharsets.US_ASCII)));
        notes.expect("FHIR-026", isSearchset(posted), "POST Group/_search: no searchset, status " + posted.status());
        Answer strict = visit.get("Group?atr-check=1&_summary=true", Visit.FHIR.with("Prefer", "handling=strict"));
        notes.expect(
                "FHIR-027",
                strict.isRefusal(),
                "an unknown parameter under handling=strict: status " + strict.status() + ", expected 4xx");
        Answer unacceptable = visit.get("Group?_summary=true", HttpHeaders.of("Accept", "application/x-atr-check"));
        notes.expect(
                "FHIR-020",
                unacceptable.status() == 406,
                "Accept: application/x-atr-check: status " + unacceptable.status() + ", expected 406");
        Answer characteristic = visit.get("Group?characteristic=http%3A%2F%2Fatr-check.example%7Cnone&_summary=true");
        notes.expect(
                "ATR-CAP-010",
                isSearchset(characteristic),
                "Group?characteristic: no searchset, status " + characteristic.status());
    }

    private static void byIdentifier(Visit visit) throws InterruptedException {
        finds(visit, "ATR-DISC-001", "an NPI", identifier(visit, Canonicals.NPI::equals));
        finds(visit, "ATR-DISC-002", "a TIN", identifier(visit, Canonicals.TIN::equals));
        finds(
                visit,
                "ATR-DISC-003",
                "a contract or settlement entity",
                identifier(visit, system -> !system.equals(Canonicals.NPI) && !system.equals(Canonicals.TIN)));
        Answer none = visit.get("Group?"
                + QueryParameters.of("identifier", Canonicals.NPI + "|" + Visit.NOBODY)
                        .encode() + "&_summary=true");
        boolean empty = isSearchset(none) && lists(none).isEmpty();
        visit.notes.expect("ATR-CAP-009", empty, "a search by an identifier that no list has: not empty");
        visit.notes.expect("FHIR-028", empty, "a search by an identifier that no list has: not empty");
    }

    private static Optional<JsonValue> identifier(Visit visit, Predicate<String> system) {
        return visit.list().items("identifier").stream()
                .filter(identifier -> identifier.text("system").filter(system).isPresent())
                .filter(identifier -> identifier.text("value").isPresent())
                .findFirst();
    }

    private static void finds(Visit visit, String id, String kind, Optional<JsonValue> identifier)
            throws InterruptedException {
        if (identifier.isEmpty()) {
            visit.notes.notLookedAt("the list has no identifier that is " + kind, id);
            return;
        }
        String token = Tokens.text(
                identifier.get().text("system").orElseThrow(),
                identifier.get().text("value").orElseThrow());
        Answer answer = visit.get("Group?"
                + QueryParameters.of("identifier", token, "_summary", "true").encode());
        visit.notes.expect(
                id,
                holds(answer, visit.listId()),
                "a search by " + kind + " does not find the list, status " + answer.status());
    }

    private static void byName(Visit visit) throws InterruptedException {
        Optional<String> name = visit.list().text("name");
        if (name.isEmpty()) {
            visit.notes.notLookedAt("the list has no name", "ATR-DISC-004");
            return;
        }
        Answer answer = visit.get("Group?"
                + QueryParameters.of("name", name.get(), "_summary", "true").encode());
        Answer none = visit.get("Group?name=" + Visit.NOBODY + "&_summary=true");
        visit.notes.expect(
                "ATR-DISC-004",
                holds(answer, visit.listId())
                        && isSearchset(none)
                        && lists(none).isEmpty(),
                "a search by name does not find the list and no others");
    }

    private void read(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        String path = "Group/" + visit.listId();
        Answer read = visit.get(path + "?_summary=true");
        boolean isGroup = read.status() == 200 && read.resourceType().equals("Group");
        notes.expect("ATR-CAP-001", isGroup, "read of a list: no Group, status " + read.status());
        if (!isGroup) {
            return;
        }
        notes.expect(
                "ATR-MDL-027", !read.json().all("meta.lastUpdated").isEmpty(), "Group.meta.lastUpdated is missing");
        Optional<String> etag = read.headers().first("ETag");
        notes.expect(
                "FHIR-006",
                etag.isPresent() && read.headers().first("Last-Modified").isPresent(),
                "read of a list: no ETag or no Last-Modified");
        if (etag.filter(text -> ETAG.matcher(text).matches()).isPresent()) {
            Answer again = visit.get(path + "?_summary=true", Visit.FHIR.with("If-None-Match", etag.get()));
            notes.expect("FHIR-010", again.status() == 304, "If-None-Match: status " + again.status());
        }
        if (visit.isR4()) {
            AttributionList list = GroupJson.readHeader(read.json().toBytes(), FhirVersion.R4);
            rules.checkList(list, notes::violation);
        }
        versions(visit, path, read.json());
    }

    private static void versions(Visit visit, String path, JsonValue list) throws InterruptedException {
        Notes notes = visit.notes;
        Optional<String> version = list.all("meta.versionId").stream()
                .flatMap(id -> id.text().stream())
                .filter(ResourceKey::isId)
                .findFirst();
        if (version.isPresent()) {
            Answer vread = visit.get(path + "/_history/" + version.get() + "?_summary=true");
            boolean served = vread.status() == 200 && vread.resourceType().equals("Group");
            notes.expect("ATR-CAP-004", served, "vread of the current version: status " + vread.status());
            if (served) {
                Answer none = visit.get(path + "/_history/" + Visit.NOBODY + "?_summary=true");
                notes.expect("FHIR-018", none.status() == 404, "vread of no version: status " + none.status());
            }
        }
        Answer history = visit.get(path + "/_history?_summary=true&_count=5");
        boolean served = history.status() == 200 && history.resourceType().equals("Bundle");
        notes.expect("ATR-CAP-005", served, "history of a list: status " + history.status());
        if (served) {
            boolean typed = history.json().text("type").orElse("").equals("history");
            boolean whole = history.json().items("entry").stream()
                    .allMatch(entry -> entry.find("request").isPresent()
                            && entry.find("response").isPresent());
            notes.expect(
                    "FHIR-017", typed && whole, "history: type is not history, or an entry has no request or response");
        }
    }

    private static boolean isSearchset(Answer answer) {
        return answer.status() == 200
                && answer.resourceType().equals("Bundle")
                && answer.json().text("type").orElse("").equals("searchset");
    }

    private static List<JsonValue> lists(Answer answer) {
        List<JsonValue> lists = new ArrayList<>();
        for (JsonValue entry : answer.json().items("entry")) {
            entry.find("resource")
                    .filter(resource -> resource.text("resourceType").orElse("").equals("Group"))
                    .ifPresent(lists::add);
        }
        return lists;
    }

    private static boolean holds(Answer answer, String id) {
        return isSearchset(answer)
                && lists(answer).stream()
                        .anyMatch(list -> list.text("id").orElse("").equals(id));
    }
}
