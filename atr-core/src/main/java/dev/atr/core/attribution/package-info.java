/**
 * Member attribution lists, their rows and the coverage behind a row, neutral of the FHIR version.
 */
@NullMarked
package dev.atr.core.attribution;

import org.jspecify.annotations.NullMarked;
