/**
 * The careful outgoing client: redirects by hand, limits over the whole body, tokens that never change origin.
 */
@NullMarked
package dev.atr.http.client;

import org.jspecify.annotations.NullMarked;
