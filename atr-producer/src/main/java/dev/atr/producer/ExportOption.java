package dev.atr.producer;

/**
 * Where an export departs from what this Producer does by default, mostly for peers who read a passage otherwise. By
 * default none is set. See {@code docs/spec-readings.md}.
 */
public enum ExportOption {
    /**
     * A list of types without Group, Patient or Coverage is exported with a warning; by default it is refused, unless the
     * client is lenient. A client that says {@code Prefer: handling=strict} is refused all the same (C-05).
     */
    ALLOW_FEWER_TYPES,

    /** The client must name the export type; by default none means the guide's own (C-06). */
    REQUIRE_EXPORT_TYPE,

    /** {@code patient} in the address is refused; by default it is heeded, with a warning (C-07). It is never ignored. */
    REFUSE_PATIENT_IN_ADDRESS,

    /**
     * An export that names a patient who is no member of the list is refused; by default the others are exported, with a
     * message for each (C-08).
     */
    REFUSE_UNKNOWN_PATIENTS,

    /** A type that was asked for and has no resources gets an empty file; by default it gets none (C-16). */
    EMPTY_FILES,

    /**
     * A kick-off must be a {@code POST}, as the ballot of Bulk Data 4 has it; by default {@code GET} is served too (C-07,
     * C-83).
     */
    REQUIRE_POST,

    /**
     * Manifests have the shape of the ballot of Bulk Data 4: {@code outcome} in place of {@code error}, no
     * {@code request}, FHIR extensions, nothing empty. By default they have that of Bulk Data 2, which clients of 1 and 3
     * read as well. Jobs that have ended are answered in the shape of the day. A payer who serves version 4 alone adds
     * {@link #REQUIRE_POST} (C-14, C-83).
     */
    MANIFEST_V4,

    /** A kick-off must say {@code Prefer: respond-async}; by default that goes without saying (C-86). */
    REQUIRE_PREFER,

    /** Clients can't delete their jobs; by default they can (C-18). */
    KEEP_JOBS,

    /**
     * Files are kept and served as they are only; by default one that is longer than 64 KB is kept compressed as well, and
     * goes so to clients that ask for gzip (C-87). Compressing takes about 2 seconds of processor time a gigabyte and a
     * tenth of the space of the files, and gives clients on all but the fastest networks several times the speed.
     */
    NO_GZIP
}
