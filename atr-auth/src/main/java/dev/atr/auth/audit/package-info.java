/**
 * What was granted and what was refused, for whoever must be able to look it up later. Start at
 * {@link dev.atr.auth.audit.AuditTrail}.
 */
@NullMarked
package dev.atr.auth.audit;

import org.jspecify.annotations.NullMarked;
