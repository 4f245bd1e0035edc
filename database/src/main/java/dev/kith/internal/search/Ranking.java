package dev.kith.internal.search;

import dev.kith.Query;
import dev.kith.Clause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Orders what was found: best first, equal ones by id; and fuses several orders into one.
final class Ranking {
    private static final Comparator<Found> BY_DISTANCE = (a, b) -> Float.compare(a.distance() + 0f, b.distance() + 0f); // + 0: one zero
    private final HitLoader loader;

    Ranking(HitLoader loader) {
        this.loader = loader;
    }

    /// One of the best, with its id.
    record Ranked(Found found, String id) {}

    /// One of the best of several clauses.
    ///
    /// @param ranks by clause, 0 where the clause did not find it
    record Fused(Ranked best, double score, int[] ranks, float[] distances) {}

    /// The best `k`, best first. Only those that may be among them are asked for their ids.
    List<Ranked> best(List<Found> found, int k) throws IOException {
        found.sort(BY_DISTANCE);
        int take = Math.min(k, found.size());
        while (take > 0 && take < found.size() && BY_DISTANCE.compare(found.get(take), found.get(take - 1)) == 0) {
            take++; // ties at the end are settled by id as well
        }
        List<Found> candidates = new ArrayList<>(found.subList(0, take));
        candidates.sort(Comparator.comparingLong(Found::place)); // ids are read in the order of documents
        List<Ranked> ranked = new ArrayList<>(take);
        for (Found one : candidates) {
            ranked.add(new Ranked(one, loader.id(one.source(), one.item())));
        }
        ranked.sort((a, b) -> {
            int c = BY_DISTANCE.compare(a.found(), b.found());
            return c != 0 ? c : a.id().compareTo(b.id());
        });
        return ranked.size() <= k ? ranked : ranked.subList(0, k);
    }

    /// Reciprocal Rank Fusion of one order for each clause.
    static List<Fused> fuse(List<Clause> clauses, List<List<Ranked>> orders, int k) {
        Map<Long, Fused> byPlace = new HashMap<>();
        for (int c = 0; c < clauses.size(); c++) {
            List<Ranked> order = orders.get(c);
            for (int i = 0; i < order.size(); i++) {
                Ranked ranked = order.get(i);
                Fused before = byPlace.getOrDefault(ranked.found().place(),
                        new Fused(ranked, 0, new int[clauses.size()], new float[clauses.size()]));
                before.ranks()[c] = i + 1;
                before.distances()[c] = ranked.found().distance();
                double score = before.score() + clauses.get(c).weight() / (Query.RRF_K + i + 1);
                byPlace.put(ranked.found().place(), new Fused(before.best(), score, before.ranks(), before.distances()));
            }
        }
        List<Fused> fused = new ArrayList<>(byPlace.values());
        fused.sort(Comparator.comparingDouble((Fused f) -> -f.score()).thenComparing(f -> f.best().id()));
        return fused.size() <= k ? fused : fused.subList(0, k);
    }
}
