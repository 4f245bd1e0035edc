package dev.kith.internal.search;

import dev.kith.Effort;
import dev.kith.VectorValue;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.Overlay;
import dev.kith.internal.view.View;
import dev.kith.lucene.KithVectorsReader;
import dev.kith.lucene.segment.SearchEffort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nearest records of a view by one vector field: segments through their indexes, recent writes exactly.
final class VectorSearch {
    private final View view;
    private final BoundFilter filter;
    private final FilterMatches matches;

    VectorSearch(View view, BoundFilter filter, FilterMatches matches) {
        this.view = view;
        this.filter = filter;
        this.matches = matches;
    }

    /// What is looked for.
    ///
    /// @param query fits the field
    record Target(String field, VectorValue query, int k, Effort effort) {}

    /// The nearest of each part, unordered; at least the `k` nearest of the view.
    List<Found> run(Target target) throws IOException {
        float[] query = target.query().toFloats();
        List<Found> found = new ArrayList<>();
        List<Leaf> leaves = view.generation().leaves();
        for (int i = 0; i < leaves.size(); i++) {
            searchLeaf(target, query, i, leaves.get(i), found);
        }
        for (int i = 0; i < view.slices().size(); i++) {
            searchRecent(target, query, i, found);
        }
        return found;
    }

    private void searchLeaf(Target target, float[] query, int number, Leaf leaf, List<Found> found) throws IOException {
        KithVectorsReader vectors = leaf.core().vectors(target.field());
        if (vectors == null || vectors.size() == 0) {
            return;
        }
        TopK nearest = new TopK(Math.min(target.k(), vectors.size()));
        vectors.search(query, nearest.capacity(), effort(target), accept(target.field(), leaf, vectors), nearest);
        for (long key : nearest.toSortedKeys()) {
            found.add(new Found(number, vectors.docId(TopK.ordinal(key)), TopK.distance(key)));
        }
    }

    private @Nullable AcceptOrdinals accept(String field, Leaf leaf, KithVectorsReader vectors) throws IOException {
        if (filter.matchesAll()) {
            return leaf.accept(field, vectors, view.position());
        }
        long[] words = matches.visible(leaf);
        return words == null ? null : vectors.accept(words);
    }

    private static SearchEffort effort(Target target) {
        return switch (target.effort()) {
            case Effort.Auto _ -> SearchEffort.DEFAULT;
            case Effort.Exact _ -> SearchEffort.EXACT;
            case Effort.EfSearch(int efSearch) -> SearchEffort.efSearch(efSearch);
            case Effort.Lists(int nprobe, int rerank) -> SearchEffort.lists(nprobe, rerank);
        };
    }

    private void searchRecent(Target target, float[] query, int number, List<Found> found) {
        View.Slice slice = view.slices().get(number);
        Overlay overlay = slice.overlay();
        int rows = slice.count() == 0 ? 0 : overlay.rowCount(target.field());
        if (rows == 0) {
            return;
        }
        TopK nearest = new TopK(Math.min(target.k(), rows));
        float[] distances = new float[Overlay.rowsPerChunk()];
        for (int first = 0; first < rows; first += distances.length) {
            int count = Math.min(distances.length, rows - first);
            Scorer scorer = overlay.chunk(target.field(), first / distances.length).scorer(query);
            scorer.scoreRange(0, count, distances);
            for (int i = 0; i < count; i++) {
                if (distances[i] <= nearest.worstDistance() && visible(overlay.owner(target.field(), first + i))) {
                    nearest.offer(distances[i], first + i);
                }
            }
        }
        int source = view.generation().leaves().size() + number;
        for (long key : nearest.toSortedKeys()) {
            found.add(new Found(source, overlay.owner(target.field(), TopK.ordinal(key)).index(), TopK.distance(key)));
        }
    }

    private boolean visible(Entry entry) {
        return entry.visible(view.position())
                && (filter.matchesAll() || FilterEvaluator.matches(filter, java.util.Objects.requireNonNull(entry.record())));
    }
}
