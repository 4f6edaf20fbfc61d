/**
 * What the payer's own people do to lists, without asking a policy. Start with
 * {@link dev.atr.producer.spi.administration.ListAdministration}.
 */
@NullMarked
package dev.atr.producer.spi.administration;

import org.jspecify.annotations.NullMarked;
