/**
 * The rules of the guide, checked on lists and resources: which rule is broken, where, and what to change.
 */
@NullMarked
package dev.atr.core.rules;

import org.jspecify.annotations.NullMarked;
