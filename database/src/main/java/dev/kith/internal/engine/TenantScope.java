package dev.kith.internal.engine;

import dev.kith.Clause;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Reranker;
import dev.kith.Scoring;
import dev.kith.SearchResult;
import dev.kith.Update;
import dev.kith.Write;
import java.util.ArrayList;
import java.util.List;

/// Maps what a tenant says to the whole collection, and what the collection answers to the tenant. Every place where an id can stand
/// is here, and the switches have no default, so that a new kind of filter or clause does not compile before it was thought about.
///
/// @param prefix of the ids of the tenant's records
record TenantScope(String prefix) {
    String in(String id) {
        return id.isEmpty() ? id : prefix + id; // an empty id stays one, and is refused as such
    }

    List<String> in(List<String> ids) {
        return ids.stream().map(this::in).toList();
    }

    Record in(Record record) {
        return record.withId(in(record.id()));
    }

    Write in(Write write) {
        return switch (write) {
            case Write.Upsert(Record record, Long version) -> new Write.Upsert(in(record), version);
            case Write.Change(Update update, Long version) -> new Write.Change(update.withId(in(update.id())), version);
            case Write.Delete(String id, Long version) -> new Write.Delete(in(id), version);
        };
    }

    String out(String id) {
        return id.substring(prefix.length());
    }

    Record out(Record record) {
        return record.withId(out(record.id()));
    }

    private Hit out(Hit hit) {
        return hit.withId(out(hit.id()));
    }

    List<Hit> out(List<Hit> hits) {
        return hits.stream().map(this::out).toList();
    }

    SearchResult out(SearchResult result) {
        List<SearchResult.Group> groups = result.groups().stream()
                .map(group -> new SearchResult.Group(group.value(), out(group.hits()))).toList();
        return new SearchResult(out(result.hits()), groups, result.facets(), result.stats());
    }

    /// The filter, joined from the outside with the tenant's scope.
    Filter confined(Filter filter) {
        List<Filter> operands = new ArrayList<>();
        operands.add(Filter.idPrefix(prefix));
        if (filter instanceof Filter.And(List<Filter> several)) {
            several.forEach(operand -> operands.add(mapped(operand)));
        } else if (!(filter instanceof Filter.All)) {
            operands.add(mapped(filter));
        }
        return Filter.and(operands);
    }

    private Filter mapped(Filter filter) {
        return switch (filter) {
            case Filter.Ids(List<String> ids) -> Filter.ids(in(ids));
            case Filter.IdPrefix(String start) -> Filter.idPrefix(prefix + start);
            case Filter.And(List<Filter> operands) -> Filter.and(operands.stream().map(this::mapped).toList());
            case Filter.Or(List<Filter> operands) -> Filter.or(operands.stream().map(this::mapped).toList());
            case Filter.Not(Filter operand) -> Filter.not(mapped(operand));
            case Filter.All _,Filter.Eq _,Filter.In _,Filter.Range _,Filter.Exists _,Filter.IsNull _,Filter.ContainsAny _,Filter.Prefix _,Filter.Wildcard _,Filter.Matches _,Filter.WithinDistance _,Filter.WithinBox _ ->
                filter;
        };
    }

    /// The query with the filter confined and every id the tenant's.
    Query confined(Query query) {
        Scoring scoring = query.scoring();
        Reranker reranker = scoring.reranker();
        Scoring mapped = reranker == null
                ? scoring
                : new Scoring(scoring.fusion(), scoring.boosts(), candidates -> reranker.score(out(candidates)));
        return new Query(query.clauses().stream().map(this::mapped).toList(), confined(query.filter()), query.window(), mapped,
                query.shaping(), query.projection(), query.limits());
    }

    private Clause mapped(Clause clause) {
        return switch (clause) {
            case Clause.Like like -> new Clause.Like(like.field(), examples(like.positive()), examples(like.negative()),
                    like.effort(), like.weight());
            case Clause.MaxSim sim when sim.candidates() != null -> new Clause.MaxSim(sim.field(), sim.query(),
                    mapped(sim.candidates()), sim.kCandidates(), sim.weight());
            case Clause.MaxSim _,Clause.Nearest _,Clause.Within _,Clause.Text _,Clause.Sparse _ -> clause;
        };
    }

    private List<Clause.Example> examples(List<Clause.Example> examples) {
        return examples.stream().<Clause.Example>map(example -> switch (example) {
            case Clause.Example.ById(String id) -> new Clause.Example.ById(in(id));
            case Clause.Example.ByVector vector -> vector;
        }).toList();
    }
}
