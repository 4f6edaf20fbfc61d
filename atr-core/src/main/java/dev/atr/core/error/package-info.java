/**
 * What this library throws on purpose. {@link dev.atr.core.error.AtrException} is the root; its kinds say what a caller does next.
 */
@NullMarked
package dev.atr.core.error;

import org.jspecify.annotations.NullMarked;
