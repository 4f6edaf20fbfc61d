/** Tests of local copies. */
@NullMarked
package dev.atr.consumer.sync;

import org.jspecify.annotations.NullMarked;
