/** Tests of the adapters to HAPI's STU3 model. */
@NullMarked
package dev.atr.hapi.dstu3;

import org.jspecify.annotations.NullMarked;
