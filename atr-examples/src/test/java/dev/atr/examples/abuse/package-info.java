/**
 * What a stranger may try against the token endpoint and with a bearer token, sent to a running Producer over sockets:
 * one class a section of {@code docs/abuse-cases.md}, one row a try. {@code BrokenVerifierTest} shows that the rows see
 * what they are there to see.
 */
@NullMarked
package dev.atr.examples.abuse;

import org.jspecify.annotations.NullMarked;
