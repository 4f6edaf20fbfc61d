/**
 * The FHIR data types the guide needs, neutral of the FHIR version: identifiers, references, periods, codes, outcomes.
 */
@NullMarked
package dev.atr.core.fhir;

import org.jspecify.annotations.NullMarked;
