/**
 * Strict, streaming FHIR JSON: codecs for Group and Coverage in R4 and STU3, and a scanner for everything else.
 */
@NullMarked
package dev.atr.core.json;

import org.jspecify.annotations.NullMarked;
