/**
 * What discovery and export share: one authorised conversation with one Producer. Not for use outside this module.
 */
@NullMarked
package dev.atr.consumer.internal;

import org.jspecify.annotations.NullMarked;
