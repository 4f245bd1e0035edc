package dev.kith.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Late interaction with the best candidates of another clause.
///
/// @param candidates how many
record CandidateSearch(Ranking ranking, ClauseSearch first, int candidates, WideSearch second) implements ClauseSearch {
    @Override
    public long distances() {
        return first.distances() + second.distances();
    }

    @Override
    public boolean approximate() {
        return first.approximate();
    }

    @Override
    public Candidates run(int k) throws IOException {
        List<Found> found = new ArrayList<>();
        ranking.best(first, Math.max(k, candidates)).forEach(r -> found.add(r.found()));
        found.sort(Comparator.comparingLong(Found::place));
        return new Candidates(second.score(found), new ArrayList<>()); // all of them: nothing is cut
    }

    @Override
    public void tied(Cut cut, int k, Places places) {
        throw new IllegalStateException("nothing was cut");
    }
}
