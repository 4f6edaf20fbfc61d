package dev.atr.consumer.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTest {
    private static final String SUBSCRIPTION = "https://payer.example/r4/Subscription/sub-77";

    @Test
    void anEventIsReadWithItsNumberTimeAndFocus() {
        Notification notification = read(Notifications.events(SUBSCRIPTION, 7, 8));

        assertThat(notification.type()).isEqualTo(Notification.Type.EVENT_NOTIFICATION);
        assertThat(notification.subscription()).isEqualTo(SUBSCRIPTION);
        assertThat(notification.status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(notification.eventCount()).isEqualTo(8);
        Instant time = Instant.parse("2026-03-02T09:59:58Z");
        assertThat(notification.events())
                .containsExactly(
                        new Notification.Event(7, time, "https://payer.example/r4/Group/list-1"),
                        new Notification.Event(8, time, "https://payer.example/r4/Group/list-1"));
    }

    @Test
    @Requirement({"SUBB-037", "SUBB-038"})
    void whatLaterVersionsAddIsPassedOver() {
        Notification notification = read("""
                {"resourceType":"Bundle","type":"history","signature":{"who":{"display":"payer"}},
                 "entry":[
                  {"resource":{"resourceType":"Parameters","language":"en","parameter":[
                    {"name":"authorization-hint","part":[{"name":"authorization-type","valueCoding":{"code":"base"}}]},
                    {"name":"related-query","part":[{"name":"query","valueString":"Group/list-1"}]},
                    {"name":"type","valueCode":"event-notification"},
                    {"name":"subscription","valueReference":{"reference":"Subscription/sub-77","display":"ours"}},
                    {"name":"events-since-subscription-start","valueUnsignedInt":3},
                    {"name":"notification-event","part":[
                      {"name":"event-number","valueInteger64":"3"},
                      {"name":"additional-context","valueReference":{"reference":"Patient/1"}},
                      {"name":"novelty","part":[{"name":"x","valueBoolean":true}]}]}]}},
                  {"fullUrl":"https://payer.example/r4/Group/list-1","request":{"method":"PUT","url":"Group/list-1"}}]}
                """);

        assertThat(notification.status()).isNull();
        assertThat(notification.eventCount()).isEqualTo(3);
        assertThat(notification.events()).containsExactly(new Notification.Event(3, null, null));
    }

    @Test
    void eventsThatAreOnlyCountedAreOne() {
        assertThat(read(Notifications.bundle(SUBSCRIPTION, "active", "event-notification", 5))
                        .events())
                .containsExactly(new Notification.Event(5, null, null));
    }

    @Test
    void theReasonOfAnErrorIsRead() {
        Notification notification = Notification.status(JsonValue.parse("""
                {"resourceType":"Parameters","parameter":[
                 {"name":"subscription","valueReference":{"reference":"Subscription/sub-77"}},
                 {"name":"status","valueCode":"error"},{"name":"type","valueCode":"query-status"},
                 {"name":"error","valueCodeableConcept":{"coding":[{"code":"no-response"}]}}]}
                """.getBytes(StandardCharsets.UTF_8)));

        assertThat(notification.status()).isEqualTo(SubscriptionStatus.ERROR);
        assertThat(notification.error()).isEqualTo("no-response");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"resourceType\":\"Patient\"}",
                "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[]}",
                "{\"resourceType\":\"Bundle\",\"type\":\"history\"}",
                "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"type\":\"history\"}",
                "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":[{\"resource\":{\"resourceType\":\"Group\"}}]}",
                "{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":[{\"resource\":{\"resourceType\":\"Parameters\"}}]}"
            })
    void whatIsNoNotificationIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(InvalidContentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "1.5", "x", "9223372036854775808", "99999999999999999999", "+1", ""})
    void aNumberThatIsNoneIsRefused(String number) {
        String json = Notifications.events(SUBSCRIPTION, 7)
                .replace(
                        "\"event-number\",\"valueString\":\"7\"",
                        "\"event-number\",\"valueString\":\"" + number + "\"");

        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("event-number");
    }

    @Test
    void whatAHapiServerSendsIsRead() {
        Notification notification = read("""
                {"resourceType":"Bundle","id":"6fd3","meta":{"profile":[
                  "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-notification-r4"]},
                 "type":"history","timestamp":"2026-03-02T10:00:00.000+01:00",
                 "entry":[{"resource":{"resourceType":"Parameters","id":"92c1","parameter":[
                    {"name":"subscription","valueReference":{"reference":"Subscription/77/_history/2"}},
                    {"name":"topic","valueCanonical":
                      "http://hl7.org/fhir/us/davinci-atr/SubscriptionTopic/atr-list-change"},
                    {"name":"status","valueCode":"active"},
                    {"name":"type","valueCode":"event-notification"},
                    {"name":"events-since-subscription-start","valueString":"4"},
                    {"name":"notification-event","part":[
                      {"name":"event-number","valueString":"4"},
                      {"name":"timestamp","valueDate":"2026-03-02"},
                      {"name":"focus","valueReference":{"reference":"Group/Group/list-1"}}]}]},
                   "request":{"method":"GET","url":"Subscription/77/$status"},"response":{"status":"200"}}]}
                """);

        assertThat(notification.subscription()).isEqualTo("Subscription/77/_history/2");
        assertThat(notification.events()).containsExactly(new Notification.Event(4, null, "Group/Group/list-1"));
    }

    @Test
    void numbersHave64Bits() {
        Notification notification = read(Notifications.events(SUBSCRIPTION, Long.MAX_VALUE));

        assertThat(notification.eventCount()).isEqualTo(Long.MAX_VALUE);
        assertThat(notification.events()).extracting(Notification.Event::number).containsExactly(Long.MAX_VALUE);
    }

    private static Notification read(String json) {
        return Notification.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
