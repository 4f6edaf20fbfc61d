/**
 * What the SDK costs, measured beside its peers. Start at {@link dev.atr.benchmarks.Benchmarks}; each class named {@code
 * …Figures} is one section of {@code docs/performance.md}.
 */
@NullMarked
package dev.atr.benchmarks;

import org.jspecify.annotations.NullMarked;
