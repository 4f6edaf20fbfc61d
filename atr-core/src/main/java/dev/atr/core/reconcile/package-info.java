/**
 * What the reconciliation operations ask for: which member, which provider, and the combinations that the guide allows.
 * Start with {@link dev.atr.core.reconcile.MemberAddRequest}.
 */
@NullMarked
package dev.atr.core.reconcile;

import org.jspecify.annotations.NullMarked;
