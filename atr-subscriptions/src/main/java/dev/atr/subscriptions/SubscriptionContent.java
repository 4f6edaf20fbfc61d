package dev.atr.subscriptions;

import dev.atr.core.Backport;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.MediaType;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionRefusal;
import dev.atr.producer.spi.subscription.SubscriptionRefusal.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Subscription asks for.
 *
 * @param resource the resource as its owner sent it, without id, meta, narrative and what the server says
 * @param status the status that its owner asks for
 * @param list the list of the one filter
 * @param endpoint where notifications go
 * @param contentType their content type, as sent
 * @param idOnly whether they name the list; otherwise they are empty
 * @param headers headers that go along, each with name, colon and value
 * @param heartbeat how long it may be silent; absent for as long as nothing happens
 * @param timeout longest wait for an answer
 * @param maxCount most events in one notification
 * @param end when it ends by itself; absent when it does not
 */
record SubscriptionContent(
        JsonObject resource,
        String status,
        ListId list,
        URI endpoint,
        String contentType,
        boolean idOnly,
        List<String> headers,
        @Nullable Duration heartbeat,
        Duration timeout,
        int maxCount,
        @Nullable Instant end) {
    /** Longest wait for an answer, whatever a Subscription says. */
    static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);

    /** Shortest heartbeat period. */
    static final Duration MIN_HEARTBEAT = Duration.ofMinutes(1);

    /** Most events in one notification, whatever a Subscription says. */
    static final int MAX_EVENTS = 100;

    /** Most characters of the resource; see {@link JsonValue#parseObject(byte[], long)}. */
    private static final long MAX_COST = 100_000;

    private static final int MAX_HEADERS = 10;
    private static final int MAX_HEADER_CHARACTERS = 8 << 10;
    private static final int MAX_ENDPOINT_CHARACTERS = 2048;

    private static final Set<String> SERVERS = Set.of("resourceType", "id", "meta", "language", "text", "error");
    private static final Set<String> OWNERS =
            Set.of("status", "contact", "end", "reason", "criteria", "_criteria", "channel", "extension");
    private static final Set<String> CHANNEL =
            Set.of("id", "extension", "type", "endpoint", "payload", "_payload", "header");
    private static final Set<String> STATUSES = Set.of("requested", "active", "off");

    private static final Pattern ID_FILTER =
            Pattern.compile("(?:Group\\?_id=|_id=|Group\\._id=|Group/)([A-Za-z0-9.-]{1,64})");
    private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7E]+");
    private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}): ?([\\x20-\\x7E\\t]*)");

    /** Headers about the connection and its peers, and those that a notification has of its own. */
    private static final Set<String> NOT_THEIRS = Set.of(
            "host",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "forwarded",
            "cookie",
            "accept-encoding",
            "user-agent");

    private static final List<String> NOT_THEIRS_EITHER = List.of("proxy-", "x-forwarded-");

    /**
     * Reads what an owner sent.
     *
     * @param base the FHIR base, for filters that name it
     * @param id the id that it has to have; absent where what it says is left aside
     * @throws SubscriptionRefusal when it is not served; names the element and no value
     */
    static SubscriptionContent read(byte[] json, String base, @Nullable String id) {
        JsonObject sent;
        try {
            sent = JsonValue.parseObject(json, MAX_COST);
        } catch (InvalidContentException e) {
            throw new SubscriptionRefusal(
                    Reason.INVALID, "The body can't be read: " + e.getMessage() + ".", "Subscription");
        }
        if (!sent.text("resourceType").equals(Optional.of("Subscription"))) {
            throw invalid("resourceType", "The body must be a Subscription.");
        }
        if (id != null && !sent.text("id").equals(Optional.of(id))) {
            throw invalid("id", "The body must have the id of the address.");
        }
        requireKnown(sent);
        JsonObject resource = sent;
        for (String name : SERVERS) {
            resource = resource.without(name);
        }
        SubscriptionContent content =
                of(resource.with("resourceType", JsonValue.of("Subscription")), list(resource, base));
        int characters = content.headers.stream().mapToInt(String::length).sum();
        if (content.headers.size() > MAX_HEADERS || characters > MAX_HEADER_CHARACTERS) {
            throw invalid(
                    "channel.header",
                    "At most " + MAX_HEADERS + " headers of " + MAX_HEADER_CHARACTERS + " characters in all.");
        }
        return content;
    }

    /** Returns what was {@linkplain #read} before and kept since. */
    static SubscriptionContent of(StoredSubscription subscription) {
        return of(JsonValue.parseObject(subscription.content()), subscription.list());
    }

    /** Returns a copy with other headers, in the resource too. */
    SubscriptionContent withHeaders(List<String> others) {
        JsonObject channel = (JsonObject) resource.find("channel").orElseThrow();
        JsonObject changed = others.isEmpty()
                ? channel.without("header")
                : channel.with(
                        "header",
                        JsonValue.array(others.stream().map(JsonValue::of).toList()));
        return new SubscriptionContent(
                resource.with("channel", changed),
                status,
                list,
                endpoint,
                contentType,
                idOnly,
                List.copyOf(others),
                heartbeat,
                timeout,
                maxCount,
                end);
    }

    /** Returns whether notifications go to the same endpoint about the same list in the same way. */
    boolean isSentLike(SubscriptionContent other) {
        return list.equals(other.list)
                && endpoint.equals(other.endpoint)
                && contentType.equals(other.contentType)
                && idOnly == other.idOnly
                && headers.equals(other.headers);
    }

    private static SubscriptionContent of(JsonObject resource, ListId list) {
        String status = required(resource, "status", "status");
        if (!STATUSES.contains(status)) {
            throw notServed(
                    "status", "A client asks for 'requested', 'active' or 'off'; 'error' is the server's to say.");
        }
        required(resource, "reason", "reason");
        if (!required(resource, "criteria", "criteria").equals(Backport.LIST_CHANGE)) {
            throw notServed("criteria", "The one topic that is served is " + Backport.LIST_CHANGE + ".");
        }
        JsonObject channel = resource.find("channel")
                .map(value -> value instanceof JsonObject object ? object : JsonObject.EMPTY)
                .orElseThrow(() -> invalid("channel", "This element is missing."));
        requireKnown(channel, CHANNEL, "channel.");
        if (!required(channel, "type", "channel.type").equals("rest-hook")) {
            throw notServed("channel.type", "The one channel that is served is 'rest-hook'.");
        }
        return new SubscriptionContent(
                resource,
                status,
                list,
                endpoint(required(channel, "endpoint", "channel.endpoint")),
                payload(required(channel, "payload", "channel.payload")),
                isIdOnly(channel),
                headers(channel),
                seconds(channel, Backport.HEARTBEAT, MIN_HEARTBEAT).orElse(null),
                seconds(channel, Backport.TIMEOUT, Duration.ofSeconds(1))
                        .filter(timeout -> timeout.compareTo(MAX_TIMEOUT) < 0)
                        .orElse(MAX_TIMEOUT),
                maxCount(channel),
                resource.find("end").map(SubscriptionContent::end).orElse(null));
    }

    private static void requireKnown(JsonObject sent) {
        Set<String> known = new HashSet<>(SERVERS);
        known.addAll(OWNERS);
        requireKnown(sent, known, "");
        requireNoneOf(sent);
    }

    private static void requireKnown(JsonObject object, Set<String> known, String place) {
        for (String name : object.properties().keySet()) {
            if (!known.contains(name)) {
                throw invalid(
                        place + (name.matches("_?[A-Za-z]{1,40}") ? name : "element"),
                        "This element is not served here; leave it out.");
            }
        }
    }

    /** Later FHIR versions say some of this by elements, which could contradict the guide's own extensions. */
    private static void requireNoneOf(JsonValue value) {
        if (value instanceof JsonArray array) {
            array.values().forEach(SubscriptionContent::requireNoneOf);
        } else if (value instanceof JsonObject object) {
            if (object.find("modifierExtension").isPresent()) {
                throw notServed("modifierExtension", "What changes the meaning of a resource is not taken.");
            }
            if (object.text("url")
                    .filter(url -> url.startsWith(Backport.CROSS_VERSION))
                    .isPresent()) {
                throw notServed(
                        "extension",
                        "Extensions for elements of later FHIR versions are not taken; use the guide's own.");
            }
            object.properties().values().forEach(SubscriptionContent::requireNoneOf);
        }
    }

    private static ListId list(JsonObject resource, String base) {
        String place = "criteria.extension";
        List<JsonValue> filters = extensions(resource.find("_criteria").orElse(JsonObject.EMPTY), Backport.FILTER)
                .toList();
        if (filters.size() != 1) {
            throw notServed(place, "Name the list by one filter, as Group/[id] (C-57, C-58).");
        }
        String filter =
                filters.get(0).text("valueString").orElseThrow(() -> invalid(place, "The filter is a valueString."));
        String relative = filter.startsWith(base + "/") ? filter.substring(base.length() + 1) : filter;
        Matcher id = ID_FILTER.matcher(relative);
        if (!id.matches()) {
            throw notServed(place, "The one filter that is served is Group/[id] (C-57).");
        }
        return new ListId(id.group(1));
    }

    private static URI endpoint(String text) {
        String place = "channel.endpoint";
        if (text.length() > MAX_ENDPOINT_CHARACTERS) {
            throw invalid(place, "An endpoint has at most " + MAX_ENDPOINT_CHARACTERS + " characters.");
        }
        try {
            URI uri = new URI(text);
            if (!uri.isAbsolute() || uri.getRawFragment() != null) {
                throw invalid(place, "An absolute address without fragment is expected.");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw invalid(place, "An absolute address is expected.");
        }
    }

    private static String payload(String text) {
        // It becomes the Content-Type of each notification as it is.
        MediaType type = Optional.of(text)
                .filter(visible -> VISIBLE.matcher(visible).matches())
                .flatMap(MediaType::parse)
                .orElseThrow(() -> invalid("channel.payload", "The payload is application/fhir+json."));
        String version = type.parameter("fhirVersion").orElse("4.0");
        if (!type.is("application/fhir+json") || !(version.equals("4.0") || version.equals("4.0.1"))) {
            throw notServed("channel.payload", "The one payload that is served is application/fhir+json of FHIR 4.0.");
        }
        return text;
    }

    private static boolean isIdOnly(JsonObject channel) {
        String place = "channel.payload.extension";
        List<JsonValue> contents = extensions(channel.find("_payload").orElse(JsonObject.EMPTY), Backport.CONTENT)
                .toList();
        if (contents.size() != 1) {
            throw invalid(
                    place, "Say once how much a notification holds, by backport-payload-content: id-only or empty.");
        }
        String content = contents.get(0).text("valueCode").orElse("");
        if (!content.equals("id-only") && !content.equals("empty")) {
            throw notServed(
                    place, "Notifications hold id-only or nothing (empty): members' data is fetched, not sent.");
        }
        return content.equals("id-only");
    }

    private static List<String> headers(JsonObject channel) {
        String place = "channel.header";
        List<String> headers = new ArrayList<>();
        if (channel.find("header").map(value -> !(value instanceof JsonArray)).orElse(false)) {
            throw invalid(place, "Headers are a list.");
        }
        for (JsonValue value : channel.items("header")) {
            String header = value.text().orElse("");
            Matcher parts = HEADER.matcher(header);
            if (!parts.matches()) {
                throw invalid(place, "A header is a name, a colon and a value of visible ASCII characters.");
            }
            String name = parts.group(1).toLowerCase(Locale.ROOT);
            if (NOT_THEIRS.contains(name) || NOT_THEIRS_EITHER.stream().anyMatch(name::startsWith)) {
                throw notServed(place, "Headers about the connection or the body can't be asked for.");
            }
            headers.add(header);
        }
        return List.copyOf(headers);
    }

    private static Optional<Duration> seconds(JsonObject channel, String url, Duration least) {
        return number(channel, url, "valueUnsignedInt").map(number -> {
            if (number < least.toSeconds() || number > Integer.MAX_VALUE) {
                throw notServed(
                        "channel.extension", "A number of seconds of at least " + least.toSeconds() + " is expected.");
            }
            return Duration.ofSeconds(number);
        });
    }

    private static int maxCount(JsonObject channel) {
        long count = number(channel, Backport.MAX_COUNT, "valuePositiveInt").orElse((long) MAX_EVENTS);
        if (count < 1) {
            throw invalid("channel.extension", "A number from 1 is expected.");
        }
        return (int) Math.min(count, MAX_EVENTS);
    }

    private static Optional<Long> number(JsonObject channel, String url, String type) {
        if (extensions(channel, Backport.CHANNEL_TYPE).findAny().isPresent()) {
            throw notServed("channel.extension", "The one channel that is served is 'rest-hook'.");
        }
        List<JsonValue> values = extensions(channel, url).toList();
        if (values.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(values.get(0)
                .find(type)
                .flatMap(JsonValue::number)
                .filter(number -> values.size() == 1)
                .orElseThrow(() -> invalid("channel.extension", "One " + type + " is expected.")));
    }

    /** Java reads years of more than four digits, too, which FHIR does not know and databases do not keep. */
    private static Instant end(JsonValue value) {
        try {
            return OffsetDateTime.parse(new FhirDateTime(value.text().orElse("")).text())
                    .toInstant();
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw invalid("end", "An instant with a time zone is expected.");
        }
    }

    private static Stream<JsonValue> extensions(JsonValue element, String url) {
        return element.items("extension").stream()
                .filter(extension -> extension.text("url").equals(Optional.of(url)));
    }

    private static String required(JsonObject object, String name, String place) {
        return object.text(name)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> invalid(place, "This element is missing."));
    }

    private static SubscriptionRefusal invalid(String place, String text) {
        return new SubscriptionRefusal(Reason.INVALID, text, "Subscription." + place);
    }

    private static SubscriptionRefusal notServed(String place, String text) {
        return new SubscriptionRefusal(Reason.NOT_SERVED, text, "Subscription." + place);
    }

    /** Returns the list only: the rest is the owner's. */
    @Override
    public String toString() {
        return "SubscriptionContent[" + list + "]";
    }
}
