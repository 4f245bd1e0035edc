package dev.kith.ivfpq;

/// How well an index's lists still fit its rows. Centroids are trained once; rows appended or deleted later make lists uneven
/// and residuals long.
///
/// @param rows rows in lists, those spilled included
/// @param largestList rows of the largest list
/// @param emptyLists lists without rows
/// @param imbalance how many times more rows a search scans than with lists of one size, for queries that follow the rows:
///        `nlist * sum(rows^2) / sum(rows)^2`, at least 1
/// @param meanSquaredResidual squared distance of a row to its centroid, on average
public record IvfHealth(long rows, int largestList, int emptyLists, double imbalance, double meanSquaredResidual) {
    /// Growth of the residuals that costs about a point of recall at equal effort.
    private static final double RESIDUAL_GROWTH = 1.15;
    private static final double IMBALANCE_GROWTH = 1.5;

    static IvfHealth of(IvfData data) {
        long rows = 0;
        int largest = 0;
        int empty = 0;
        double squares = 0;
        double residual = 0;
        for (int l = 0; l < data.shape.nlist(); l++) {
            int n = data.rows(l);
            rows += n;
            largest = Math.max(largest, n);
            empty += n == 0 ? 1 : 0;
            squares += (double) n * n;
            residual += (double) n * data.meanSquaredResidual(l);
        }
        double total = Math.max(1, rows);
        double imbalance = rows == 0 ? 1 : data.shape.nlist() * squares / (total * total);
        return new IvfHealth(rows, largest, empty, imbalance, residual / total);
    }

    /// Whether rows encoded with the model of `trained` (such as appended ones, or a merge of both) have drifted so far from
    /// what it was trained on that training anew pays: residuals a seventh longer or lists half as uneven again.
    ///
    /// @param trained health of the index as it was when its model was trained
    public boolean driftedFrom(IvfHealth trained) {
        return meanSquaredResidual > RESIDUAL_GROWTH * trained.meanSquaredResidual
                || imbalance > IMBALANCE_GROWTH * trained.imbalance;
    }
}
