package dev.atr.core.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RuleReportTest {
    @Test
    void keepsTheFirstOfEachRuleAndCountsAll() {
        RuleReport report = new RuleReport();

        for (int i = 0; i < 1_000; i++) {
            report.accept(RuleViolation.warning("C-38", "Group.member[" + i + "]", "late"));
        }
        report.accept(RuleViolation.error("C-38", "Group.member", "broken"));

        assertThat(report.violations()).hasSize(RuleReport.KEPT_PER_RULE + 1);
        assertThat(report.violations().get(0).place()).isEqualTo("Group.member[0]");
        assertThat(report.counts()).containsEntry("C-38", 1_001L);
        assertThat(report.errors()).isEqualTo(1);
        assertThat(report.isAcceptable()).isFalse();
    }

    @Test
    void warningsAloneAreAcceptable() {
        RuleReport report = new RuleReport();

        report.accept(RuleViolation.warning("C-38", "Group.member[0].period", "late"));

        assertThat(report.isAcceptable()).isTrue();
    }
}
