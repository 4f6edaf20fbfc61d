/** How objects of another library's FHIR model become lists and coverages of this one, and back. */
@NullMarked
package dev.atr.core.adapter;

import org.jspecify.annotations.NullMarked;
