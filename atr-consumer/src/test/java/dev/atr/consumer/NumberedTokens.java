package dev.atr.consumer;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.http.Origin;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Tokens {@code token-1}, {@code token-2}, …: the next one after each refusal. */
public final class NumberedTokens implements AccessTokenSource {
    private final Set<Origin> allowed;
    private final AtomicInteger number = new AtomicInteger(1);

    private NumberedTokens(Set<Origin> allowed) {
        this.allowed = allowed;
    }

    /** Returns tokens for the origins of these addresses. */
    public static NumberedTokens forOriginsOf(URI... addresses) {
        return new NumberedTokens(Arrays.stream(addresses).map(Origin::of).collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public String token() {
        return "token-" + number.get();
    }

    @Override
    public void refused(String token) {
        if (token.equals(token())) {
            number.incrementAndGet();
        }
    }

    @Override
    public boolean mayReceive(URI address) {
        return allowed.stream().anyMatch(origin -> origin.contains(address));
    }
}
