package dev.kith.ivfpq;

import dev.kith.core.Metric;
import dev.kith.core.pq.BlockScan;
import dev.kith.core.pq.ScalarCodes;
import java.lang.foreign.Arena;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One query against lists: its ranking of the lists, its tables, and the distances that codes give. Scratch of one searcher;
/// not thread-safe.
final class QueryScan {
    final IvfData data;
    final CoarseRanking ranking;
    final BlockScan scan;
    private final @Nullable ScalarCodes refine;
    private final float[] query;
    private final float[] turned;
    private final float[] table;
    private float turnedSum;

    QueryScan(IvfData data) {
        this.data = data;
        this.ranking = new CoarseRanking(data);
        this.scan = new BlockScan(data.quantizer, Arena.ofAuto());
        this.refine = data.shape.refineCodes();
        this.query = new float[data.shape.dimension()];
        this.turned = new float[Math.max(data.shape.codeDimension(), refine == null ? 0 : refine.dimension())];
        this.table = new float[data.shape.subspaces() << data.shape.bits()];
    }

    /// Refuses a query of the wrong length or with a component that is not finite.
    void check(float[] raw) {
        if (raw.length != query.length) {
            throw new IllegalArgumentException(
                    "query has " + raw.length + " components, the index has dimension " + query.length);
        }
        int largest = 0; // bits of a magnitude: unlike a sum of floats, a largest int is found in registers
        for (float x : raw) {
            largest = Math.max(largest, Float.floatToRawIntBits(x) & Integer.MAX_VALUE);
        }
        if (largest >= Float.floatToRawIntBits(Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("every component of a query must be finite");
        }
    }

    /// Takes the next query: ranks the lists and fills the tables.
    ///
    /// @param lists how many lists will be visited, as far as is known
    void begin(float[] raw, int lists) {
        check(raw);
        System.arraycopy(raw, 0, query, 0, query.length);
        IvfModel.normalize(data.shape.metric(), query, 0, query.length);
        ranking.rank(query, lists);
        data.rotation.apply(query, 0, turned, 0);
        data.quantizer.lookupTable(turned, table);
        scan.tables().fill(table);
        if (refine != null) {
            turnedSum = 0;
            for (float x : turned) {
                turnedSum += x;
            }
        }
    }

    /// What every distance in a list begins with.
    float offset(int list) {
        return switch (data.shape.metric()) {
            case SQUARED_L2 -> ranking.squaredDistance(list);
            case INNER_PRODUCT -> -ranking.dot(list);
            case COSINE -> 1f - ranking.dot(list);
        };
    }

    /// Sets up the scan of a list.
    void beginList(int list, float confidence) {
        scan.offset = offset(list);
        scan.width = confidence == 0f ? 0f : confidence * (float) Math.sqrt(ranking.squaredDistance(list));
    }

    /// Scans up to [BlockScan#MAX_BLOCKS] blocks, whatever lists their rows belong to; kept rows are in [#scan].
    ///
    /// @param from number of the first block
    int scanBlocks(int from, int blocks, float threshold) {
        scan.threshold = threshold;
        return scan.scan(data.blocks, (long) from * data.layout.blockBytes(), blocks);
    }

    /// The ordinal at a place.
    int ordinal(int place) {
        return data.soundOrdinal(place);
    }

    boolean hasFinerCodes() {
        return refine != null;
    }

    /// The least distance the finer code of a place allows; the estimate itself when `confidence` is 0.
    float finerBound(int list, int place, float confidence) {
        ScalarCodes codes = Objects.requireNonNull(refine);
        long at = (long) place * data.shape.refineBytes();
        float dot = codes.dot(turned, turnedSum, data.refine, at);
        long factors = at + codes.codeBytes();
        float bias = data.refine.get(IvfHeader.FLOAT, factors);
        float scale = data.refine.get(IvfHeader.FLOAT, factors + 4);
        float error = data.refine.get(IvfHeader.FLOAT, factors + 8);
        float width = confidence == 0f ? 0f : confidence * (float) Math.sqrt(ranking.squaredDistance(list));
        return offset(list) + bias + scale * dot - error * width;
    }

    /// The cosine to the query's direction that the mean residual of a list would need for a row at the squared L2 distance
    /// `within` of the query; above 1 the list cannot hold one.
    float neededCosine(int list, float within) {
        float far = ranking.squaredDistance(list);
        float residual = data.meanSquaredResidual(list);
        float product = 2f * (float) Math.sqrt((double) far * residual);
        return product > 0 ? (far + residual - within) / product : far + residual > within ? 2f : -1f;
    }

    /// A distance of this metric as a squared L2 distance, for the metrics that have one.
    float squaredL2(float distance) {
        return data.shape.metric() == Metric.COSINE ? 2 * distance : distance;
    }
}
