package dev.kith.bench.lists;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.RecallJudge;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.SearchEffort;
import dev.kith.ivfpq.SearchStats;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;

/// A data set with its queries and the judge of their answers.
///
/// @param k answers a query
record Judged(DenseVectors vectors, float[][] queries, RecallJudge judge, int k) {
    static Judged of(VectorSet set, DenseVectors vectors, int queryCount, int k) throws IOException {
        float[][] queries = set.queries();
        int n = Math.min(queryCount, queries.length);
        float[][] asked = Arrays.copyOf(queries, n);
        return new Judged(vectors, asked, new RecallJudge(vectors, asked, Arrays.copyOf(set.truth(), n), k), k);
    }

    /// What all queries came to with one effort.
    ///
    /// @param codes scanned a query
    /// @param exact distances a query
    /// @param micros a query, the quickest of three rounds
    record Outcome(double recall, double codes, double exact, double micros) {}

    /// Share of the true nearest of a query among the first `count` ordinals; ties count by distance.
    double reached(int query, int[] ordinals, int count) {
        long right = 0;
        int[] one = new int[1];
        for (int i = 0; i < count; i++) {
            one[0] = ordinals[i];
            right += judge.judge(query, one, null).byDistance();
        }
        return Math.min(k, right) / (double) k;
    }

    Outcome ask(IvfPqIndex index, SearchEffort effort) {
        return ask(index, vectors::scorer, effort);
    }

    /// @param scorers rerank
    Outcome ask(IvfPqIndex index, Function<float[], Scorer> scorers, SearchEffort effort) {
        return ask((query, into) -> index.search(query, scorers.apply(query), effort, null, into));
    }

    /// What is asked.
    interface Search {
        SearchStats run(float[] query, TopK into);
    }

    Outcome ask(Search search) {
        double best = Double.POSITIVE_INFINITY;
        long codes = 0;
        long exact = 0;
        RecallJudge.Hits hits = new RecallJudge.Hits(0, 0, 0);
        TopK found = new TopK(k);
        for (int round = 0; round < 3; round++) {
            hits = new RecallJudge.Hits(0, 0, 0);
            codes = 0;
            exact = 0;
            long nanos = 0;
            for (int q = 0; q < queries.length; q++) {
                found.clear();
                long start = System.nanoTime();
                SearchStats stats = search.run(queries[q], found);
                nanos += System.nanoTime() - start;
                codes += stats.codes();
                exact += stats.exact();
                hits = hits.plus(judge.judge(q, Arrays.stream(found.toSortedKeys()).mapToInt(TopK::ordinal).toArray(), null));
            }
            best = Math.min(best, nanos / 1e3 / queries.length);
        }
        return new Outcome(hits.recall(), (double) codes / queries.length, (double) exact / queries.length, best);
    }
}
