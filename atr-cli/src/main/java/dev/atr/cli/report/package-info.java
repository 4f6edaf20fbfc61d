/** The page that shows a local copy of a list: how many are on it, who came and went, by provider and plan. */
@NullMarked
package dev.atr.cli.report;

import org.jspecify.annotations.NullMarked;
