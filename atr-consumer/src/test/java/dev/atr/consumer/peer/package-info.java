/** Tests of what is said of one Producer. */
@NullMarked
package dev.atr.consumer.peer;

import org.jspecify.annotations.NullMarked;
