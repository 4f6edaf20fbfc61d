/**
 * SMART Backend Services: {@code dev.atr.auth.client} gets tokens, {@code dev.atr.auth.server} registers clients, issues
 * and checks tokens. This package holds what both halves share.
 */
@NullMarked
package dev.atr.auth;

import org.jspecify.annotations.NullMarked;
