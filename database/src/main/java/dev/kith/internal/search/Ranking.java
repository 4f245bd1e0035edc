package dev.kith.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/// Orders what was found: best first, equal ones by id. Where more records than fit are equally far at the end of the order, all of
/// them compete, also those that a segment left out because it keeps a bounded number: which records are answered depends
/// on distances and ids alone, never on where records happen to be.
final class Ranking {
    private static final Comparator<Found> BY_DISTANCE = (a, b) -> Float.compare(a.distance() + 0f, b.distance() + 0f); // + 0: one zero
    private static final Comparator<Ranked> BY_DISTANCE_AND_ID = (a, b) -> {
        int c = BY_DISTANCE.compare(a.found(), b.found());
        return c != 0 ? c : a.id().compareTo(b.id());
    };
    private final HitLoader loader;

    Ranking(HitLoader loader) {
        this.loader = loader;
    }

    /// One of the best, with its id.
    record Ranked(Found found, String id) {}

    /// The best `k`, best first. Only those that may be among them are asked for their ids.
    List<Ranked> best(ClauseSearch search, int k) throws IOException {
        ClauseSearch.Candidates candidates = search.run(k);
        List<Found> found = candidates.found();
        found.sort(BY_DISTANCE);
        int take = Math.min(k, found.size());
        if (take == 0) {
            return List.of();
        }
        float worst = found.get(take - 1).distance() + 0f;
        boolean tied = take < found.size() && found.get(take).distance() + 0f == worst;
        List<ClauseSearch.Cut> cuts = candidates.cuts().stream().filter(c -> c.distance() + 0f == worst).toList();
        return tied || !cuts.isEmpty() ? settle(search, found, worst, cuts, k) : named(new ArrayList<>(found.subList(0, take)));
    }

    private List<Ranked> named(List<Found> chosen) throws IOException {
        chosen.sort(Comparator.comparingLong(Found::place)); // ids are read in the order of documents
        List<Ranked> ranked = new ArrayList<>(chosen.size());
        for (Found one : chosen) {
            ranked.add(new Ranked(one, loader.id(one.source(), one.item())));
        }
        ranked.sort(BY_DISTANCE_AND_ID);
        return ranked;
    }

    /// Fills the last places from all records at distance `worst`, the smallest ids first.
    private List<Ranked> settle(ClauseSearch search, List<Found> found, float worst, List<ClauseSearch.Cut> cuts, int k)
            throws IOException {
        Set<Integer> searchedAgain = new HashSet<>();
        cuts.forEach(c -> searchedAgain.add(c.source()));
        List<Found> certain = new ArrayList<>();
        List<Found> equal = new ArrayList<>();
        for (Found one : found) {
            float distance = one.distance() + 0f;
            if (distance < worst) {
                certain.add(one);
            } else if (distance == worst && !searchedAgain.contains(one.source())) {
                equal.add(one);
            }
        }
        int places = k - certain.size();
        PriorityQueue<Ranked> smallest = new PriorityQueue<>(Comparator.comparing(Ranked::id).reversed());
        equal.sort(Comparator.comparingLong(Found::place));
        for (Found one : equal) {
            offer(smallest, one, places);
        }
        for (ClauseSearch.Cut cut : cuts) {
            search.tied(cut, k, item -> offer(smallest, new Found(cut.source(), item, worst), places));
        }
        List<Ranked> ranked = named(certain);
        List<Ranked> last = new ArrayList<>(smallest);
        last.sort(BY_DISTANCE_AND_ID);
        ranked.addAll(last);
        return ranked;
    }

    private void offer(PriorityQueue<Ranked> smallest, Found one, int places) throws IOException {
        String id = loader.id(one.source(), one.item());
        if (smallest.size() < places) {
            smallest.add(new Ranked(one, id));
        } else if (id.compareTo(smallest.element().id()) < 0) {
            smallest.remove();
            smallest.add(new Ranked(one, id));
        }
    }
}
