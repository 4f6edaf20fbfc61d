/**
 * One idea a main. Each class here is short enough to be read whole, compiled with every build and run by a test.
 */
@NullMarked
package dev.atr.examples;

import org.jspecify.annotations.NullMarked;
