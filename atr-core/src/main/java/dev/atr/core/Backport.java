package dev.atr.core;

/** Names of the Subscriptions R5 Backport guide, and of what the ATR guide adds to it. */
public final class Backport {
    /** The one topic of the ATR guide. */
    public static final String LIST_CHANGE = Canonicals.ATR + "/SubscriptionTopic/atr-list-change";

    /** Profile of a Subscription to it. */
    public static final String ATR_PROFILE = Canonicals.ATR_STRUCTURE + "atr-list-change-subscription";

    private static final String GUIDE = "http://hl7.org/fhir/uv/subscriptions-backport";
    private static final String STRUCTURE = GUIDE + "/StructureDefinition/";

    /** The capability statement of a server in R4. */
    public static final String SERVER_STATEMENT = GUIDE + "/CapabilityStatement/backport-subscription-server-r4";

    /** The operation {@code $status}. */
    public static final String STATUS_OPERATION = GUIDE + "/OperationDefinition/backport-subscription-status";

    /** The operation {@code $events}. */
    public static final String EVENTS_OPERATION = GUIDE + "/OperationDefinition/backport-subscription-events";

    /** Profile of a Subscription to any topic. */
    public static final String PROFILE = STRUCTURE + "backport-subscription";

    /** Subscription.criteria: which resources, {@code valueString}. */
    public static final String FILTER = STRUCTURE + "backport-filter-criteria";

    /** Subscription.channel.payload: how much is sent, {@code valueCode}. */
    public static final String CONTENT = STRUCTURE + "backport-payload-content";

    /** Subscription.channel.type: a channel of another kind, {@code valueCoding}. */
    public static final String CHANNEL_TYPE = STRUCTURE + "backport-channel-type";

    /** Subscription.channel: seconds of silence, {@code valueUnsignedInt}. */
    public static final String HEARTBEAT = STRUCTURE + "backport-heartbeat-period";

    /** Subscription.channel: seconds to wait for the endpoint, {@code valueUnsignedInt}. */
    public static final String TIMEOUT = STRUCTURE + "backport-timeout";

    /** Subscription.channel: most events in one notification, {@code valuePositiveInt}. */
    public static final String MAX_COUNT = STRUCTURE + "backport-max-count";

    /** Profile of a notification. */
    public static final String NOTIFICATION = STRUCTURE + "backport-subscription-notification-r4";

    /** Profile of the first entry of a notification. */
    public static final String STATUS = STRUCTURE + "backport-subscription-status-r4";

    /** CapabilityStatement.rest.resource: a topic that is served, {@code valueCanonical}. */
    public static final String ADVERTISED_TOPIC = STRUCTURE + "capabilitystatement-subscriptiontopic-canonical";

    /** Extensions that stand for elements of later FHIR versions; the guide has its own for what it needs. */
    public static final String CROSS_VERSION = "http://hl7.org/fhir/5.0/";

    private Backport() {}
}
