/**
 * Bulk Data: NDJSON and the export manifest.
 */
@NullMarked
package dev.atr.core.bulk;

import org.jspecify.annotations.NullMarked;
