package dev.atr.cli.report;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the shapes of a chart stand, in the units of its {@code viewBox}; the template draws them. */
final class Chart {
    static final int WIDTH = 760;
    static final int HEIGHT = 240;
    private static final int LEFT = 70;
    private static final int RIGHT = 16;
    private static final int TOP = 12;
    private static final int BOTTOM = 28;
    private static final int LINES = 4;

    /** Months that are shown at most. */
    private static final int MOST_MONTHS = 36;

    private final double lowest;
    private final double highest;

    private Chart(double lowest, double highest) {
        this.lowest = lowest;
        this.highest = highest;
    }

    /** Returns how the number of members went: a step at each run that changed it. */
    static Map<String, Object> steps(List<ListReport.Point> points) {
        long most = points.stream().mapToLong(ListReport.Point::members).max().orElse(0);
        Chart chart = new Chart(0, round(most));
        LocalDateTime from = points.get(0).time();
        LocalDateTime to = points.get(points.size() - 1).time();
        double span = (double) Math.max(1, Duration.between(from, to).toMillis());
        StringBuilder path = new StringBuilder();
        List<Map<String, Object>> dots = new ArrayList<>();
        for (ListReport.Point point : points) {
            double share = points.size() == 1
                    ? 0.5
                    : Duration.between(from, point.time()).toMillis() / span;
            String x = number(LEFT + share * (WIDTH - LEFT - RIGHT));
            String y = number(chart.y((double) point.members()));
            path.append(path.length() == 0 ? "M" + x + " " + y : "H" + x + "V" + y);
            dots.add(Map.of("x", x, "y", y, "text", point.time().toLocalDate() + ": " + grouped(point.members())));
        }
        return Map.of(
                "path",
                path.toString(),
                "dots",
                dots,
                "lines",
                chart.lines(),
                "first",
                from.toLocalDate().toString(),
                "last",
                points.size() == 1 ? "" : to.toLocalDate().toString());
    }

    /** Returns who came, upwards, and who went, downwards, by month. */
    static Map<String, Object> months(List<ListReport.Month> all) {
        List<ListReport.Month> months = all.subList(Math.max(0, all.size() - MOST_MONTHS), all.size());
        long most = 0;
        for (ListReport.Month month : months) {
            most = Math.max(most, Math.max(month.came(), month.went()));
        }
        Chart chart = new Chart(-round(most), round(most));
        YearMonth first = months.get(0).month();
        YearMonth last = months.get(months.size() - 1).month();
        long count = ChronoUnit.MONTHS.between(first, last) + 1;
        double slot = (double) (WIDTH - LEFT - RIGHT) / (double) Math.max(6, count);
        double zero = chart.y(0);
        List<Map<String, Object>> bars = new ArrayList<>();
        for (ListReport.Month month : months) {
            double x = LEFT + (double) ChronoUnit.MONTHS.between(first, month.month()) * slot;
            bars.add(bar(
                    "came",
                    x,
                    slot,
                    chart.y((double) month.came()),
                    zero,
                    month.month() + ": " + grouped(month.came()) + " new"));
            bars.add(bar(
                    "went",
                    x,
                    slot,
                    zero,
                    chart.y((double) -month.went()),
                    month.month() + ": " + grouped(month.went()) + " dropped"));
        }
        return Map.of(
                "bars", bars,
                "lines", chart.lines(),
                "first", first.toString(),
                "last", count == 1 ? "" : last.toString(),
                "lastX", number(LEFT + (double) count * slot));
    }

    private static Map<String, Object> bar(String kind, double x, double slot, double top, double bottom, String text) {
        return Map.of(
                "kind", kind,
                "x", number(x + slot * 0.15),
                "y", number(top),
                "width", number(slot * 0.7),
                "height", number(bottom - top),
                "text", text);
    }

    private List<Map<String, Object>> lines() {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i <= LINES; i++) {
            double value = lowest + (highest - lowest) * i / LINES;
            lines.add(Map.of("y", number(y(value)), "text", grouped(Math.round(Math.abs(value)))));
        }
        return lines;
    }

    private double y(double value) {
        return TOP + (highest - value) / (highest - lowest) * (HEIGHT - TOP - BOTTOM);
    }

    /** Returns the next number that is easy to read, and to divide by four. */
    private static double round(long most) {
        double size = 4;
        for (int i = 0; size < (double) most; i++) {
            size *= i % 3 == 1 ? 2.5 : 2;
        }
        return size;
    }

    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '\u2009');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
