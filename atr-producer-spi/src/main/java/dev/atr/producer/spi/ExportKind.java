package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A kind of export that a client asks for by the kick-off parameter {@code exportType}, such as that of another guide that
 * uses the same operation: which resource types it writes, and in which order. A plain value; the Producer does the
 * rest as for the guide's own kind: jobs, files, manifest, scopes, {@code _since} and the other parameters.
 *
 * <p>Every resource comes from the {@link ListSnapshot} that the backend opens, by
 * {@link ListSnapshot#resources}, also those of types that the guide does not know. It is for the backend to say which of
 * them belong to a list, and since when: so its {@link ListSnapshot#transactionTime} and {@link ListSlice} hold for all
 * that an export has, and nothing is missed between two. A {@code Group} the Producer writes from the rows.
 *
 * @param name the value of {@code exportType}, for example {@code hl7.fhir.us.davinci-pdex}: a package id or a canonical,
 *     1 to 200 visible ASCII characters without a bar; compared as text, case matters
 * @param types what is written, in this order; at least one, each once
 * @param minimum those of them without which a list of types that a client names is refused, unless the client is
 *     lenient; may be empty
 */
public record ExportKind(String name, List<ResourceType> types, Set<ResourceType> minimum) {
    private static final Pattern NAME = Pattern.compile("[!-{}~]{1,200}");

    /** Copies the collections and checks them. */
    public ExportKind {
        types = List.copyOf(types);
        minimum = Set.copyOf(minimum);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: expected 1 to 200 visible ASCII characters without a bar");
        }
        if (types.isEmpty() || new LinkedHashSet<>(types).size() != types.size()) {
            throw new IllegalArgumentException("types: expected at least one, each once");
        }
        if (!types.containsAll(minimum)) {
            throw new IllegalArgumentException("minimum: expected some of the types");
        }
    }
}
