/**
 * The Consumer's side of attribution list exchange. Say with {@link dev.atr.consumer.ProducerConnection} how to get to a
 * Producer, and with {@link dev.atr.consumer.peer.PeerProfile} what it wants otherwise than others. Find lists with {@link dev.atr.consumer.discovery.ListClient}, bring
 * one home with {@link dev.atr.consumer.export.BulkExportClient}, change one with
 * {@link dev.atr.consumer.reconcile.ListReconciliation}.
 */
@NullMarked
package dev.atr.consumer;

import org.jspecify.annotations.NullMarked;
