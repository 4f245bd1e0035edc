package dev.kith.hnsw;

import dev.kith.core.NeighbourEstimator;
import dev.kith.core.NodeEstimator;
import dev.kith.core.RotatedQuery;
import dev.kith.core.SignEstimator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One query in the forms that the codes of a graph need. Belongs to one search at a time.
final class CodedQuery {
    final float[] query;
    /// For the nodes' own codes.
    final NodeEstimator nodes;
    /// For the entry points.
    final NeighbourEstimator entries;
    /// The same, for the codes of neighbours, if the rows carry them.
    final @Nullable NeighbourEstimator neighbours;
    /// Groups of their table.
    final int entryGroups;
    final CodeScorer scorer;
    private final @Nullable SignEstimator signs;
    /// For scans, where neighbours' codes are there; call [#prepareScan()] first.
    final @Nullable SignScorer signScorer;
    private final RotatedQuery rotated;

    CodedQuery(Graph graph) {
        GraphHeader header = graph.header;
        float[] centre = new float[header.dimension()];
        MemorySegment.copy(graph.bytes, GraphHeader.FLOAT, header.centreOffset(), centre, 0, centre.length);
        this.query = new float[header.dimension()];
        this.rotated = new RotatedQuery(header.metric(), header.dimension(), header.parameters().seed());
        this.nodes = header.nodeCodes().estimator(centre);
        this.entries = header.codes().estimator();
        this.neighbours = header.coded() ? entries : null;
        this.entryGroups = header.entryCodes().groups();
        this.scorer = new CodeScorer(graph, nodes);
        this.signs = header.coded() ? header.signs().estimator() : null;
        this.signScorer = signs == null ? null : new SignScorer(graph, signs);
    }

    /// Takes what [#prepare()] took for [#signScorer].
    void prepareScan() {
        if (signs != null) {
            signs.query(nodes);
        }
    }

    /// Takes what stands in [#query].
    void prepare() {
        rotated.set(query);
        nodes.query(rotated);
        entries.query(rotated);
    }
}
