/**
 * Holding a Producer against the guide from outside: {@link dev.atr.consumer.check.ProducerCheck} asks, and a
 * {@link dev.atr.consumer.check.CheckReport} says rule by rule what it saw. Changes nothing at the Producer.
 */
@NullMarked
package dev.atr.consumer.check;

import org.jspecify.annotations.NullMarked;
