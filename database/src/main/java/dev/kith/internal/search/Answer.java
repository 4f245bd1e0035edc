package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Effort;
import dev.kith.Facet;
import dev.kith.Hit;
import dev.kith.Limits;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Reranker;
import dev.kith.SearchResult;
import dev.kith.SearchStats;
import dev.kith.Shaping;
import dev.kith.VectorValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers one query: candidates of each clause, fusion, boosts, reranking, the least score, shape, window, projection.
final class Answer {
    private final Moment moment;
    private final Query query;
    private final List<Rescorer.BoundBoost> boosts;
    private final Clauses clauses;
    private final RecallMonitor monitor;
    private final Map<Long, Record> loaded = new HashMap<>();
    private List<Fuser.Order> orders = List.of();
    private List<Fuser.Scored> candidates = List.of();

    Answer(Moment moment, Searches.Plan plan, Clauses clauses, RecallMonitor monitor) {
        this.moment = moment;
        this.query = plan.query();
        this.boosts = plan.boosts();
        this.clauses = clauses;
        this.monitor = monitor;
    }

    /// The orders of the clauses, after [#run(long, long[][])].
    List<Fuser.Order> orders() {
        return orders;
    }

    /// All candidates in their last order, after [#run(long, long[][])] of a query that is not plain.
    List<Fuser.Scored> candidates() {
        return candidates;
    }

    /// Whether one clause alone, in its own order, is the answer.
    static boolean plain(Query query) {
        return query.clauses().size() == 1 && query.scoring().plain() && query.shaping().plain();
    }

    /// The answer.
    ///
    /// @param known what an exact search of the only clause found in the segments before, or null
    SearchResult run(long startNanos, long @Nullable [][] known) throws IOException {
        moment.guard().check();
        noteFilter();
        SearchResult result = plain(query) ? plain(startNanos, known) : shaped(startNanos);
        return result;
    }

    private void noteFilter() throws IOException {
        Trace trace = moment.trace();
        if (trace != null && !moment.filter().matchesAll()) {
            long start = System.nanoTime();
            for (var leaf : moment.view().generation().leaves()) {
                moment.matches().visible(leaf);
            }
            trace.stage("filter", "documents that match, by segment; remembered for the next query", System.nanoTime() - start);
        }
    }

    private SearchResult plain(long startNanos, long @Nullable [][] known) throws IOException {
        Clause clause = query.clauses().getFirst();
        long start = System.nanoTime();
        Fuser.Order order = clauses.order(clause, clauses.bind(clause, known), query.window().end());
        orders = List.of(order);
        stage("search", "one clause, in its own order", start);
        sample(clause, order, startNanos);
        start = System.nanoTime();
        List<Hit> hits = new ArrayList<>(Math.max(0, order.scores().length - query.offset()));
        Float least = query.minScore();
        for (int i = query.offset(); i < order.scores().length; i++) {
            if (least != null && order.scores()[i] < least) {
                break; // best first
            }
            hits.add(hit(order.ranked().get(i), order.scores()[i], List.of()));
        }
        stage("load", hits.size() + " hits", start);
        return result(hits, List.of(), List.of(), startNanos);
    }

    /// Has some of the approximate searches compared with exact ones in the background.
    private void sample(Clause clause, Fuser.Order order, long now) {
        if (clause instanceof Clause.Nearest nearest && !(nearest.effort() instanceof Effort.Exact) && monitor.due(now)
                && clauses.approximate() && moment.view().tryUse()) {
            float[] distances = new float[order.ranked().size()];
            for (int i = 0; i < distances.length; i++) {
                distances[i] = order.ranked().get(i).found().distance();
            }
            monitor.offer(new RecallMonitor.Sample(moment.view(), moment.filter(), nearest, query.window().end(), distances));
        }
    }

    private SearchResult shaped(long startNanos) throws IOException {
        Shaping.Grouping grouping = query.shaping().grouping();
        int wanted = query.candidates() > 0 ? query.candidates() : defaultCandidates(grouping);
        List<Clauses.Bound> bound = new ArrayList<>();
        for (Clause clause : query.clauses()) {
            bound.add(clauses.bind(clause));
        }
        while (true) {
            candidates = scored(bound, wanted);
            if (grouping == null) {
                return ungrouped(startNanos);
            }
            List<Shaper.Group> groups = new Shaper(moment.loader()).groups(candidates, grouping);
            int most = wanted;
            boolean exhausted = orders.stream().allMatch(o -> o.ranked().size() < most);
            if (groups.size() >= query.window().end() || exhausted || query.candidates() > 0 || wanted == Limits.MAX_K) {
                return grouped(groups, startNanos);
            }
            wanted = (int) Math.min(Limits.MAX_K, 4L * wanted);
        }
    }

    private int defaultCandidates(Shaping.@Nullable Grouping grouping) {
        long end = query.window().end();
        long many = grouping != null ? 4 * end * grouping.hits() : query.shaping().diversity() != null ? 5 * end : end;
        return (int) Math.min(Limits.MAX_K, Math.max(100, many));
    }

