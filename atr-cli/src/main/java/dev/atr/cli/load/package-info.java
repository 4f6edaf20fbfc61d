/** Input in other forms than JSON. */
@NullMarked
package dev.atr.cli.load;

import org.jspecify.annotations.NullMarked;
