/**
 * The Consumer's side of attribution list exchange. Find lists with {@link dev.atr.consumer.discovery.ListClient}, bring
 * one home with {@link dev.atr.consumer.export.BulkExportClient}.
 */
@NullMarked
package dev.atr.consumer;

import org.jspecify.annotations.NullMarked;
