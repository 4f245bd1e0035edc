package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.SearchResult;
import dev.kith.WhyNot;
import dev.kith.WhyNot.Place;
import dev.kith.WhyNot.Reason;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.IdLookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds out why a record is not in an answer: looks for it, asks the filter, ranks it exactly by each clause, and compares with
/// what the query really found.
final class WhyNotSearch {
    private final Moment moment;
    private final Query query;
    private final Answer answer;
    private final Clauses clauses;
    private final Function<Filter, BoundFilter> binder;
    private final String id;

    WhyNotSearch(Moment moment, Query query, Run run, Function<Filter, BoundFilter> binder, String id) {
        this.moment = moment;
        this.query = query;
        this.answer = run.answer();
        this.clauses = run.exact();
        this.binder = binder;
        this.id = id;
    }

    /// What answers the query, and what ranks exactly.
    record Run(Answer answer, Clauses exact) {}

    /// Where a record is.
    private record Where(int source, int item) {}

    WhyNot run() throws IOException {
        SearchResult result = answer.run(System.nanoTime(), null);
        Float last = result.hits().isEmpty() ? null : result.hits().getLast().score();
        Where where = where();
        if (where == null) {
            boolean deleted = moment.view().recent(id) != null || new IdLookup(moment.view().generation()).traced(id);
            return new WhyNot(id, deleted ? Reason.DELETED : Reason.NEVER_THERE,
                    deleted
                            ? "the record of this id was deleted"
                            : "no record has this id, and no segment holds a deleted one; a merge may have dropped it",
                    List.of(), List.of(), last);
        }
        Record record = moment.loader().record(where.source(), where.item(), id, Projection.EVERYTHING);
        if (!FilterEvaluator.matches(moment.filter(), record)) {
            List<String> failed = new ArrayList<>();
            failing(query.filter(), record, failed);
            return new WhyNot(id, Reason.FILTERED, "the filter does not let it through", failed, List.of(), last);
        }
        return judge(result, last, places(where));
    }

    private @Nullable Where where() throws IOException {
        Entry recent = moment.view().recent(id);
        if (recent != null) {
            return recent.record() == null ? null : inSlices(recent);
        }
        Generation.Place place = new IdLookup(moment.view().generation()).find(id);
        return place == null ? null : new Where(place.leaf(), place.document());
    }

    private Where inSlices(Entry recent) {
        for (int s = 0; s < moment.view().slices().size(); s++) {
            var slice = moment.view().slices().get(s);
            if (recent.index() < slice.count() && slice.overlay().entry(recent.index()) == recent) {
                return new Where(moment.segments() + s, recent.index());
            }
        }
        throw new IllegalStateException("a recent write is in no overlay: " + id);
    }

    /// The smallest conditions that fail: operands of `and` one by one, everything else whole.
    private void failing(Filter filter, Record record, List<String> into) {
        if (FilterEvaluator.matches(binder.apply(filter), record)) {
            return;
        }
        if (filter instanceof Filter.And(List<Filter> operands)) {
            operands.forEach(operand -> failing(operand, record, into));
        } else {
            into.add(filter.toText());
        }
    }

    private List<Place> places(Where where) throws IOException {
        List<Place> places = new ArrayList<>();
        for (int c = 0; c < query.clauses().size(); c++) {
            places.add(place(c, query.clauses().get(c), where));
        }
        return places;
    }

    /// Ranks the record exactly: everything better is counted.
    private Place place(int number, Clause clause, Where where) throws IOException {
        boolean found = answer.orders().get(number).ranked().stream().anyMatch(r -> r.id().equals(id));
        Clauses.Bound exact = clauses.bind(clause.effort(Effort.exact()));
        int everything = (int) Math.min(Integer.MAX_VALUE / 4, Math.max(1, moment.view().records()));
        ClauseSearch.Candidates all = exact.search().run(everything);
        Found own = all.found().stream().filter(f -> f.source() == where.source() && f.item() == where.item()).findFirst()
                .orElse(null);
        if (own == null || exact.excluded().contains(id)) {
            return new Place(number, clause.field(), null, 0, found);
        }
        long rank = 1;
        float distance = own.distance() + 0f;
        for (Found other : all.found()) {
            float theirs = other.distance() + 0f;
            if (theirs < distance || theirs == distance && moment.loader().id(other.source(), other.item()).compareTo(id) < 0) {
                rank += exact.excluded().isEmpty()
                        || !exact.excluded().contains(moment.loader().id(other.source(), other.item())) ? 1 : 0;
            }
        }
        return new Place(number, clause.field(), exact.score(own.distance()), rank, found);
    }

