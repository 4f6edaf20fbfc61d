package dev.atr.core.rules;

import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What the rules for lists need to know about the payer.
 *
 * @param contractSystem system of contract identifiers (C-39); when absent, an identifier that is neither NPI nor TIN
 *     is taken for one
 * @param today the day on which the list is looked at, in the payer's zone
 * @param zone the payer's time zone, in which attributions end with the last day of their period
 */
public record ListRuleOptions(@Nullable String contractSystem, LocalDate today, ZoneId zone) {}