    /// All candidates with their last scores, best first, those below the least score left out.
    private List<Fuser.Scored> scored(List<Clauses.Bound> bound, int wanted) throws IOException {
        long start = System.nanoTime();
        List<Fuser.Order> found = new ArrayList<>();
        for (int c = 0; c < bound.size(); c++) {
            found.add(clauses.order(query.clauses().get(c), bound.get(c), wanted));
            moment.guard().check();
        }
        orders = found;
        List<Fuser.Scored> scored = Fuser.fuse(query.scoring().fusion(), found);
        moment.guard().charge(200L * scored.size());
        start = stage("search", bound.size() + " clauses, " + scored.size() + " candidates by " + query.scoring().fusion(),
                start);
        if (!boosts.isEmpty()) {
            scored = Rescorer.boost(scored, boosts, moment.loader());
            start = stage("boost", boosts.size() + " boosts", start);
        }
        Reranker reranker = query.scoring().reranker();
        if (reranker != null) {
            List<Fuser.Scored> best = scored.size() <= wanted ? scored : scored.subList(0, wanted);
            scored = Rescorer.rerank(best, reranker, this::hit);
            moment.guard().check();
            stage("rerank", best.size() + " candidates by the caller's reranker", start);
        }
        Float least = query.minScore();
        return least == null ? scored : scored.stream().filter(s -> (float) s.score() >= least).toList();
    }

    private SearchResult ungrouped(long startNanos) throws IOException {
        long start = System.nanoTime();
        Shaper shaper = new Shaper(moment.loader());
        Shaping.Diversity diversity = query.shaping().diversity();
        int end = query.window().end();
        List<Fuser.Scored> order = diversity == null
                ? candidates
                : shaper.diversify(candidates, diversity, end, moment.guard());
        if (diversity != null) {
            start = stage("diversify", candidates.size() + " candidates by maximal marginal relevance", start);
        }
        List<Facet> facets = facets(shaper);
        List<Hit> hits = new ArrayList<>();
        for (int i = query.offset(); i < Math.min(end, order.size()); i++) {
            hits.add(hit(order.get(i)));
        }
        stage("load", hits.size() + " hits, " + facets.size() + " facets", start);
        return result(hits, List.of(), facets, startNanos);
    }

    private SearchResult grouped(List<Shaper.Group> groups, long startNanos) throws IOException {
        long start = System.nanoTime();
        List<SearchResult.Group> answered = new ArrayList<>();
        List<Hit> hits = new ArrayList<>();
        for (int g = query.offset(); g < Math.min(query.window().end(), groups.size()); g++) {
            List<Hit> members = new ArrayList<>();
            for (Fuser.Scored member : groups.get(g).members()) {
                members.add(hit(member));
            }
            hits.addAll(members);
            answered.add(new SearchResult.Group(groups.get(g).value(), List.copyOf(members)));
        }
        List<Facet> facets = facets(new Shaper(moment.loader()));
        stage("group", groups.size() + " groups among " + candidates.size() + " candidates, " + hits.size() + " hits", start);
        return result(hits, answered, facets, startNanos);
    }

    private List<Facet> facets(Shaper shaper) throws IOException {
        List<Facet> facets = new ArrayList<>();
        for (Facet.Request request : query.shaping().facets()) {
            facets.add(shaper.facet(candidates, request));
        }
        return facets;
    }

    private Hit hit(Fuser.Scored scored) throws IOException {
        List<Hit.Part> parts = new ArrayList<>();
        for (int c = 0; c < query.clauses().size(); c++) {
            if (scored.ranks()[c] > 0) {
                parts.add(new Hit.Part(c, query.clauses().get(c).field(), scored.ranks()[c], scored.scores()[c],
                        scored.contributions()[c]));
            }
        }
        return hit(scored.best(), (float) scored.score(), List.copyOf(parts));
    }

    private Hit hit(Ranking.Ranked ranked, float score, List<Hit.Part> parts) throws IOException {
        Projection projection = query.projection();
        if (projection.none()) {
            return new Hit(ranked.id(), score, Map.of(), null, Map.of(), parts);
        }
        Record record = loaded.get(ranked.found().place()); // a reranker may have been shown it
        if (record == null) {
            record = moment.loader().record(ranked.found().source(), ranked.found().item(), ranked.id(), projection);
            moment.guard().charge(bytes(record));
            moment.guard().check();
            if (query.scoring().reranker() != null) {
                loaded.put(ranked.found().place(), record);
            }
        }
        return new Hit(ranked.id(), score, record.fields(), record.payload(), record.vectors(), parts);
    }

    private static long bytes(Record record) {
        long bytes = 200;
        String payload = record.payload();
        bytes += payload == null ? 0 : 2L * payload.length();
        for (Object value : record.fields().values()) {
            bytes += value instanceof String text
                    ? 64 + 2L * text.length()
                    : value instanceof List<?> list ? 64L * list.size() : 64;
        }
        for (VectorValue vector : record.vectors().values()) {
            bytes += 4L * vector.dimension();
        }
        return bytes;
    }

    private long stage(String name, String detail, long start) {
        Trace trace = moment.trace();
        if (trace == null) {
            return start;
        }
        long now = System.nanoTime();
        trace.stage(name, detail, now - start);
        return now;
    }

    private SearchResult result(List<Hit> hits, List<SearchResult.Group> groups, List<Facet> facets, long startNanos) {
        return new SearchResult(hits, groups, facets, new SearchStats(moment.view().sequence(), moment.segments(),
                moment.view().recent(), clauses.distances(), System.nanoTime() - startNanos));
    }
}
