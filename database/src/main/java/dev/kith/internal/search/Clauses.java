package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds clauses to a moment and orders what they find.
final class Clauses {
    private final Moment moment;
    private final NumberedSchema schema;
    private final TextAnalyzer analyzer;
    private final RecallMonitor monitor;
    private final Examples.Records records;
    private final Ranking ranking;
    private long distances;
    private boolean approximate;

    Clauses(Moment moment, NumberedSchema schema, TextAnalyzer analyzer, RecallMonitor monitor, Examples.Records records) {
        this.moment = moment;
        this.schema = schema;
        this.analyzer = analyzer;
        this.monitor = monitor;
        this.records = records;
        this.ranking = new Ranking(moment.loader());
    }

    /// A clause as a search.
    ///
    /// @param metric turns its distances into scores; null where the distance is minus the score
    /// @param excluded ids that are not answered
    record Bound(ClauseSearch search, @Nullable Metric metric, Set<String> excluded) {
        float score(float distance) {
            return metric == null ? -distance : metric.score(distance);
        }
    }

    /// Exact distances computed by all clauses so far.
    long distances() {
        return distances;
    }

    /// Whether an index was asked.
    boolean approximate() {
        return approximate;
    }

    Bound bind(Clause clause) throws IOException {
        return bind(clause, null);
    }

    /// @param known see [VectorSearch.Target]
    Bound bind(Clause clause, long @Nullable [][] known) throws IOException {
        return switch (clause) {
            case Clause.Nearest nearest -> {
                float[] query = nearest.vector().toFloats();
                double factor = monitor.factor(nearest.field(), nearest.effort());
                VectorSearch search = new VectorSearch(moment,
                        new VectorSearch.Target(nearest.field(), query, nearest.effort(), factor, known));
                yield new Bound(search, field(nearest).metric(), Set.of());
            }
            case Clause.Like like -> {
                float[] query = Examples.target(like, field(like), records);
                double factor = monitor.factor(like.field(), like.effort());
                VectorSearch search = new VectorSearch(moment,
                        VectorSearch.Target.of(like.field(), query, like.effort(), factor));
                yield new Bound(search, field(like).metric(), Examples.ids(like));
            }
            case Clause.Within within -> {
                float[] query = within.vector().toFloats();
                double factor = monitor.factor(within.field(), within.effort());
                VectorSearch search = new VectorSearch(moment,
                        VectorSearch.Target.of(within.field(), query, within.effort(), factor));
                Metric metric = field(within).metric();
                yield new Bound(new RangeSearch(search, metric, within.minScore(), within.effort()), metric, Set.of());
            }
            case Clause.Text text -> new Bound(new TextSearch(moment, analyzer, text.field(), text.text()), null, Set.of());
            case Clause.Sparse sparse -> {
                NumberedField field = schema.named(sparse.field());
                yield new Bound(new WideSearch(moment, field, new SparseMeasure(field, sparse.vector())), null, Set.of());
            }
            case Clause.MaxSim maxSim -> maxSim(maxSim);
        };
    }

    private Bound maxSim(Clause.MaxSim maxSim) throws IOException {
        NumberedField field = schema.named(maxSim.field());
        WideSearch search = new WideSearch(moment, field, new MaxSimMeasure(field, maxSim.query()));
        Clause candidates = maxSim.candidates();
        if (candidates == null) {
            return new Bound(search, null, Set.of());
        }
        Bound first = bind(candidates);
        return new Bound(new CandidateSearch(ranking, first.search(), maxSim.kCandidates() + first.excluded().size(), search),
                null, first.excluded());
    }

    private VectorField field(Clause clause) {
        return (VectorField) Objects.requireNonNull(schema.schema().field(clause.field()));
    }

    /// The best `k` of a clause, best first.
    Fuser.Order order(Clause clause, Bound bound, int k) throws IOException {
        long start = System.nanoTime();
        List<Ranking.Ranked> ranked = ranking.best(bound.search(), k + bound.excluded().size());
        if (!bound.excluded().isEmpty()) {
            List<Ranking.Ranked> kept = new ArrayList<>(ranked);
            kept.removeIf(r -> bound.excluded().contains(r.id()));
            ranked = kept.size() <= k ? kept : kept.subList(0, k);
        }
        float[] scores = new float[ranked.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = bound.score(ranked.get(i).found().distance());
        }
        distances += bound.search().distances();
        approximate |= bound.search().approximate();
        Trace trace = moment.trace();
        if (trace != null) {
            trace.clause(kind(clause), clause.field(), k, scores.length, System.nanoTime() - start);
        }
        return new Fuser.Order(clause, ranked, scores);
    }

    private static String kind(Clause clause) {
        return switch (clause) {
            case Clause.Nearest _ -> "nearest";
            case Clause.Like _ -> "like";
            case Clause.Within _ -> "within";
            case Clause.Text _ -> "text";
            case Clause.Sparse _ -> "sparse";
            case Clause.MaxSim _ -> "maxsim";
        };
    }
}
