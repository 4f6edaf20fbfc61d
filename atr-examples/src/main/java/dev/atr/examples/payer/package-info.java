/**
 * A payer's own tables served as lists: the code of {@code docs/getting-started-payer.md}. Start with {@link
 * dev.atr.examples.payer.BackendOverOwnTables}.
 */
@NullMarked
package dev.atr.examples.payer;

import org.jspecify.annotations.NullMarked;
