package dev.kith.internal.search;

import dev.kith.Facet;
import dev.kith.Shaping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Groups, diversity and facets over candidates.
final class Shaper {
    private final HitLoader loader;

    Shaper(HitLoader loader) {
        this.loader = loader;
    }

    /// Candidates with one value.
    record Group(@Nullable Object value, List<Fuser.Scored> members) {}

    private @Nullable Object value(Fuser.Scored candidate, String field) throws IOException {
        Found found = candidate.best().found();
        return loader.value(found.source(), found.item(), candidate.best().id(), field);
    }

    /// Groups in the order of their best members.
    List<Group> groups(List<Fuser.Scored> candidates, Shaping.Grouping grouping) throws IOException {
        Map<@Nullable Object, Group> groups = new LinkedHashMap<>();
        for (Fuser.Scored candidate : candidates) {
            Object value = value(candidate, grouping.field());
            Group group = groups.computeIfAbsent(value, v -> new Group(v, new ArrayList<>()));
            if (group.members().size() < grouping.hits()) {
                group.members().add(candidate);
            }
        }
        return new ArrayList<>(groups.values());
    }

    /// The first `count` by maximal marginal relevance, in the order in which they are chosen.
    List<Fuser.Scored> diversify(List<Fuser.Scored> candidates, Shaping.Diversity diversity, int count, QueryGuard guard) {
        List<@Nullable float[]> directions = new ArrayList<>(candidates.size());
        for (Fuser.Scored candidate : candidates) {
            Found found = candidate.best().found();
            float[] vector = loader.vector(found.source(), found.item(), diversity.field());
            guard.charge(vector == null ? 16 : 16 + 4L * vector.length);
            directions.add(vector == null ? null : direction(vector));
        }
        double best = candidates.isEmpty() ? 0 : candidates.getFirst().score();
        double worst = candidates.isEmpty() ? 0 : candidates.getLast().score();
        double[] similarity = new double[candidates.size()];
        boolean[] chosen = new boolean[candidates.size()];
        List<Fuser.Scored> order = new ArrayList<>();
        while (order.size() < Math.min(count, candidates.size())) {
            guard.check();
            int next = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < chosen.length; i++) {
                double relevance = best > worst ? (candidates.get(i).score() - worst) / (best - worst) : 1;
                double marginal = diversity.lambda() * relevance - (1 - diversity.lambda()) * similarity[i];
                if (!chosen[i] && marginal > most) { // the first of equals: candidates are in order
                    most = marginal;
                    next = i;
                }
            }
            chosen[next] = true;
            boolean first = order.isEmpty();
            order.add(candidates.get(next));
            for (int i = 0; i < chosen.length; i++) {
                double cosine = cosine(directions.get(next), directions.get(i));
                similarity[i] = first ? cosine : Math.max(similarity[i], cosine);
            }
        }
        return order;
    }

    private static float[] direction(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        float[] unit = vector.clone();
        double norm = squares == 0 ? 1 : Math.sqrt(squares);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / norm);
        }
        return unit;
    }

    private static double cosine(float @Nullable [] a, float @Nullable [] b) {
        if (a == null || b == null) {
            return 0;
        }
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /// Counts the values of a field.
    Facet facet(List<Fuser.Scored> candidates, Facet.Request request) throws IOException {
        Map<Object, Integer> counts = new LinkedHashMap<>();
        int missing = 0;
        for (Fuser.Scored candidate : candidates) {
            Object value = value(candidate, request.field());
            Collection<?> values = value == null ? List.of() : value instanceof Collection<?> list ? list : List.of(value);
            if (values.isEmpty()) {
                missing++;
            }
            for (Object one : new HashSet<>(values)) {
                counts.merge(one, 1, Integer::sum);
            }
        }
        List<Facet.Count> most = counts.entrySet().stream().map(e -> new Facet.Count(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingInt((Facet.Count c) -> -c.count()).thenComparing(c -> c.value().toString()))
                .limit(request.top()).toList();
        return new Facet(request.field(), candidates.size(), missing, most);
    }
}
