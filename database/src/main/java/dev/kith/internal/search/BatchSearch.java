package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Effort;
import dev.kith.Query;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.index.LuceneFilters;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import dev.kith.lucene.KithVectorsReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Does the exact searches of a batch together, segment by segment: the vectors are read once for all queries.
final class BatchSearch {
    /// Queries done together at most, so that their result lists stay small.
    private static final int MOST = 256;
    private final View view;
    private final Schema schema;
    private final LuceneFilters filters;
    private final BatchScorer scorer;

    BatchSearch(View view, Schema schema, LuceneFilters filters, BatchScorer scorer) {
        this.view = view;
        this.schema = schema;
        this.filters = filters;
        this.scorer = scorer;
    }

    /// What queries must share to be done together.
    private record Kind(String field, BoundFilter filter, int k) {}

    /// For each plan what each segment answers, nearest first, one more than is asked for; null where the query is to be answered by
    /// itself.
    long[][] @Nullable [] run(List<Searches.Plan> plans) throws IOException {
        Map<Kind, List<Integer>> kinds = new LinkedHashMap<>();
        for (int i = 0; i < plans.size(); i++) {
            Kind kind = kind(plans.get(i));
            if (kind != null) {
                kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(i);
            }
        }
        long[][] @Nullable [] known = new long[plans.size()][][];
        for (Map.Entry<Kind, List<Integer>> kind : kinds.entrySet()) {
            List<Integer> all = kind.getValue();
            for (int from = 0; all.size() > 1 && from < all.size(); from += MOST) {
                together(kind.getKey(), all.subList(from, Math.min(all.size(), from + MOST)), plans, known);
            }
        }
        return known;
    }

    private @Nullable Kind kind(Searches.Plan plan) {
        Query query = plan.query();
        if (!Answer.plain(query) || !(query.clauses().getFirst() instanceof Clause.Nearest nearest)
                || !(schema.field(nearest.field()) instanceof VectorField field) || !field.encoding().floats()) {
            return null;
        }
        boolean exact = nearest.effort() instanceof Effort.Exact;
        return exact && query.window().end() <= 1000 ? new Kind(nearest.field(), plan.filter(), query.window().end()) : null;
    }

    private void together(Kind kind, List<Integer> members, List<Searches.Plan> plans, long[][] @Nullable [] known)
            throws IOException {
        float[][] queries = new float[members.size()][];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = ((Clause.Nearest) plans.get(members.get(i)).query().clauses().getFirst()).vector().toFloats();
        }
        int dimension = queries[0].length;
        float[] flat = new float[queries.length * dimension];
        for (int i = 0; i < queries.length; i++) {
            System.arraycopy(queries[i], 0, flat, i * dimension, dimension);
        }
        List<Leaf> leaves = view.generation().leaves();
        FilterMatches matches = new FilterMatches(view, kind.filter(), filters);
        for (int member : members) {
            known[member] = new long[leaves.size()][];
        }
        for (int l = 0; l < leaves.size(); l++) {
            KithVectorsReader vectors = leaves.get(l).core().vectors(kind.field());
            if (vectors == null || vectors.size() == 0) {
                continue;
            }
            AcceptOrdinals accept = matches.accept(leaves.get(l), kind.field(), vectors);
            int wanted = (int) Math.min(kind.k() + 1L, vectors.size());
            long[][] nearest = vectors.exact(scorer, flat, queries.length, wanted, accept);
            for (int i = 0; i < nearest.length; i++) {
                Objects.requireNonNull(known[members.get(i)])[l] = nearest[i];
            }
        }
    }
}
