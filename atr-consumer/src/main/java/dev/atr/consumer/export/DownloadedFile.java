package dev.atr.consumer.export;

import dev.atr.core.fhir.ResourceType;
import java.nio.file.Path;

/**
 * A file that was fetched whole, checked and put in its place.
 *
 * @param kind what it holds
 * @param type the type of the resources in it
 * @param path where it is: {@code <n>-<Type>.ndjson} in the download's folder
 * @param lines number of lines that are not blank
 * @param bytes its length
 * @param sha256 its digest, in lower-case hexadecimal
 */
public record DownloadedFile(
        ExportFile.Kind kind, ResourceType type, Path path, long lines, long bytes, String sha256) {}
