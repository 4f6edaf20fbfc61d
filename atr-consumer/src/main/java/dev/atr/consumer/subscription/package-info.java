/**
 * Hearing of changes to attribution lists. {@link dev.atr.consumer.subscription.ListWatch} does all of it: it subscribes,
 * takes notifications from a {@link dev.atr.consumer.subscription.NotificationReceiver}, notices when they stop, looks at
 * lists by itself where a Producer sends none, and says when a list has a new version. The parts can be used alone.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/subscription.html">ATR 2.1.0, Subscriptions</a>
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/">Subscriptions R5 Backport 1.1.0</a>
 */
@NullMarked
package dev.atr.consumer.subscription;

import org.jspecify.annotations.NullMarked;
