package dev.atr.core.rules;

import static dev.atr.core.rules.Checks.isBlank;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The guide's rules for the coverage on which an attribution rests: the profile {@code atr-coverage} and what the
 * narrative asks beyond it.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/StructureDefinition-atr-coverage.html">ATR 2.1.0, Coverage
 *     profile</a>
 */
public final class CoverageRules {
    private static final Set<ResourceType> PATIENT = Set.of(ResourceType.PATIENT);
    private static final Set<ResourceType> SUBSCRIBERS = Set.of(ResourceType.PATIENT, ResourceType.RELATED_PERSON);
    private static final Set<ResourceType> PARTIES =
            Set.of(ResourceType.PATIENT, ResourceType.RELATED_PERSON, ResourceType.ORGANIZATION);

    private CoverageRules() {}

    /**
     * Checks a coverage.
     *
     * @param coverage the coverage
     * @param found receives each violation
     */
    public static void check(MemberCoverage coverage, Consumer<RuleViolation> found) {
        checkMemberIdentifier(coverage.identifiers(), found);
        if (!"active".equals(coverage.status())) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-051",
                    "Coverage.status",
                    "say active; a coverage that ended stays active and has an end (C-69)"));
        }
        if (isBlank(coverage.subscriberId())) {
            found.accept(
                    RuleViolation.error("ATR-MDL-052", "Coverage.subscriberId", "add it; the member's number will do"));
        }
        checkPeriod(coverage.period(), found);
        if (!Checks.refersTo(coverage.beneficiary(), PATIENT)) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-053", "Coverage.beneficiary", "refer to the member's Patient by a literal reference"));
        }
        checkParty(coverage.policyHolder(), PARTIES, "Coverage.policyHolder", found);
        checkParty(coverage.subscriber(), SUBSCRIBERS, "Coverage.subscriber", found);
        if (coverage.payors().size() != 1) {
            found.accept(RuleViolation.error("ATR-MDL-054", "Coverage.payor", "name exactly one payor"));
        }
        for (int i = 0; i < coverage.payors().size(); i++) {
            if (!Checks.refersTo(coverage.payors().get(i), PARTIES)) {
                found.accept(RuleViolation.error(
                        "ATR-MDL-054",
                        "Coverage.payor[" + i + "]",
                        "refer to an Organization, Patient or RelatedPerson by a literal reference"));
            }
        }
        checkPlan(coverage.classes(), found);
        if (coverage.relationship() == null) {
            found.accept(RuleViolation.warning(
                    "C-71", "Coverage.relationship", "add it; US Core 7.0.0 asks for it (self, spouse, child, …)"));
        }
    }

    private static void checkMemberIdentifier(List<Identifier> identifiers, Consumer<RuleViolation> found) {
        int members = 0;
        for (int i = 0; i < identifiers.size(); i++) {
            Identifier identifier = identifiers.get(i);
            if (identifier.type() == null || !Checks.isOfType(identifier.type(), "MB")) {
                continue;
            }
            members++;
            String place = "Coverage.identifier[" + i + "]";
            if (!Checks.hasSystemAndValue(identifier)) {
                found.accept(RuleViolation.error("ATR-MDL-050", place, "a member identifier has a system and a value"));
            }
            if (identifier.type().codings().size() != 1) {
                found.accept(
                        RuleViolation.error("ATR-MDL-050", place + ".type", "a member identifier has one coding: MB"));
            }
        }
        if (members == 0) {
            found.accept(RuleViolation.error(
                    "ATR-MDL-013", "Coverage.identifier", "add the member's identifier, typed MB of table v2-0203"));
        } else if (members > 1) {
            found.accept(
                    RuleViolation.error("ATR-MDL-050", "Coverage.identifier", "several member identifiers; keep one"));
        }
    }

    private static void checkPeriod(@Nullable Period period, Consumer<RuleViolation> found) {
        if (period == null || (period.start() == null && period.end() == null)) {
            found.accept(RuleViolation.error("ATR-MDL-052", "Coverage.period", "say from when to when it covers"));
        } else if (Checks.endsBeforeStart(period, ZoneOffset.UTC)) {
            // Any zone will do to tell which comes first: both ends are seen in the same one.
            found.accept(RuleViolation.error("ATR-MDL-052", "Coverage.period", "the end lies before the start"));
        }
    }

    private static void checkParty(
            @Nullable Reference party, Set<ResourceType> types, String place, Consumer<RuleViolation> found) {
        boolean wrongType = party != null
                && party.key().map(key -> !types.contains(key.type())).orElse(false);
        if (wrongType) {
            found.accept(RuleViolation.error("ATR-MDL-055", place, "refers to a type of resource not allowed here"));
        }
    }

    private static void checkPlan(List<CoverageClass> classes, Consumer<RuleViolation> found) {
        int plans = 0;
        for (int i = 0; i < classes.size(); i++) {
            CoverageClass coverageClass = classes.get(i);
            if (!coverageClass.type().has(Canonicals.COVERAGE_CLASS, "plan")) {
                continue;
            }
            plans++;
            String place = "Coverage.class[" + i + "]";
            if (isBlank(coverageClass.value())) {
                found.accept(RuleViolation.error("ATR-MDL-056", place + ".value", "add the plan's identifier"));
            }
            if (coverageClass.type().codings().size() != 1) {
                found.accept(RuleViolation.error("ATR-MDL-056", place + ".type", "a plan has one coding: plan"));
            }
        }
        if (plans == 0) {
            found.accept(RuleViolation.warning(
                    "ATR-MDL-009", "Coverage.class", "add the plan's identifier as a class of type plan"));
        } else if (plans > 1) {
            found.accept(RuleViolation.error("ATR-MDL-056", "Coverage.class", "several plans; keep one"));
        }
    }
}
