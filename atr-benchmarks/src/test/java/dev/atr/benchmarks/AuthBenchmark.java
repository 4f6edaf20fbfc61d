package dev.atr.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ReplayMemory;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tokens on one thread of one process that waits for nothing, so that time is processor time: the token endpoint and the
 * bearer check, beside the parts that they can't do without.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls the methods for setting up first
public class AuthBenchmark {
    /** Calls in a row of what needs a new assertion each time. */
    static final int BATCH = 2_000;

    private RSASSAVerifier verifier;
    private RSASSASigner signer;
    private SignedJWT assertion;
    private AuthorizationServer server;
    private String token;

    /** Makes keys, an assertion and an access token. */
    @Setup
    public void makeTokens() throws JOSEException, ParseException, IOException {
        TokenRequests requests = new TokenRequests();
        verifier = new RSASSAVerifier(requests.nimbusKey());
        signer = new RSASSASigner(requests.nimbusKey());
        assertion = requests.assertion();
        server = requests.server(ReplayMemory.inProcess(Clock.systemUTC(), Instant.MIN));
        token = TokenRequests.token(server, requests.bodies(1).get(0));
    }

    /** Nimbus verifies an RS384 signature. */
    @Benchmark
    public boolean verify() throws JOSEException {
        return verifier.verify(assertion.getHeader(), assertion.getSigningInput(), assertion.getSignature());
    }

    /** Nimbus signs with RS384. */
    @Benchmark
    public Base64URL sign() throws JOSEException {
        return signer.sign(assertion.getHeader(), assertion.getSigningInput());
    }

    /** Checks a bearer token that was seen before. */
    @Benchmark
    public AuthenticatedClient bearerOnRepeat() {
        return server.accessTokens().verify(token).orElseThrow();
    }

    /** Checks a bearer token that was never seen before. */
    @Benchmark
    public AuthenticatedClient bearerOnFirstSight() {
        server.close(); // forgets what was verified
        return server.accessTokens().verify(token).orElseThrow();
    }

    /** Remembers a new assertion. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 10, batchSize = BATCH)
    @Measurement(iterations = 5, batchSize = BATCH)
    public boolean remember(Batch batch) {
        return batch.replays.insertIfAbsent("bench", batch.ids.get(batch.remembered++), batch.end);
    }

    /** Answers a token request: verifies, remembers, signs. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Warmup(iterations = 4, batchSize = BATCH)
    @Measurement(iterations = 5, batchSize = BATCH)
    public String issue(Batch batch) throws IOException {
        return TokenRequests.token(batch.batchServer, batch.bodies.get(batch.issued++));
    }

    /** What is used up: assertions, of which each is good once. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // as above
    public static class Batch {
        private TokenRequests requests;
        private ReplayMemory replays;
        private AuthorizationServer batchServer;
        private List<byte[]> bodies;
        private List<String> ids;
        private Instant end;
        private int remembered;
        private int issued;

        /** Makes keys. */
        @Setup
        public void makeKeys() throws ParseException {
            requests = new TokenRequests();
        }

        /** Makes new assertions and a memory that knows none. */
        @Setup(Level.Iteration)
        public void fill() throws JOSEException {
            fill(BATCH);
        }

        void fill(int calls) throws JOSEException {
            Clock clock = Clock.systemUTC();
            replays = ReplayMemory.inProcess(clock, Instant.MIN);
            batchServer = requests.server(replays);
            bodies = requests.bodies(calls);
            ids = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                ids.add(UUID.randomUUID().toString());
            }
            end = clock.instant().plusSeconds(300);
            remembered = 0;
            issued = 0;
        }
    }
}
