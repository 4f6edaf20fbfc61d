package dev.atr.auth.server;

import dev.atr.auth.Scopes;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a token request gets of what it asked for.
 *
 * @param scopes the rights granted
 * @param text the same rights as scopes, each in the syntax (v1 or v2) in which it was asked for
 */
record ScopeGrant(Scopes scopes, String text) {
    private static final int MAX_SCOPES = 100;
    private static final Pattern CHARACTERS = Pattern.compile("[ !#-\\[\\]-~]*");
    private static final Pattern V1 = Pattern.compile(".*\\.(read|write|\\*)");

    /**
     * Grants what is asked for, registered, and about a resource type that exists here.
     *
     * @param requested the {@code scope} parameter
     * @param registered the most that the client may get
     * @param types the resource types that exist here, beside those that the registration names
     */
    static ScopeGrant of(String requested, Scopes registered, Set<String> types) throws TokenRefusal {
        Set<String> granted = new LinkedHashSet<>();
        for (String scope : split(requested)) {
            Scopes allowed = Scopes.parse(scope).intersect(registered);
            boolean v1 = V1.matcher(scope).matches();
            for (Map.Entry<String, String> right : allowed.rights().entrySet()) {
                String type = right.getKey();
                if (type.equals("*")
                        || types.contains(type)
                        || registered.rights().containsKey(type)) {
                    granted.add("system/" + type + "." + (v1 ? v1(right.getValue()) : right.getValue()));
                }
            }
        }
        if (granted.isEmpty()) {
            throw TokenRefusal.invalidScope("scope", "None of the requested scopes can be granted to this client.");
        }
        String text = String.join(" ", granted);
        return new ScopeGrant(Scopes.parse(text), text);
    }

    private static Set<String> split(String requested) throws TokenRefusal {
        if (!CHARACTERS.matcher(requested).matches()) {
            throw TokenRefusal.invalidScope("scope", "The scope holds a character that scopes never have.");
        }
        Set<String> scopes = new LinkedHashSet<>();
        for (String scope : requested.split(" ", -1)) {
            if (!scope.isEmpty() && !scopes.add(scope)) {
                throw TokenRefusal.invalidScope("scope", "A scope is requested twice.");
            }
            if (scopes.size() > MAX_SCOPES) {
                throw TokenRefusal.invalidScope("scope", "More than " + MAX_SCOPES + " scopes are requested.");
            }
        }
        return scopes;
    }

    private static String v1(String letters) {
        return switch (letters) {
            case "rs" -> "read";
            case "cud" -> "write";
            case "cruds" -> "*";
            default -> letters;
        };
    }
}
