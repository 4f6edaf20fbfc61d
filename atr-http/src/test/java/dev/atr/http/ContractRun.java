package dev.atr.http;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs a test of a contract inside a test, to see whether it notices what is broken. */
public final class ContractRun {
    private ContractRun() {}

    /**
     * Returns whether a test fails.
     *
     * @param contract the contract over something broken
     * @param test the name of a method without parameters
     */
    public static boolean fails(Class<?> contract, String test) {
        SummaryGeneratingListener results = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(contract, test))
                .build();
        LauncherFactory.create().execute(request, results);
        TestExecutionSummary summary = results.getSummary();
        if (summary.getTestsFoundCount() != 1) {
            throw new IllegalArgumentException("the contract has no test " + test);
        }
        return summary.getTestsFailedCount() == 1;
    }
}
