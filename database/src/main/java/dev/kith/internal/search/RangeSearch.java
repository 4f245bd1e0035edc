package dev.kith.internal.search;

import dev.kith.Effort;
import dev.kith.core.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// All records within a distance: a nearest search that is widened until it meets records beyond, or has everything.
final class RangeSearch implements ClauseSearch {
    private static final int FIRST = 64;
    private final VectorSearch search;
    private final Metric metric;
    private final float minScore;
    private final boolean exact;

    RangeSearch(VectorSearch search, Metric metric, float minScore, Effort effort) {
        this.search = search;
        this.metric = metric;
        this.minScore = minScore;
        this.exact = effort instanceof Effort.Exact;
    }

    @Override
    public long distances() {
        return search.distances();
    }

    @Override
    public boolean approximate() {
        return search.approximate();
    }

    @Override
    public Candidates run(int k) throws IOException {
        int wanted = exact ? k : Math.min(k, FIRST);
        while (true) {
            Candidates candidates = search.run(wanted);
            boolean more = wanted < k && candidates.cuts().stream().anyMatch(c -> within(c.distance()));
            if (!more) {
                return within(candidates);
            }
            wanted = (int) Math.min(k, 4L * wanted);
        }
    }

    private Candidates within(Candidates all) {
        List<Found> found = new ArrayList<>();
        for (Found one : all.found()) {
            if (within(one.distance())) {
                found.add(one);
            }
        }
        return new Candidates(found, all.cuts());
    }

    private boolean within(float distance) {
        return metric.score(distance) >= minScore;
    }

    @Override
    public void tied(Cut cut, int k, Places places) throws IOException {
        search.tied(cut, k, places);
    }
}
