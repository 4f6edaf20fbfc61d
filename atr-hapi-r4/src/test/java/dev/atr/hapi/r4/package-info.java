/** Tests of the adapters to HAPI's R4 model. */
@NullMarked
package dev.atr.hapi.r4;

import org.jspecify.annotations.NullMarked;
