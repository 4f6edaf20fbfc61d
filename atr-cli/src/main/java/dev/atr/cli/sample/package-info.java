/**
 * A synthetic payer for trying things out: people, coverages, providers and lists that do not exist. Start with
 * {@link dev.atr.cli.sample.SamplePayer}.
 */
@NullMarked
package dev.atr.cli.sample;

import org.jspecify.annotations.NullMarked;
