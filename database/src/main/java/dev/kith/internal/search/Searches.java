package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SearchResult;
import dev.kith.SearchStats;
import dev.kith.VectorField;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterBinder;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.index.LuceneFilters;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.IdLookup;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Everything that reads a view. Thread-safe; the caller keeps the view in use meanwhile.
public final class Searches {
    private final Schema schema;
    private final RecordCodec codec;
    private final LuceneFilters filters;
    private final TextAnalyzer analyzer;

    /// @param codec reads sources
    /// @param analyzer cuts query texts
    public Searches(RecordCodec codec, TextAnalyzer analyzer) {
        this.schema = codec.schema().schema();
        this.codec = codec;
        this.filters = new LuceneFilters(codec.schema());
        this.analyzer = analyzer;
    }

    /// A query that fits the schema, with its filter bound.
    public record Plan(Query query, BoundFilter filter) {}

    /// Checks a query.
    public Plan plan(Query query) {
        QueryCheck.check(schema, query);
        return new Plan(query, bind(query.filter()));
    }

    /// Checks a filter.
    public BoundFilter bind(Filter filter) {
        return FilterBinder.bind(schema, filter, analyzer);
    }

    /// Checks a projection.
    public void check(Projection projection) {
        QueryCheck.check(schema, projection);
    }

    /// Answers a query.
    public SearchResult search(View view, Plan plan, long startNanos) throws IOException {
        Query query = plan.query();
        HitLoader loader = new HitLoader(view, codec);
        Ranking ranking = new Ranking(loader);
        FilterMatches matches = new FilterMatches(view, plan.filter(), filters);
        List<Hit> hits = query.clauses().size() == 1
                ? one(view, plan, ranking, matches, loader)
                : several(view, plan, ranking, matches, loader);
        return new SearchResult(hits, new SearchStats(view.sequence(), view.generation().leaves().size(), view.recent(),
                System.nanoTime() - startNanos));
    }

    private List<Hit> one(View view, Plan plan, Ranking ranking, FilterMatches matches, HitLoader loader) throws IOException {
        Query query = plan.query();
        Clause clause = query.clauses().getFirst();
        List<Hit> hits = new ArrayList<>();
        for (Ranking.Ranked ranked : ranking.best(run(view, plan, matches, clause, query.k()), query.k())) {
            float score = score(clause, ranked.found().distance());
            if (query.minScore() != null && score < query.minScore()) {
                break; // best first
            }
            hits.add(hit(loader, query.projection(), ranked, score, List.of()));
        }
        return hits;
    }

    private List<Hit> several(View view, Plan plan, Ranking ranking, FilterMatches matches, HitLoader loader) throws IOException {
        Query query = plan.query();
        int candidates = query.candidates() == 0 ? Math.max(100, query.k()) : query.candidates();
        List<List<Ranking.Ranked>> orders = new ArrayList<>();
        for (Clause clause : query.clauses()) {
            orders.add(ranking.best(run(view, plan, matches, clause, candidates), candidates));
        }
        List<Hit> hits = new ArrayList<>();
        for (Ranking.Fused fused : Ranking.fuse(query.clauses(), orders, query.k())) {
            float score = (float) fused.score();
            if (query.minScore() != null && score < query.minScore()) {
                break;
            }
            hits.add(hit(loader, query.projection(), fused.best(), score, parts(query.clauses(), fused)));
        }
        return hits;
    }

    private List<Hit.Part> parts(List<Clause> clauses, Ranking.Fused fused) {
        List<Hit.Part> parts = new ArrayList<>();
        for (int c = 0; c < clauses.size(); c++) {
            if (fused.ranks()[c] > 0) {
                Clause clause = clauses.get(c);
                parts.add(new Hit.Part(c, clause.field(), fused.ranks()[c], score(clause, fused.distances()[c])));
            }
        }
        return List.copyOf(parts);
    }

    private List<Found> run(View view, Plan plan, FilterMatches matches, Clause clause, int k) throws IOException {
        return switch (clause) {
            case Clause.Nearest nearest -> new VectorSearch(view, plan.filter(), matches)
                    .run(new VectorSearch.Target(nearest.field(), nearest.vector(), k, nearest.effort()));
            case Clause.Text text -> new ArrayList<>(
                    new TextSearch(view, plan.filter(), matches, analyzer).run(text.field(), text.text(), k));
        };
    }

    private float score(Clause clause, float distance) {
        return switch (clause) {
            case Clause.Nearest nearest ->
                ((VectorField) Objects.requireNonNull(schema.field(nearest.field()))).metric().score(distance);
            case Clause.Text _ -> -distance;
        };
    }

    private static Hit hit(HitLoader loader, Projection projection, Ranking.Ranked ranked, float score, List<Hit.Part> parts)
            throws IOException {
        if (projection.none()) {
            return new Hit(ranked.id(), score, Map.of(), null, Map.of(), parts);
        }
        Record record = loader.record(ranked.found().source(), ranked.found().item(), ranked.id(), projection);
        return new Hit(ranked.id(), score, record.fields(), record.payload(), record.vectors(), parts);
    }

    /// The whole records of those ids that exist, in their order.
    public List<Record> get(View view, List<String> ids) throws IOException {
        List<Record> records = new ArrayList<>();
        IdLookup lookup = null;
        HitLoader loader = new HitLoader(view, codec);
        for (String id : ids) {
            Entry recent = view.recent(id);
            if (recent != null) {
                if (recent.record() != null) {
                    records.add(recent.record());
                }
                continue;
            }
            if (lookup == null) {
                lookup = new IdLookup(view.generation());
            }
            Generation.Place place = lookup.find(id);
            if (place != null) {
                records.add(loader.record(place.leaf(), place.document(), id, Projection.EVERYTHING));
            }
        }
        return records;
    }

    /// How many records match.
    public long count(View view, BoundFilter filter) throws IOException {
        if (filter.matchesAll()) {
            return view.records();
        }
        FilterMatches matches = new FilterMatches(view, filter, filters);
        long count = 0;
        for (Leaf leaf : view.generation().leaves()) {
            long[] words = matches.visible(leaf);
            if (words == null) {
                count += leaf.maxDoc();
            } else {
                for (long word : words) {
                    count += Long.bitCount(word);
                }
            }
        }
        for (View.Slice slice : view.slices()) {
            for (int i = 0; i < slice.count(); i++) {
                Entry entry = slice.overlay().entry(i);
                if (entry.visible(view.position()) && FilterEvaluator.matches(filter, Objects.requireNonNull(entry.record()))) {
                    count++;
                }
            }
        }
        return count;
    }

    /// Reads all matching records one after the other.
    public RecordCursor cursor(View view, BoundFilter filter, Projection projection) {
        return new RecordCursor(view, new FilterMatches(view, filter, filters), filter, new HitLoader(view, codec), projection);
    }
}
