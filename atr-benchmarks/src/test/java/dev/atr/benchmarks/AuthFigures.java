package dev.atr.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Tokens: issued, and checked with each request. */
final class AuthFigures implements Figures {
    private static final double MICROS = 1_000;

    /** Times that differ by no more than this tell nobody anything. */
    private static final double EQUAL = 1.1;

    /** Requests of a run in a full run. */
    private static final int REQUESTS = 2_000;

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public void measure(Settings settings, Path folder, Report report) throws Exception {
        inProcess(settings, folder, report);
        onPostgres(settings, report);
        refusals(settings, folder, report);
    }

    private static void refusals(Settings settings, Path folder, Report report) throws Exception {
        int calls = settings.scaled(REQUESTS);
        List<Standing> tokens = EqualTimes.ofTokenRequests(calls);
        report.table("Token requests that are refused alike", "call", tokens);
        report.goal(Goal.atMost("slowest of these beside the fastest", EqualTimes.spread(tokens), EQUAL, Double.NaN));
        List<Standing> jobs = EqualTimes.ofJobs(calls, folder.resolve("exports"));
        report.table("Status requests that find no job", "call", jobs);
        report.goal(Goal.atMost("slower of these beside the faster", EqualTimes.spread(jobs), EQUAL, Double.NaN));
        List<Standing> lists = EqualTimes.ofLists(calls, folder.resolve("exports-of-lists"));
        report.table("Kick-offs that find no list", "call", lists);
        report.goal(Goal.atMost("slower of these beside the faster", EqualTimes.spread(lists), EQUAL, Double.NaN));
    }

    private static void inProcess(Settings settings, Path folder, Report report) throws Exception {
        boolean full = settings.members() >= Settings.FULL / 10;
        Path log = folder.resolve("jmh.log");
        List<Standing> all = Race.run(
                settings.rounds(),
                List.of(
                        new JmhContender("atr, token endpoint", "issue", full, log),
                        new JmhContender("Nimbus, verify RS384 alone", "verify", full, log),
                        new JmhContender("Nimbus, sign RS384 alone", "sign", full, log),
                        new JmhContender("replay memory in the process, insert alone", "remember", full, log),
                        new JmhContender("atr, bearer check on repeat", "bearerOnRepeat", full, log),
                        new JmhContender("atr, bearer check on first sight", "bearerOnFirstSight", full, log)));
        report.table("Tokens, one thread, nothing to wait for (JMH)", "call", all);
        Standing endpoint = all.get(0);
        Standing verify = all.get(1);
        Standing repeat = all.get(4);
        double parts = verify.nanos() + all.get(2).nanos() + all.get(3).nanos();
        report.goal(
                Goal.atMost("token endpoint beside verify + sign + insert", endpoint.nanos() / parts, 2, Double.NaN));
        report.goal(new Goal("bearer check on repeat", repeat.nanos() / MICROS, 5, 1, true, " µs"));
        report.note("On repeat the bearer check takes " + Goal.number(repeat.times(verify))
                + " of the time of a bare verification, the token endpoint " + Goal.number(endpoint.times(verify))
                + " times that time.");
    }

    private static void onPostgres(Settings settings, Report report) throws Exception {
        try (LedgerDatabase database = LedgerDatabase.start()) {
            String url = database.empty("tokens");
            int requests = settings.scaled(REQUESTS);
            List<Standing> all = Race.run(
                    settings.rounds(),
                    List.of(
                            JvmContender.warm("atr, token endpoint", "64m", Job.ISSUE_TOKENS, url, requests),
                            JvmContender.warm(
                                    "replay memory, insert alone", "64m", Job.REMEMBER_ASSERTIONS, url, requests)));
            report.table(
                    "The same with the replay memory in PostgreSQL (without fsync; processor time without the database's)",
                    "call",
                    all);
        }
    }
}
