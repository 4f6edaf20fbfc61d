/** Tests of export. */
@NullMarked
package dev.atr.consumer.export;

import org.jspecify.annotations.NullMarked;
