package dev.atr.cli.report;

import com.samskivert.mustache.Mustache;
import dev.atr.core.Release;
import dev.atr.core.file.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One HTML page of a copied list, which needs nothing beside itself and fetches nothing. */
public final class ReportPage {
    /** Providers and plans that are drawn; the table beneath has more. */
    private static final int MOST_BARS = 12;

    private static final int MOST_SHARES = 1000;
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);

    private ReportPage() {}

    /**
     * Writes the page, for its owner alone, in the place of an earlier one.
     *
     * @param database the copies; see {@code ListStore.query}
     * @param copy whose page it is
     * @param rows how many people and how many changes are in its tables, at most; with 0 it is of numbers only
     * @param file where it is written
     * @return false when there is no whole copy of the list yet, and no page was written
     * @throws SQLException when the database fails
     * @throws IOException when the file can't be written; an earlier one is as it was
     */
    public static boolean write(Connection database, CopiedLists.Found copy, int rows, Path file)
            throws SQLException, IOException {
        ListReport report = ListReport.read(database, copy, rows);
        if (report.history().isEmpty()) {
            return false;
        }
        Path whole = file.toAbsolutePath();
        NewFile.write(
                Objects.requireNonNull(whole.getParent(), "file"),
                String.valueOf(whole.getFileName()),
                page(report).getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private static String page(ListReport report) throws IOException {
        ListReport.Header header = report.header();
        String script = resource("report.js");
        Map<String, Object> page = new HashMap<>();
        page.put("style", resource("report.css"));
        page.put("script", script);
        page.put("scriptHash", sha256(script));
        page.put("atr", Release.version());
        page.put("list", header.list());
        page.put("title", header.name() == null ? header.list() : header.name());
        page.put("payer", header.payer());
        page.put("facts", facts(report));
        page.put("members", Chart.grouped(report.members()));
        page.put("history", Chart.steps(report.history()));
        page.put("months", report.months().isEmpty() ? null : Chart.months(report.months()));
        page.put("width", Chart.WIDTH);
        page.put("height", Chart.HEIGHT);
        page.put("providers", shares(report.providers(), report.members(), "Without a provider"));
        page.put("plans", shares(report.plans(), report.members(), "Without a plan"));
        page.put("changes", report.changes().stream().map(ReportPage::change).toList());
        page.put("hasChanges", !report.changes().isEmpty());
        page.put("changesShown", shown("latest", report.changes().size(), report.changesInAll()));
        page.put("people", report.people().stream().map(ReportPage::person).toList());
        page.put("hasPeople", !report.people().isEmpty());
        return Mustache.compiler()
                .defaultValue("")
                .compile(resource("report.html"))
                .execute(page);
    }

    private static List<Map<String, String>> facts(ListReport report) {
        ListReport.Header header = report.header();
        List<Map<String, String>> facts = new ArrayList<>();
        facts.add(fact("As of", time(header.asOf())));
        facts.add(fact("Compared", time(header.synced())));
        facts.add(fact("Version", header.version()));
        facts.add(fact("Status", header.status()));
        if (header.contractStart() != null || header.contractEnd() != null) {
            facts.add(fact("Contract", text(header.contractStart()) + " – " + text(header.contractEnd())));
        }
        facts.removeIf(fact -> text(fact.get("value")).isEmpty());
        return facts;
    }

    private static Map<String, String> fact(String name, @Nullable String value) {
        return Map.of("name", name, "value", text(value));
    }

    private static Map<String, Object> shares(List<ListReport.Share> all, long members, String none) {
        long most = all.stream().mapToLong(ListReport.Share::members).max().orElse(0);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ListReport.Share share : all.subList(0, Math.min(all.size(), MOST_SHARES))) {
            String name = share.name() == null ? share.code() : share.name();
            Map<String, Object> row = new HashMap<>();
            row.put("name", name.isEmpty() ? none : name);
            row.put("npi", text(share.npi()));
            row.put("code", share.code());
            // A practitioner and its role have one name
            row.put("kind", share.code().contains("/") ? share.code().replaceFirst("/.*", "") : "");
            row.put("members", Chart.grouped(share.members()));
            row.put("sort", share.members());
            row.put(
                    "percent",
                    members == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100.0 * share.members() / members));
            row.put("came", Chart.grouped(share.came()));
            row.put("went", Chart.grouped(share.went()));
            row.put("bar", rows.size() < MOST_BARS && share.members() > 0);
            row.put("width", String.format(Locale.ROOT, "%.1f", most == 0 ? 0.0 : 100.0 * share.members() / most));
            rows.add(row);
        }
        return Map.of(
                "rows", rows, "count", Chart.grouped(all.size()), "shown", shown("first", rows.size(), all.size()));
    }

    private static Map<String, String> change(ListReport.Change change) {
        return Map.of(
                "date", change.time().toLocalDate().toString(),
                "kind", change.kind(),
                "who", name(change.family(), change.given(), change.patient()),
                "memberId", text(change.memberId()),
                "before", text(change.before()),
                "after", text(change.after()));
    }

    private static Map<String, String> person(ListReport.Person person) {
        return Map.of(
                "who", name(person.family(), person.given(), person.patient()),
                "memberId", text(person.memberId()),
                "birthDate", text(person.birthDate()),
                "provider", text(person.provider()),
                "plan", text(person.plan()),
                "start", text(person.start()),
                "end", text(person.end()));
    }

    private static String name(@Nullable String family, @Nullable String given, String patient) {
        String name = String.join(
                ", ",
                Stream.of(text(family), text(given))
                        .filter(part -> !part.isEmpty())
                        .toList());
        return name.isEmpty() ? patient : name;
    }

    private static String shown(String which, long shown, long all) {
        return shown == all
                ? Chart.grouped(all)
                : "the " + which + " " + Chart.grouped(shown) + " of " + Chart.grouped(all);
    }

    private static String time(@Nullable LocalDateTime time) {
        return time == null ? "" : MINUTES.format(time);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
