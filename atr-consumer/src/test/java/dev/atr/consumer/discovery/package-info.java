/** Tests of discovery. */
@NullMarked
package dev.atr.consumer.discovery;

import org.jspecify.annotations.NullMarked;