    private WhyNot judge(SearchResult result, @Nullable Float last, List<Place> places) throws IOException {
        for (int i = 0; i < result.hits().size(); i++) {
            if (result.hits().get(i).id().equals(id)) {
                return why(Reason.ANSWERED, "it is hit " + (query.offset() + i + 1), places, last);
            }
        }
        for (Clause clause : query.clauses()) {
            if (clause instanceof Clause.Like like && Examples.ids(like).contains(id)) {
                return why(Reason.EXAMPLE, "it is an example of the query; examples are not answered", places, last);
            }
        }
        if (places.stream().allMatch(p -> p.score() == null)) {
            return why(Reason.NOT_COMPARABLE, notComparable(), places, last);
        }
        return Answer.plain(query) ? judgePlain(places, last) : judgeShaped(places, last);
    }

    private String notComparable() {
        Clause clause = query.clauses().getFirst();
        if (query.clauses().size() > 1) {
            return "no clause can score it: it lacks the fields, has none of the words, or is outside the range";
        }
        return switch (clause) {
            case Clause.Text text -> "none of the words is in its field '" + text.field() + "'";
            case Clause.Within within ->
                "it scores less than " + within.minScore() + ", or has no vector in '" + within.field() + "'";
            case Clause.Sparse sparse -> "no index of the query is in its field '" + sparse.field() + "'";
            case Clause.MaxSim maxSim -> "it has no vectors in '" + maxSim.field() + "', or is not among the candidates";
            case Clause.Nearest _,Clause.Like _ -> "it has no vector in '" + clause.field() + "'";
        };
    }

    private WhyNot judgePlain(List<Place> places, @Nullable Float last) {
        Place place = places.getFirst();
        float score = Objects.requireNonNull(place.score());
        Float least = query.minScore();
        if (least != null && score < least) {
            return why(Reason.BELOW_MIN_SCORE, "its score " + score + " is below the least score " + least, places, last);
        }
        if (place.rank() <= query.offset() || place.rank() > query.window().end() && !place.found()) {
            return why(Reason.OUTSIDE_WINDOW, "its exact rank is " + place.rank() + ", the query answers ranks "
                    + (query.offset() + 1) + " to " + query.window().end(), places, last);
        }
        if (place.found()) {
            return why(Reason.OUTSIDE_WINDOW, "the search found it among the " + query.offset() + " that are left out", places,
                    last);
        }
        return why(Reason.LOST_BY_INDEX, "its exact rank is " + place.rank()
                + ", but the approximate search did not meet it: a higher recall or efSearch would", places, last);
    }

    private WhyNot judgeShaped(List<Place> places, @Nullable Float last) {
        int wanted = answer.orders().stream().mapToInt(o -> o.ranked().size()).max().orElse(0);
        boolean found = places.stream().anyMatch(Place::found);
        if (!found) {
            for (Place place : places) {
                if (place.score() != null && place.rank() <= answer.orders().get(place.clause()).ranked().size()) {
                    return why(Reason.LOST_BY_INDEX, "clause " + place.clause() + " ranks it " + place.rank()
                            + " exactly, but its approximate search did not meet it", places, last);
                }
            }
            return why(Reason.OUTSIDE_WINDOW, "no clause has it among its candidates (at most " + wanted
                    + "); ask for more candidates", places, last);
        }
        for (int i = 0; i < answer.candidates().size(); i++) {
            Fuser.Scored scored = answer.candidates().get(i);
            if (scored.best().id().equals(id)) {
                boolean reshaped = !query.shaping().plain() && i >= query.offset() && i < query.window().end();
                return why(reshaped ? Reason.RESHAPED : Reason.OUTSIDE_WINDOW, "it is candidate " + (i + 1) + " of "
                        + answer.candidates().size() + " with score " + (float) scored.score()
                        + (reshaped ? ", but groups or diversity prefer others" : ""), places, last);
            }
        }
        Float least = query.minScore();
        return least != null
                ? why(Reason.BELOW_MIN_SCORE, "its last score is below the least score " + least, places, last)
                : why(Reason.RESHAPED, "a clause found it, but it was not among the candidates that were reranked", places, last);
    }

    private WhyNot why(Reason reason, String detail, List<Place> places, @Nullable Float last) {
        return new WhyNot(id, reason, detail, List.of(), places, last);
    }
}
