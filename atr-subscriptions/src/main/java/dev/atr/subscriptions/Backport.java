package dev.atr.subscriptions;

/** Names of the Subscriptions R5 Backport guide, and the topic of the ATR guide. */
final class Backport {
    /** The one topic that is served. */
    static final String LIST_CHANGE = "http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change";

    /** Profile of the Subscription. */
    static final String ATR_PROFILE =
            "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-list-change-subscription";

    private static final String STRUCTURE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    static final String FILTER = STRUCTURE + "backport-filter-criteria";
    static final String CONTENT = STRUCTURE + "backport-payload-content";
    static final String CHANNEL_TYPE = STRUCTURE + "backport-channel-type";
    static final String HEARTBEAT = STRUCTURE + "backport-heartbeat-period";
    static final String TIMEOUT = STRUCTURE + "backport-timeout";
    static final String MAX_COUNT = STRUCTURE + "backport-max-count";
    static final String NOTIFICATION = STRUCTURE + "backport-subscription-notification-r4";
    static final String STATUS = STRUCTURE + "backport-subscription-status-r4";

    /** Extensions that stand for elements of later FHIR versions; the guide has its own for what it needs. */
    static final String CROSS_VERSION = "http://hl7.org/fhir/5.0/";

    private Backport() {}
}
