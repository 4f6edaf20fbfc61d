/**
 * The Consumer's half: one {@link dev.atr.auth.client.AccessTokenSource} a payer, and nothing else to think about.
 */
@NullMarked
package dev.atr.auth.client;

import org.jspecify.annotations.NullMarked;
