package dev.atr.producer.internal.creation;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.core.rules.ListRuleOptions;
import dev.atr.core.rules.RuleReport;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.discovery.GroupHistory;
import dev.atr.producer.internal.discovery.GroupSearch;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.ListCreation;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code POST [base]/Group}: a list without members; and {@code DELETE [base]/Group/[id]}. */
public final class GroupCreation {
    private final ListCreation lists;
    private final FhirVersion version;
    private final Clock clock;
    private final Consumer<ListId> onDeletion;
    private final Answers answers;

    /**
     * Creates both over a payer's lists.
     *
     * @param onDeletion is told of deletions; throws nothing
     */
    public GroupCreation(ListCreation lists, CreationContext context, Consumer<ListId> onDeletion) {
        this.lists = lists;
        this.version = context.version();
        this.clock = context.clock();
        this.onDeletion = onDeletion;
        this.answers = new Answers(context);
    }

    /** Answers a create. */
    public FhirResponse create(Call call) {
        call.require(ResourceType.GROUP, "c");
        call.query().only(Set.of(), call.preferences());
        if (call.caller().permittedLists() != null) {
            throw Refusal.of(
                            Reason.SCOPE,
                            "The registration of this client names the lists that it may see; others can't be created.")
                    .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
        }
        answers.requireRoom(call);
        AttributionList list = list(call);
        Creation<AttributionList> creation;
        try {
            creation = lists.create(call.caller(), list, condition(call), ProvenanceHeader.read(call, version));
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.INVALID, "The body can't be kept: " + e.getMessage() + ".");
        }
        AttributionList held = Answers.content(creation);
        return answers.created(
                call,
                held.id().key(),
                creation.kind() == Creation.Kind.CREATED,
                new Versions(held.version(), held.lastUpdated()),
                // One that was there before may have members, which do not come along.
                GroupJson.header(held, version, creation.kind() != Creation.Kind.CREATED));
    }

    /** Answers a delete. */
    public FhirResponse delete(Call call) {
        call.require(ResourceType.GROUP, "d");
        call.query().only(Set.of(), call.preferences());
        ListId list = new ListId(call.variable(0));
        Deletion deletion = lists.delete(call.caller(), list, call.ifMatch());
        if (deletion.kind() == Deletion.Kind.DELETED) {
            onDeletion.accept(list);
        }
        return answers.deleted(call, list.key(), deletion, GroupHistory.unknown());
    }

    private AttributionList list(Call call) {
        ListId id = new ListId(UUID.randomUUID().toString());
        JsonObject group = Submission.read(call, id.key(), version);
        if (!group.items("member").isEmpty()) {
            throw Refusal.of(Reason.UNPROCESSABLE, "A list is created without members, which are added to it then.")
                    .at("Group.member");
        }
        AttributionList list;
        try {
            list = GroupJson.readHeader(group.without("member").toBytes(), version);
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.INVALID, "The body can't be read: " + e.getMessage() + ".");
        }
        AttributionList complete = list.status() == null ? list.withStatus(ListStatus.DRAFT) : list;
        if (ListStatus.FINAL.equals(complete.status())) {
            throw Refusal.of(Reason.UNPROCESSABLE, "A list begins as draft or open (C-21).")
                    .at("Group.extension(attributionListStatus)");
        }
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        RuleReport report = new RuleReport();
        new AttributionListRules(new ListRuleOptions(null, today, ZoneOffset.UTC)).checkList(complete, report);
        Submission.require(report);
        return complete;
    }

    private static @Nullable ListQuery condition(Call call) {
        List<String> headers = call.request().headers().all("If-None-Exist");
        if (headers.size() > 1) {
            throw Refusal.of(Reason.INVALID, "This header may be given once only.")
                    .at("If-None-Exist");
        }
        return headers.isEmpty() ? null : GroupSearch.condition(headers.get(0));
    }
}
