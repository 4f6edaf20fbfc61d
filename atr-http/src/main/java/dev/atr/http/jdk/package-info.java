/**
 * The adapter for the JDK's own HTTP server.
 */
@NullMarked
package dev.atr.http.jdk;

import org.jspecify.annotations.NullMarked;
