package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Hit;
import dev.kith.Limits;
import dev.kith.InvalidQueryException;
import dev.kith.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the order of one clause page by page. Each time it runs out it searches twice as deep and goes on with what has not come
/// yet, so that reading `n` hits costs about what two searches for `n` cost. Not thread-safe.
public final class PagedSearch {
    private static final int FIRST = 64;
    private final Query query;
    private final Clause clause;
    private final Clauses clauses;
    private final Clauses.Bound bound;
    private final HitLoader loader;
    private final Set<Long> given = new HashSet<>();
    private List<Ranking.Ranked> order = List.of();
    private float[] scores = {};
    private int next;
    private int depth = FIRST;
    private boolean ended;

    PagedSearch(Moment moment, Query query, Clauses clauses) throws IOException {
        this.query = query;
        this.clause = query.clauses().getFirst();
        this.clauses = clauses;
        this.bound = clauses.bind(clause);
        this.loader = moment.loader();
    }

    /// Refuses what pages have no meaning for.
    static void check(Query query) {
        if (!Answer.plain(query)) {
            throw new InvalidQueryException("query",
                    "one clause without boosts, reranker, groups, diversity and facets, to be read by"
                            + " pages",
                    "more");
        }
    }

    /// How many hits have come.
    public long position() {
        return given.size();
    }

    /// The next hits.
    public List<Hit> next(int n) throws IOException {
        if (n < 1 || n > Limits.MAX_K) {
            throw new InvalidQueryException("n", "a number in [1, " + Limits.MAX_K + "]", Integer.toString(n));
        }
        List<Hit> hits = new ArrayList<>();
        while (hits.size() < n) {
            if (next == order.size() && !(deeper(n - hits.size()))) {
                break;
            }
            Ranking.Ranked ranked = order.get(next);
            float score = scores[next++];
            if (query.minScore() != null && score < query.minScore()) {
                ended = true;
                order = List.of();
                next = 0;
                break;
            }
            if (given.add(ranked.found().place())) {
                hits.add(hit(ranked, score));
            }
        }
        return hits;
    }

    private Hit hit(Ranking.Ranked ranked, float score) throws IOException {
        if (query.projection().none()) {
            return new Hit(ranked.id(), score, java.util.Map.of(), null, java.util.Map.of(), List.of());
        }
        var record = loader.record(ranked.found().source(), ranked.found().item(), ranked.id(), query.projection());
        return new Hit(ranked.id(), score, record.fields(), record.payload(), record.vectors(), List.of());
    }

    private boolean deeper(int more) throws IOException {
        if (ended) {
            return false;
        }
        depth = (int) Math.min(Integer.MAX_VALUE / 4, Math.max(2L * depth, 2L * (given.size() + more)));
        Fuser.Order found = clauses.order(clause, bound, depth);
        ended = found.ranked().size() < depth;
        order = found.ranked();
        scores = found.scores();
        next = 0;
        return !order.isEmpty();
    }
}
