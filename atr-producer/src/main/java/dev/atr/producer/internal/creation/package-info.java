/** Create and delete: lists to be filled, and the resources that a list needs. */
@NullMarked
package dev.atr.producer.internal.creation;

import org.jspecify.annotations.NullMarked;
