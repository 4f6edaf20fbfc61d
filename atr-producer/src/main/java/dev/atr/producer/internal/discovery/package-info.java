/** Search and read: how a Consumer finds its list and resolves what the list refers to. */
@NullMarked
package dev.atr.producer.internal.discovery;

import org.jspecify.annotations.NullMarked;
