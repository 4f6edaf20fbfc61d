/** What this Producer says about itself: the CapabilityStatement and its own SearchParameter. */
@NullMarked
package dev.atr.producer.internal.capability;

import org.jspecify.annotations.NullMarked;
