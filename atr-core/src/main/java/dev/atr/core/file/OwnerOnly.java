package dev.atr.core.file;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Access for the owner alone, given to files and folders as they are created, so that there is no moment in which others
 * can open them. Where a file system knows no POSIX permissions, nothing is asked for and its own rules hold: there a
 * folder should be the owner's already.
 */
public final class OwnerOnly {
    private OwnerOnly() {}

    /** Returns the attributes with which a file is created in this place: 0600. */
    public static FileAttribute<?>[] file(Path place) {
        return permissions(place, "rw-------");
    }

    /** Returns the attributes with which a folder is created in this place: 0700. */
    public static FileAttribute<?>[] folder(Path place) {
        return permissions(place, "rwx------");
    }

    private static FileAttribute<?>[] permissions(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
