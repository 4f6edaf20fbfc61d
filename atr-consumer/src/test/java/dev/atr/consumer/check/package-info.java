/** Tests of the check of a Producer. */
@NullMarked
package dev.atr.consumer.check;

import org.jspecify.annotations.NullMarked;
