/**
 * Strict FHIR JSON. Lists are streamed by {@link dev.atr.core.json.GroupReader} and
 * {@link dev.atr.core.json.GroupWriter}; other resources stay JSON, which
 * {@link dev.atr.core.json.ResourceScanner} checks once, on the way in. Small documents are trees
 * ({@link dev.atr.core.json.JsonValue}). Both FHIR versions are spoken; {@link dev.atr.core.json.VersionMapping} maps
 * between them.
 */
@NullMarked
package dev.atr.core.json;

import org.jspecify.annotations.NullMarked;
