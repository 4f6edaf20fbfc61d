package dev.atr.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * A method of {@link AuthBenchmark}, measured by JMH in a fork a turn; each iteration counts.
 *
 * @param name its name in the table
 * @param method the method's name
 * @param full whether JMH takes the time that it needs; otherwise it has a moment
 * @param log where JMH says what it does
 */
record JmhContender(String name, String method, boolean full, Path log) implements Contender {
    /** Scores are of one call and have fractions, costs are whole nanoseconds: those of so many calls. */
    private static final int CALLS = AuthBenchmark.BATCH;

    @Override
    public String heap() {
        return "256m";
    }

    @Override
    public List<Cost> turn() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + AuthBenchmark.class.getSimpleName() + "\\." + method + "$")
                .forks(1)
                .jvmArgs("-Xmx" + heap())
                .shouldFailOnError(true)
                .output(log.toString());
        if (!full) {
            options.warmupIterations(1)
                    .measurementIterations(1)
                    .warmupTime(TimeValue.milliseconds(50))
                    .measurementTime(TimeValue.milliseconds(50));
        }
        List<Cost> costs = new ArrayList<>();
        for (RunResult run : new Runner(options.build()).run()) {
            int calls = run.getParams().getMeasurement().getBatchSize();
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    double nanos = iteration.getPrimaryResult().getScore() / calls;
                    costs.add(new Cost(CALLS, Math.round(nanos * CALLS), 0, 0));
                }
            }
        }
        return costs;
    }
}
