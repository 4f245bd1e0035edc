package dev.kith.internal.index;

import dev.kith.lucene.KithVectorsFormat;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfos;

/// The commits in a folder of Lucene's, as files.
public final class Commits {
    private static final String PREFIX = IndexFileNames.SEGMENTS + "_";

    private Commits() {}

    /// Names of the commit files, the newest first. Whether they can be read is another question.
    public static List<String> newestFirst(Vfs vfs, Path folder) throws StorageException {
        return vfs.list(folder).stream().filter(Commits::isCommit)
                .sorted(Comparator.comparingLong(SegmentInfos::generationFromSegmentsFileName).reversed()).toList();
    }

    private static boolean isCommit(String name) {
        return name.startsWith(PREFIX) && name.substring(PREFIX.length()).matches("[0-9a-z]{1,13}");
    }

    /// Puts an empty file where an index file of vectors is missing. An index can be built again, so its absence must not keep the
    /// folder from being opened; an empty file is read as a damaged index.
    ///
    /// @return how many were missing
    public static int replaceMissingIndexes(Vfs vfs, Path folder, SegmentInfos commit) throws IOException {
        int missing = 0;
        for (String name : commit.files(false)) {
            if (KithVectorsFormat.isIndexFile(name) && !vfs.exists(folder.resolve(name))) {
                try (VfsFile file = vfs.openWrite(folder.resolve(name), WriteMode.CREATE_NEW)) {
                    file.force(true);
                }
                missing++;
            }
        }
        if (missing > 0) {
            vfs.syncDirectory(folder);
        }
        return missing;
    }
}
