/**
 * Subscriptions to changes of member attribution lists, the payer's side: {@link dev.atr.subscriptions.SubscriptionManager}.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/subscription.html">ATR 2.1.0, Subscriptions</a>
 */
@NullMarked
package dev.atr.subscriptions;

import org.jspecify.annotations.NullMarked;
