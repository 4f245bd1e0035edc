package dev.kith;

import java.util.List;

/// What [Collection#verify()] found.
///
/// @param filesChecked files whose checksums were computed
/// @param bytesChecked their bytes
/// @param recordsChecked records read and compared with the indexes
/// @param problems what is wrong, each naming its file or record; empty means the collection is whole
public record VerifyReport(int filesChecked, long bytesChecked, long recordsChecked, List<String> problems) {
    /// Copies.
    public VerifyReport {
        problems = List.copyOf(problems);
    }

    /// Whether nothing is wrong.
    public boolean ok() {
        return problems.isEmpty();
    }
}
