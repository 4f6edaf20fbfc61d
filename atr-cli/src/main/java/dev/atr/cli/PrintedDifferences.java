package dev.atr.cli;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifferences;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Differences as {@code atr list diff} prints them, one at a time: a list may be long. */
final class PrintedDifferences {
    private final Console console;
    private final boolean json;
    private String lastPatient = "";
    private long joined;
    private long left;
    private long rows;

    PrintedDifferences(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    /** Prints all of them, and how many members joined and left. */
    void print(ListId list, int from, int to, RowDifferences differences) {
        for (RowDifference one = differences.next(); one != null; one = differences.next()) {
            count(one);
            if (json) {
                console.json(one.<JsonObject>map(
                        PrintedDifferences::json, PrintedDifferences::json, PrintedDifferences::json));
            } else {
                console.out()
                        .println(one.<String>map(
                                PrintedDifferences::sentence,
                                PrintedDifferences::sentence,
                                PrintedDifferences::sentence));
            }
        }
        if (json) {
            console.json(JsonValue.object()
                    .put("list", list.value())
                    .put("from", String.valueOf(from))
                    .put("to", String.valueOf(to))
                    .put("differences", rows)
                    .put("membersJoined", joined)
                    .put("membersLeft", left)
                    .build());
        } else {
            console.out()
                    .println("List " + list + " from version " + from + " to " + to + ": " + joined
                            + " members joined, " + left + " left; " + rows + " differences in all.");
        }
    }

    /** A member may join or leave with several rows, which come one after the other. */
    private void count(RowDifference one) {
        String patient = one.map(row -> row.after(), row -> row.before(), row -> row.after())
                .key()
                .patient();
        if (!patient.equals(lastPatient)) {
            joined += one.map(RowDifference.Joined::newcomer, row -> false, row -> false) ? 1 : 0;
            left += one.map(row -> false, RowDifference.Left::gone, row -> false) ? 1 : 0;
            lastPatient = patient;
        }
        rows++;
    }

    private static String sentence(RowDifference.Joined one) {
        return "joined   " + row(one.after()) + (one.newcomer() ? "" : " (was a member before)");
    }

    private static String sentence(RowDifference.Left one) {
        ChangeType why = one.after() == null ? null : one.after().changeType();
        return "left     " + row(one.before()) + (why == null ? "" : ", " + why.code())
                + (one.gone() ? "" : " (still a member)");
    }

    private static String sentence(RowDifference.Changed one) {
        return "changed  " + row(one.before()) + " -> " + row(one.after()) + ": "
                + one.what().stream().map(PrintedDifferences::word).collect(Collectors.joining(", "));
    }

    private static String row(Member row) {
        MemberKey key = row.key();
        String end = end(row);
        return Console.printable(key.patient()
                + (key.provider().isEmpty() ? "" : " " + key.provider())
                + (key.coverage().isEmpty() ? "" : " " + key.coverage())
                + " " + key.start() + ".." + (end == null ? "" : end));
    }

    private static JsonObject json(RowDifference.Joined one) {
        return JsonValue.object()
                .put("difference", "joined")
                .put("newcomer", one.newcomer())
                .put("after", json(one.after()))
                .build();
    }

    private static JsonObject json(RowDifference.Left one) {
        JsonValue.ObjectBuilder object = JsonValue.object()
                .put("difference", "left")
                .put("gone", one.gone())
                .put("before", json(one.before()));
        Member after = one.after();
        return after == null ? object.build() : object.put("after", json(after)).build();
    }

    private static JsonObject json(RowDifference.Changed one) {
        return JsonValue.object()
                .put("difference", "changed")
                .put(
                        "what",
                        JsonValue.array(one.what().stream()
                                .map(what -> JsonValue.of(word(what)))
                                .toList()))
                .put("before", json(one.before()))
                .put("after", json(one.after()))
                .build();
    }

    private static JsonObject json(Member row) {
        MemberKey key = row.key();
        ChangeType code = row.changeType();
        return JsonValue.object()
                .put("patient", key.patient())
                .putIfPresent("provider", present(key.provider()))
                .putIfPresent("coverage", present(key.coverage()))
                .putIfPresent("start", present(key.start()))
                .putIfPresent("end", end(row))
                .put("inactive", row.inactive())
                .putIfPresent("changeType", code == null ? null : code.code())
                .build();
    }

    private static String word(RowDifference.Aspect what) {
        return what.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String end(Member row) {
        FhirDateTime end = row.period() == null ? null : row.period().end();
        return end == null ? null : end.text();
    }

    private static @Nullable String present(String text) {
        return text.isEmpty() ? null : text;
    }
}
