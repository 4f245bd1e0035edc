package dev.kith.quality;

import java.util.List;

/// What [Quality#report] found.
///
/// @param field the vector field
/// @param dimension its dimension
/// @param records records that have a vector in it
/// @param missing records that have none
/// @param norms their lengths
/// @param duplicates vectors equal bit for bit
/// @param neighbours what the nearest neighbours of a sample tell
/// @param constantDimensions components that are the same in every vector, from 0
public record QualityReport(String field, int dimension, long records, long missing, Norms norms, Duplicates duplicates,
        Neighbours neighbours, List<Integer> constantDimensions) {
    /// Euclidean lengths.
    ///
    /// @param zero vectors of length 0
    /// @param notUnit vectors whose length is further from 1 than 0.001, zero ones included
    /// @param least the shortest length
    /// @param mean the mean length
    /// @param greatest the greatest length
    /// @param leastId a record of the shortest
    /// @param greatestId a record of the greatest
    public record Norms(long zero, long notUnit, double least, double mean, double greatest, String leastId, String greatestId) {}

    /// Vectors equal bit for bit.
    ///
    /// @param groups how many different vectors occur more than once
    /// @param records how many records have such a vector
    /// @param examples ids of some groups
    public record Duplicates(long groups, long records, List<List<String>> examples) {
        /// Copies.
        public Duplicates {
            examples = List.copyOf(examples);
        }
    }

    /// What the nearest neighbours of a sample tell.
    ///
    /// @param sampled records looked at
    /// @param nearDuplicates of these, how many have another vector that is not equal but as near as a near-duplicate
    /// @param nearExamples pairs of such
    /// @param outliers of these, how many are further from their nearest neighbour than the median by eight times the median
    ///        deviation
    /// @param outlierExamples ids of such, furthest first
    public record Neighbours(int sampled, int nearDuplicates, List<List<String>> nearExamples, int outliers,
            List<String> outlierExamples) {
        /// Copies.
        public Neighbours {
            nearExamples = List.copyOf(nearExamples);
            outlierExamples = List.copyOf(outlierExamples);
        }
    }

    /// Copies.
    public QualityReport {
        constantDimensions = List.copyOf(constantDimensions);
    }

    /// Whether nothing was found that is worth a look. Vectors that are not of length 1 are none, as most metrics do not mind.
    public boolean clean() {
        return norms.zero() == 0 && duplicates.groups() == 0 && neighbours.nearDuplicates() == 0 && neighbours.outliers() == 0
                && constantDimensions.isEmpty();
    }
}
