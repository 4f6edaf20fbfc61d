package dev.atr.producer.internal.routing;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One row of the route table: a path and what answers its methods. An open route is answered without a token; on any
 * other one the action only ever sees an authenticated client. Immutable.
 */
public final class Route {
    private final String template;
    private final boolean takesAnyAccept;
    private final Map<String, OpenAction> open;
    private final Map<String, Action> guarded;
    private final @Nullable OpenAction otherMethods;

    private Route(
            String template,
            boolean takesAnyAccept,
            Map<String, OpenAction> open,
            Map<String, Action> guarded,
            @Nullable OpenAction otherMethods) {
        this.template = template;
        this.takesAnyAccept = takesAnyAccept;
        this.open = open;
        this.guarded = guarded;
        this.otherMethods = otherMethods;
    }

    /**
     * Returns a route that anybody may call.
     *
     * @param method the only method; with {@code GET} goes {@code HEAD}
     * @param template a path without variables
     */
    public static Route open(String method, String template, OpenAction action) {
        Map<String, OpenAction> actions =
                method.equals("GET") ? Map.of("GET", action, "HEAD", action) : Map.of(method, action);
        return new Route(template, true, actions, Map.of(), null);
    }

    /**
     * Returns a route that anybody may call, and that refuses other methods in its own form.
     *
     * @param method the only method
     * @param template a path without variables
     */
    public static Route openWithOwnRefusals(String method, String template, OpenAction action) {
        return new Route(template, true, Map.of(method, action), Map.of(), action);
    }

    /**
     * Returns a route for bearers of a token, without methods so far.
     *
     * @param template a path, in which <code>{…}</code> stands for one segment in the shape of a FHIR id
     */
    public static Route guarded(String template) {
        return new Route(template, false, Map.of(), Map.of(), null);
    }

    /** Returns a copy that answers a method. What answers {@code GET} answers {@code HEAD} only if that is added too. */
    public Route on(String method, Action action) {
        Map<String, Action> actions = new LinkedHashMap<>(guarded);
        actions.put(method, action);
        return new Route(template, takesAnyAccept, open, actions, otherMethods);
    }

    /** Returns a copy that answers {@code GET}, and {@code HEAD} alike, for what changes nothing. */
    public Route onRead(Action action) {
        return on("GET", action).on("HEAD", action);
    }

    /** Returns a copy that answers whatever the {@code Accept} header asks for: its content has one form only. */
    public Route withOneForm() {
        return new Route(template, true, open, guarded, otherMethods);
    }

    /** Returns the path with its variables. */
    public String template() {
        return template;
    }

    /** Returns whether no token is needed. */
    public boolean isOpen() {
        return !open.isEmpty();
    }

    /** Returns the methods that are answered. */
    public List<String> methods() {
        TreeSet<String> methods = new TreeSet<>(open.keySet());
        methods.addAll(guarded.keySet());
        return List.copyOf(methods);
    }

    boolean takesAnyAccept() {
        return takesAnyAccept;
    }

    @Nullable
    OpenAction openAction(String method) {
        OpenAction action = open.get(method);
        return action == null ? otherMethods : action;
    }

    @Nullable
    Action action(String method) {
        return guarded.get(method);
    }

    /** Returns the values of the variables when the path is one of this route. */
    Optional<List<String>> match(List<String> path) {
        String[] parts = template.substring(1).split("/", -1);
        if (parts.length != path.size()) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            String segment = path.get(i);
            if (parts[i].startsWith("{")) {
                if (!ResourceKey.isId(segment)) {
                    return Optional.empty();
                }
                variables.add(segment);
            } else if (!parts[i].equals(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    @Override
    public String toString() {
        return template + " " + methods();
    }

    /** Answers a request of an authenticated client. */
    @FunctionalInterface
    public interface Action {
        /**
         * Answers a call.
         *
         * @throws Refusal when it is not answered with what it asked for
         */
        FhirResponse answer(Call call);
    }

    /** Answers a request of anybody. */
    @FunctionalInterface
    public interface OpenAction {
        /**
         * Answers a request.
         *
         * @throws Refusal when it is not answered with what it asked for
         */
        FhirResponse answer(FhirRequest request);
    }
}
