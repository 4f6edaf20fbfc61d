/** What the tests of this module share: a scripted peer, a hand-turned clock, tokens that tell where they went. */
@NullMarked
package dev.atr.consumer;

import org.jspecify.annotations.NullMarked;
