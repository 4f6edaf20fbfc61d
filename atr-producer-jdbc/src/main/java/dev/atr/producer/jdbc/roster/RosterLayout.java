package dev.atr.producer.jdbc.roster;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.Identifier;
import dev.atr.producer.jdbc.RosterColumn;
import dev.atr.producer.jdbc.RosterList;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of a flat file mean: the names of {@link RosterColumn}, or those that a mapping file gives. See
 * {@code docs/roster.md}. Immutable.
 */
public final class RosterLayout {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final String ALL = "*";
    private static final Map<String, Character> SEPARATORS =
            Map.of(",", ',', "comma", ',', ";", ';', "semicolon", ';', "|", '|', "pipe", '|', "tab", '\t');

    /** Without these no row can be sound. */
    private static final Set<RosterColumn> REQUIRED = EnumSet.of(
            RosterColumn.MEMBER_ID,
            RosterColumn.MEMBER_ID_SYSTEM,
            RosterColumn.PLAN_ID,
            RosterColumn.COVERAGE_START,
            RosterColumn.ATTRIBUTION_START);

    private static final Set<RosterColumn> DAYS = EnumSet.of(
            RosterColumn.BIRTH_DATE,
            RosterColumn.COVERAGE_START,
            RosterColumn.COVERAGE_END,
            RosterColumn.ATTRIBUTION_START,
            RosterColumn.ATTRIBUTION_END);

    private static final Set<String> OTHER_KEYS = Set.of(
            "charset",
            "separator",
            "days",
            "ignore",
            "list.status",
            "list.name",
            "list.contract",
            "list.npi",
            "list.tin",
            "list.start",
            "list.end",
            "payer.name",
            "payer.number");

    private final SortedMap<String, String> settings;
    private final Map<RosterColumn, String> names = new EnumMap<>(RosterColumn.class);
    private final Map<RosterColumn, String> constants = new EnumMap<>(RosterColumn.class);
    private final Set<String> ignored = new TreeSet<>();
    private final Charset charset;
    private final char separator;
    private final @Nullable DateTimeFormatter days;
    private final @Nullable RosterList newList;

    private RosterLayout(SortedMap<String, String> settings) {
        this.settings = settings;
        for (RosterColumn column : RosterColumn.values()) {
            names.put(column, folded(find("column." + column.columnName()).orElse(column.columnName())));
            find("value." + column.columnName()).ifPresent(value -> constants.put(column, value));
        }
        checkKeys();
        find("ignore")
                .ifPresent(list -> Arrays.stream(list.split(",", -1))
                        .map(RosterLayout::folded)
                        .forEach(ignored::add));
        charset = charset(find("charset").orElse("UTF-8"));
        separator = separator(find("separator").orElse(","));
        days = find("days").map(RosterLayout::pattern).orElse(null);
        newList = find("list.contract").isPresent() ? list() : null;
    }

    /** Returns the layout of the column names of {@link RosterColumn}: UTF-8, commas, days such as 2026-01-31. */
    public static RosterLayout standard() {
        return new RosterLayout(new TreeMap<>());
    }

    /**
     * Reads a mapping file: lines of {@code key=value} in UTF-8.
     *
     * @throws IOException when it can't be read
     * @throws InvalidContentException when it names a key or a value that there is not
     */
    public static RosterLayout read(Path mapping) throws IOException {
        Properties lines = new Properties();
        try (Reader in = Files.newBufferedReader(mapping, StandardCharsets.UTF_8)) {
            lines.load(in);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new InvalidContentException("the mapping file is not lines of key=value in UTF-8", e);
        }
        TreeMap<String, String> settings = new TreeMap<>();
        lines.forEach((key, value) ->
                settings.put(String.valueOf(key), String.valueOf(value).strip()));
        return new RosterLayout(settings);
    }

    /**
     * Returns a copy for files of another character set.
     *
     * @param name {@code UTF-8} or {@code windows-1252}
     * @throws InvalidContentException when it is none of them
     */
    public RosterLayout withCharset(String name) {
        TreeMap<String, String> copy = new TreeMap<>(settings);
        copy.put("charset", name);
        return new RosterLayout(copy);
    }

    /** Returns what the mapping file says about a list that a roster makes; empty when it says nothing. */
    public Optional<RosterList> newList() {
        return Optional.ofNullable(newList);
    }

    char separator() {
        return separator;
    }

    Charset charset() {
        return charset;
    }

    /** Returns what holds for all rows. */
    Map<RosterColumn, String> constants() {
        return constants;
    }

    /** Returns all that tells this layout from another. */
    String fingerprint() {
        return settings.entrySet().stream()
                .map(line -> line.getKey() + "=" + line.getValue())
                .collect(Collectors.joining("\n", "", "\n\n"));
    }

