/** From a raw request to the one action that answers it: canonical paths, the route table, bearer tokens, refusals. */
@NullMarked
package dev.atr.producer.internal.routing;

import org.jspecify.annotations.NullMarked;
