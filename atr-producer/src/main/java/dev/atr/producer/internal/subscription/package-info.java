/** Subscriptions over HTTP. */
@NullMarked
package dev.atr.producer.internal.subscription;

import org.jspecify.annotations.NullMarked;
