/** The export: kick-off, the run that writes the files, status, download and removal. */
@NullMarked
package dev.atr.producer.internal.export;

import org.jspecify.annotations.NullMarked;
