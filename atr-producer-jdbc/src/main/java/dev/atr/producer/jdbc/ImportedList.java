package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;

/**
 * What became of an import.
 *
 * @param list the list
 * @param version its version now
 * @param changed whether that version is new
 * @param rows number of rows that came in
 */
public record ImportedList(ListId list, String version, boolean changed, long rows) {}