    /**
     * Returns what each field of a row means; nothing for those to ignore.
     *
     * @param header the names at the top of the file
     * @throws InvalidContentException when a required column is missing, or one is not known. It names no column that is
     *     not known: a file without header begins with a member
     */
    List<Optional<RosterColumn>> columns(List<String> header) {
        List<Optional<RosterColumn>> columns = new ArrayList<>();
        Set<RosterColumn> missing = EnumSet.copyOf(REQUIRED);
        missing.removeAll(constants.keySet());
        Set<RosterColumn> seen = EnumSet.noneOf(RosterColumn.class);
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String name = folded(header.get(i));
            Optional<RosterColumn> column = names.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(name))
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (column.isPresent() && !seen.add(column.get())) {
                throw wrongHeader("two columns are " + column.get().columnName());
            }
            if (column.isEmpty() && !ignored.contains(name) && !ignored.contains(ALL)) {
                unknown.add(Integer.toString(i + 1));
            }
            column.ifPresent(missing::remove);
            columns.add(column);
        }
        if (!missing.isEmpty()) {
            throw wrongHeader("there is no column "
                    + missing.stream().map(names::get).collect(Collectors.joining(", "))
                    + "; a mapping file can say how it is called, or what holds for all rows");
        }
        if (!unknown.isEmpty()) {
            throw wrongHeader("column " + String.join(", ", unknown)
                    + " is not known; a mapping file can say what it means, or that it is to be ignored");
        }
        return columns;
    }

    /** Returns a value as a row has it. */
    String value(RosterColumn column, String text) {
        DateTimeFormatter written = days;
        if (written == null || !DAYS.contains(column)) {
            return text;
        }
        try {
            return LocalDate.parse(text.strip(), written).toString();
        } catch (DateTimeParseException e) {
            // What reads the row says that this is no day
            return "not a day";
        }
    }

    private Optional<String> find(String key) {
        return Optional.ofNullable(settings.get(key)).filter(value -> !value.isBlank());
    }

    private String required(String key) {
        return find(key)
                .orElseThrow(() -> new InvalidContentException(
                        "the mapping file says list.contract, and so must say " + key + " too"));
    }

    private void checkKeys() {
        Set<String> known = new TreeSet<>(OTHER_KEYS);
        for (RosterColumn column : RosterColumn.values()) {
            known.add("column." + column.columnName());
            known.add("value." + column.columnName());
        }
        settings.keySet().stream()
                .filter(key -> !known.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new InvalidContentException("the mapping file has a key that there is not: " + key);
                });
    }

    private RosterList list() {
        ListStatus status = new ListStatus(find("list.status").orElse("open"));
        if (!status.equals(ListStatus.OPEN) && !status.equals(ListStatus.DRAFT)) {
            throw new InvalidContentException("list.status is draft or open");
        }
        return new RosterList(
                status,
                find("list.name").orElse(null),
                identifier("list.contract", required("list.contract")),
                find("list.npi").orElse(null),
                find("list.tin").orElse(null),
                day("list.start", required("list.start")),
                find("list.end").map(text -> day("list.end", text)).orElse(null),
                required("payer.name"),
                find("payer.number")
                        .map(text -> identifier("payer.number", text))
                        .orElse(null));
    }

    private static Identifier identifier(String key, String text) {
        int bar = text.lastIndexOf('|');
        if (bar <= 0 || bar == text.length() - 1) {
            throw new InvalidContentException(key + " is written SYSTEM|VALUE");
        }
        return Identifier.of(text.substring(0, bar), text.substring(bar + 1));
    }

    private static LocalDate day(String key, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidContentException(key + " is a day such as 2026-01-31", e);
        }
    }

    private static Charset charset(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "utf-8", "utf8" -> StandardCharsets.UTF_8;
            case "windows-1252", "cp1252" -> WINDOWS_1252;
            default -> throw new InvalidContentException("charset is UTF-8 or windows-1252");
        };
    }

    private static char separator(String name) {
        Character separator = SEPARATORS.get(name.toLowerCase(Locale.ROOT));
        if (separator == null) {
            throw new InvalidContentException("separator is comma, semicolon, pipe or tab");
        }
        return separator;
    }

    private static DateTimeFormatter pattern(String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern.replace('y', 'u'), Locale.ROOT)
                    .withResolverStyle(ResolverStyle.STRICT);
        } catch (IllegalArgumentException e) {
            throw new InvalidContentException("days is a pattern such as MM/dd/yyyy", e);
        }
    }

    private static String folded(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private static InvalidContentException wrongHeader(String text) {
        return new InvalidContentException("line 1: wrong header: " + text);
    }

    /** Returns the kind only. */
    @Override
    public String toString() {
        return "RosterLayout";
    }
}
