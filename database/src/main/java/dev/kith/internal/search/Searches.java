package dev.kith.internal.search;

import dev.kith.Boost;
import dev.kith.Clause;
import dev.kith.Effort;
import dev.kith.Explanation;
import dev.kith.Filter;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.QueryLimits;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SearchResult;
import dev.kith.WhyNot;
import dev.kith.core.BatchScorer;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Everything that reads a view. Thread-safe; the caller keeps the view in use meanwhile.
public final class Searches {
    private final Schema schema;
    private final RecordCodec codec;
    private final LuceneFilters filters;
    private final TextAnalyzer analyzer;
    private final RecallMonitor monitor;
    private final BatchScorer batches;
    private final BatchScorer checks;

    /// @param codec reads sources
    /// @param analyzer cuts query texts
    /// @param monitor compares approximate searches with exact ones
    /// @param batches scores many queries at once
    /// @param checks does so for recall checks
    public Searches(RecordCodec codec, TextAnalyzer analyzer, RecallMonitor monitor, BatchScorer batches, BatchScorer checks) {
        this.schema = codec.schema().schema();
        this.codec = codec;
        this.filters = new LuceneFilters(codec.schema());
        this.analyzer = analyzer;
        this.monitor = monitor;
        this.batches = batches;
        this.checks = checks;
    }

    /// A query that fits the schema, with its filters bound.
    public record Plan(Query query, BoundFilter filter, List<Rescorer.BoundBoost> boosts) {}

    /// Checks a query.
    public Plan plan(Query query) {
        QueryCheck.check(schema, query);
        List<Rescorer.BoundBoost> boosts = new ArrayList<>();
        for (Boost boost : query.scoring().boosts()) {
            boosts.add(new Rescorer.BoundBoost(boost, bind(boost instanceof Boost.Matching m ? m.filter() : Filter.all())));
        }
        return new Plan(query, bind(query.filter()), boosts);
    }

    /// Checks a query that is to be read page by page.
    public Plan planPages(Query query) {
        PagedSearch.check(query);
        return plan(query);
    }

    /// Checks a filter.
    public BoundFilter bind(Filter filter) {
        return FilterBinder.bind(schema, filter, analyzer);
    }

    /// Checks a projection.
    public void check(Projection projection) {
        QueryCheck.check(schema, projection);
    }

    private Moment moment(View view, Plan plan, QueryGuard guard, @Nullable Trace trace) {
        return new Moment(view, plan.filter(), new FilterMatches(view, plan.filter(), filters), new HitLoader(view, codec), guard,
                trace);
    }

    private Clauses clauses(Moment moment) {
        return new Clauses(moment, codec.schema(), analyzer, monitor, ids -> get(moment.view(), ids));
    }

    /// Answers a query.
    public SearchResult search(View view, Plan plan, long startNanos) throws IOException {
        return search(view, plan, startNanos, null);
    }

    private SearchResult search(View view, Plan plan, long startNanos, long @Nullable [][] known) throws IOException {
        Moment moment = moment(view, plan, new QueryGuard(plan.query().limits(), startNanos), null);
        return new Answer(moment, plan, clauses(moment), monitor).run(startNanos, known);
    }

    /// Answers several queries.
    public List<SearchResult> search(View view, List<Plan> plans, long startNanos) throws IOException {
        BatchSearch batch = new BatchSearch(view, schema, filters, batches);
        long[][] @Nullable [] known = batch.run(plans);
        List<SearchResult> results = new ArrayList<>(plans.size());
        for (int i = 0; i < plans.size(); i++) {
            results.add(search(view, plans.get(i), startNanos, known[i]));
        }
        return results;
    }

    /// Answers a query and tells how.
    public Explanation explain(View view, Plan plan, long startNanos) throws IOException {
        Trace trace = new Trace();
        Moment moment = moment(view, plan, new QueryGuard(plan.query().limits(), startNanos), trace);
        SearchResult result = new Answer(moment, plan, clauses(moment), monitor).run(startNanos, null);
        boolean all = plan.filter().matchesAll();
        Explanation.FilterPlan filter = new Explanation.FilterPlan(all ? "" : plan.query().filter().toText(),
                count(view, plan.filter()), view.records());
        return new Explanation(view.sequence(), filter, trace.clauses(), trace.stages(), result);
    }

    /// Tells why a record is not in an answer.
    public WhyNot whyNot(View view, Plan plan, String id) throws IOException {
        Moment moment = moment(view, plan, new QueryGuard(plan.query().limits(), System.nanoTime()), null);
        Answer answer = new Answer(moment, plan, clauses(moment), monitor);
        return new WhyNotSearch(moment, plan.query(), new WhyNotSearch.Run(answer, clauses(moment)), this::bind, id).run();
    }

    /// Opens an answer to be read page by page. The view must stay in use.
    public PagedSearch pages(View view, Plan plan) throws IOException {
        Moment moment = moment(view, plan, new QueryGuard(plan.query().limits(), System.nanoTime()), null);
        return new PagedSearch(moment, plan.query(), clauses(moment));
    }

    /// The share of the true nearest that each of some searches of one view answered. They are searched again exactly, together
    /// where they have the filter and `k` in common.
    public double[] recalls(List<RecallMonitor.Sample> samples) throws IOException {
        View view = samples.getFirst().view();
        List<Plan> plans = new ArrayList<>(samples.size());
        for (RecallMonitor.Sample sample : samples) {
            plans.add(new Plan(Query.of(sample.clause().effort(Effort.exact())).k(sample.k()), sample.filter(), List.of()));
        }
        long[][] @Nullable [] known = new BatchSearch(view, schema, filters, checks).run(plans);
        double[] recalls = new double[samples.size()];
        for (int i = 0; i < recalls.length; i++) {
            recalls[i] = recall(samples.get(i), plans.get(i), known[i]);
        }
        return recalls;
    }

    private double recall(RecallMonitor.Sample sample, Plan plan, long @Nullable [][] known) throws IOException {
        Clause exact = plan.query().clauses().getFirst();
        Moment moment = moment(sample.view(), plan, new QueryGuard(QueryLimits.NONE, 0), null);
        Clauses clauses = clauses(moment);
        Fuser.Order order = clauses.order(exact, clauses.bind(exact, known), sample.k());
        if (order.ranked().isEmpty()) {
            return 1;
        }
        float farthest = order.ranked().getLast().found().distance();
        float bound = farthest + 1e-6f * Math.abs(farthest);
        int hits = 0;
        for (float distance : sample.distances()) {
            hits += distance <= bound ? 1 : 0;
        }
        return Math.min(1, (double) hits / order.ranked().size());
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
