/**
 * Exporting one attribution list: kick-off, status requests, output files.
 * {@link dev.atr.consumer.export.BulkExportClient} is where to start.
 */
@NullMarked
package dev.atr.consumer.export;

import org.jspecify.annotations.NullMarked;
