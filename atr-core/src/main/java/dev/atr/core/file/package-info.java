/** Files that hold members' data or keys. */
@NullMarked
package dev.atr.core.file;

import org.jspecify.annotations.NullMarked;
