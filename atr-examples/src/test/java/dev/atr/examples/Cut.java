package dev.atr.examples;

import java.util.List;
import java.util.Map;

/**
 * A moment of an export as it shows from outside, in its files and in what the Producer says.
 *
 * @param phase what is under way
 * @param at how far it is, from 0 to 1
 */
record Cut(Phase phase, double at) {
    private static final String GROUP = "1.Group.0001.ndjson";

    /** What an export does, in this order. */
    enum Phase {
        /** The Group is being written. */
        GROUP,
        /** The resources behind it are being written. */
        RESOURCES,
        /** All bytes of some file are written; it is made durable, and has its name in a moment. */
        WHOLE,
        /** Some file has its name. After the last one the job is published in a moment. */
        NAMED,
        /** The job is published; the client does not know of it yet. */
        PUBLISHED
    }

    /**
     * Returns whether the moment has come, or has just passed.
     *
     * @param whole the files of an undisturbed export with their sizes
     * @param files those that are on disk now, unfinished ones with a dot before their names
     * @param published whether the Producer has said that the export is complete
     */
    boolean hasCome(Map<String, Long> whole, Map<String, Long> files, boolean published) {
        return published
                || switch (phase) {
                    case GROUP -> written(GROUP, files) >= at * size(GROUP, whole);
                    case RESOURCES -> resources(whole, files) >= at * resources(whole, whole);
                    case WHOLE -> written(some(whole), files) == size(some(whole), whole);
                    case NAMED -> files.containsKey(some(whole));
                    case PUBLISHED -> false;
                };
    }

    private String some(Map<String, Long> whole) {
        List<String> names = whole.keySet().stream().sorted().toList();
        return names.get((int) (at * names.size()));
    }

    private static long resources(Map<String, Long> whole, Map<String, Long> files) {
        return files.containsKey(GROUP)
                ? whole.keySet().stream()
                        .filter(name -> !name.equals(GROUP))
                        .mapToLong(name -> written(name, files))
                        .sum()
                : -1;
    }

    private static long written(String name, Map<String, Long> files) {
        return files.getOrDefault(name, files.getOrDefault("." + name, -1L));
    }

    private static long size(String name, Map<String, Long> files) {
        return files.getOrDefault(name, 0L);
    }
}
