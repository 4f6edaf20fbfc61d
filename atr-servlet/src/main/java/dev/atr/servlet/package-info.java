/**
 * The adapter for Jakarta Servlet containers; start at {@link dev.atr.servlet.FhirServlet}.
 */
@NullMarked
package dev.atr.servlet;

import org.jspecify.annotations.NullMarked;
