/**
 * What Consumers create and delete: lists to be filled, and the resources that a list needs. Start with
 * {@link dev.atr.producer.spi.creation.ListCreation} and {@link dev.atr.producer.spi.creation.ResourceCreation}.
 */
@NullMarked
package dev.atr.producer.spi.creation;

import org.jspecify.annotations.NullMarked;
