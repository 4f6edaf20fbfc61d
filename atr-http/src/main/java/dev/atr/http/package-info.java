/**
 * The neutral HTTP exchange: to a web server, a Producer is one method, {@link dev.atr.http.FhirHandler}.
 */
@NullMarked
package dev.atr.http;

import org.jspecify.annotations.NullMarked;
