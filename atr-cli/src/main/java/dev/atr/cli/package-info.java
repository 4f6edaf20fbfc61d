/**
 * The {@code atr} command. {@link dev.atr.cli.Atr} is the entry; each subcommand is a class of its own.
 */
@NullMarked
package dev.atr.cli;

import org.jspecify.annotations.NullMarked;
