/**
 * Files of FHIR resources into the ledger, each whole or not at all. Start with
 * {@link dev.atr.producer.jdbc.load.ResourceLoader}.
 */
@NullMarked
package dev.atr.producer.jdbc.load;

import org.jspecify.annotations.NullMarked;
