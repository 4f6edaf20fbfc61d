package dev.atr.core.attribution;

import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.OtherElements;

/**
 * A trait that all members share, for example {@code attributed-to} a practitioner. Value, {@code exclude} and period
 * are kept as JSON in {@code other}.
 *
 * @param code what kind of trait it is
 * @param other the remaining properties word for word: {@code value[x]}, {@code exclude}, {@code period}, extensions
 */
public record Characteristic(CodeableConcept code, OtherElements other) {}
