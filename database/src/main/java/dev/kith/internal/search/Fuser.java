package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Fusion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes one order of the orders of several clauses.
final class Fuser {
    /// Best first, equal ones by id.
    static final Comparator<Scored> BEST_FIRST = Comparator.comparingDouble((Scored s) -> -s.score())
            .thenComparing(s -> s.best().id());

    private Fuser() {}

    /// A candidate.
    ///
    /// @param ranks by clause, 0 where the clause did not find it
    /// @param scores by clause, of the face
    /// @param contributions by clause
    record Scored(Ranking.Ranked best, double score, int[] ranks, float[] scores, double[] contributions) {
        Scored withScore(double newScore) {
            return new Scored(best, newScore, ranks, scores, contributions);
        }
    }

    /// The order of one clause.
    ///
    /// @param scores of the face, in the order of `ranked`
    record Order(Clause clause, List<Ranking.Ranked> ranked, float[] scores) {}

    /// All candidates, best first.
    static List<Scored> fuse(Fusion fusion, List<Order> orders) {
        Map<Long, Scored> byPlace = new HashMap<>();
        for (int c = 0; c < orders.size(); c++) {
            Order order = orders.get(c);
            double[] contributions = contributions(fusion, orders, c);
            for (int i = 0; i < order.ranked().size(); i++) {
                Ranking.Ranked ranked = order.ranked().get(i);
                int n = orders.size();
                Scored before = byPlace.computeIfAbsent(ranked.found().place(),
                        _ -> new Scored(ranked, 0, new int[n], new float[n], new double[n]));
                before.ranks()[c] = i + 1;
                before.scores()[c] = order.scores()[i];
                before.contributions()[c] = contributions[i];
            }
        }
        List<Scored> fused = new ArrayList<>(byPlace.size());
        for (Scored scored : byPlace.values()) {
            fused.add(scored.withScore(Arrays.stream(scored.contributions()).sum()));
        }
        fused.sort(BEST_FIRST);
        return fused;
    }

    private static double[] contributions(Fusion fusion, List<Order> orders, int clause) {
        Order order = orders.get(clause);
        double[] contributions = new double[order.scores().length];
        if (orders.size() == 1) {
            for (int i = 0; i < contributions.length; i++) {
                contributions[i] = order.scores()[i];
            }
            return contributions;
        }
        double weight = order.clause().weight();
        return switch (fusion) {
            case Fusion.Rrf(int constant) -> {
                for (int i = 0; i < contributions.length; i++) {
                    contributions[i] = weight / (constant + i + 1);
                }
                yield contributions;
            }
            case Fusion.WeightedSum _ -> {
                double total = orders.stream().mapToDouble(o -> o.clause().weight()).sum();
                float[] scores = order.scores(); // best first
                double range = scores.length == 0 ? 0 : (double) scores[0] - scores[scores.length - 1];
                for (int i = 0; i < contributions.length; i++) {
                    double normalised = range > 0 ? ((double) scores[i] - scores[scores.length - 1]) / range : 1;
                    contributions[i] = weight / total * normalised;
                }
                yield contributions;
            }
        };
    }
}
