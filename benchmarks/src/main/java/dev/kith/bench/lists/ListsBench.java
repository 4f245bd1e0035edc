package dev.kith.bench.lists;

import dev.kith.bench.data.VectorSet;
import dev.kith.ivfpq.IvfPqParameters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// The measurements of this package over one data set, each a Markdown table.
///
/// @param queryCount queries asked, at most those of the set
/// @param k answers a query
public record ListsBench(VectorSet set, int queryCount, int k) {
    /// What each code keeps of a vector. See [CodecTable].
    ///
    /// @param trained whether codes after a trained rotation (OPQ), which take minutes, are in it
    public String codecs(boolean trained, long seed) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            return CodecTable.run(Judged.of(set, set.vectors(arena), queryCount, k), trained, seed);
        }
    }

    /// How well the codes of graph nodes estimate and rank. See [NodeCodeTable].
    public String nodeCodes() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            return NodeCodeTable.run(Judged.of(set, set.vectors(arena), queryCount, k));
        }
    }

    /// Codes a second in the set's dimension, beside what memory and shuffles allow. See [ScanTrial].
    public String scan(long seed) {
        return ScanTrial.run(set.dimension(), seed);
    }

    /// Appended rows beside a fresh build. See [AppendTrial].
    ///
    /// @param share of the rows that are appended, above 0 and below 1
    public String append(double share) throws IOException {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("--share must be above 0 and below 1, was " + share);
        }
        try (Arena arena = Arena.ofShared()) {
            return AppendTrial.run(Judged.of(set, set.vectors(arena), queryCount, k), IvfPqParameters.DEFAULTS, share);
        }
    }

    /// Candidates ranked by float32 vectors, and by copies in bfloat16 and eight bits. See [RerankTrial].
    ///
    /// @param folder receives the rounded rows, and loses them again
    public String rerank(Path folder) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            return RerankTrial.run(Judged.of(set, set.vectors(arena), queryCount, k), set.baseFile(), folder);
        }
    }

    /// Built and searched while the vectors are on disk only. See [LargeTrial].
    ///
    /// @param folder receives the index, and loses it again
    public String large(Path folder) throws IOException {
        return LargeTrial.run(set, queryCount, k, folder);
    }
}
