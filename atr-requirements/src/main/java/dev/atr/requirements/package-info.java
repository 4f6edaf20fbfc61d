/**
 * Says which rules of the guides are shown by a test, and which are not.
 *
 * <p>Start at {@link dev.atr.requirements.Requirement}, with which a test names the rule it shows;
 * {@link dev.atr.requirements.ConformanceReport} writes {@code docs/conformance.md} from what the tests answered. For the
 * project's own build: not published, and free of dependencies, {@code @NullMarked} included.
 */
package dev.atr.requirements;
