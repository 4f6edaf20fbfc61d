/**
 * The Producer's half: registered clients, the token endpoint, and {@link dev.atr.auth.server.AccessTokens}, which tells
 * who is behind a bearer token.
 */
@NullMarked
package dev.atr.auth.server;

import org.jspecify.annotations.NullMarked;
