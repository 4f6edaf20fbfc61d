/**
 * What both halves need and nobody else: compact signatures, public keys, the check of a FHIR base. Not part of the API.
 */
@NullMarked
package dev.atr.auth.internal;

import org.jspecify.annotations.NullMarked;
