/** Tests of what a Consumer hears of changes. */
@NullMarked
package dev.atr.consumer.subscription;

import org.jspecify.annotations.NullMarked;
