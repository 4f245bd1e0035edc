package dev.kith;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a query was answered and why in that way. The query is run to make it, so counts and times are of that run.
///
/// @param sequence the search saw every write up to this sequence number and none above
/// @param filter the filter as it was bound to the schema, and what it lets through
/// @param clauses what each clause did, in the order of the query
/// @param stages where the time went, in order
/// @param result the answer
public record Explanation(long sequence, FilterPlan filter, List<ClausePlan> clauses, List<Stage> stages, SearchResult result) {
    /// A filter.
    ///
    /// @param condition as text; empty if every record is let through
    /// @param accepted records that match
    /// @param records live records
    public record FilterPlan(String condition, long accepted, long records) {
        /// Share of the records that match; 1 if there are none.
        public double selectivity() {
            return records == 0 ? 1 : (double) accepted / records;
        }
    }

    /// A clause.
    ///
    /// @param kind such as `nearest`
    /// @param field the field it searched
    /// @param wanted candidates it was to contribute
    /// @param found candidates it contributed
    /// @param parts what was done in each segment and over the recent writes
    /// @param nanos time it took
    public record ClausePlan(String kind, String field, int wanted, int found, List<PartPlan> parts, long nanos) {}

    /// One segment, or the recent writes of one overlay.
    ///
    /// @param name Lucene's name of the segment, or `recent`
    /// @param records with a value in the field, deleted ones included
    /// @param accepted those that could be answered: live and let through by the filter
    /// @param strategy how it was searched
    /// @param why the reason for that
    /// @param candidates efSearch of a graph, exact distances at most of lists and codes, else 0
    /// @param distances exact distances computed; 0 for text
    /// @param found candidates it contributed
    /// @param nanos time it took
    public record PartPlan(String name, int records, int accepted, Strategy strategy, String why, int candidates, long distances,
            int found, long nanos) {}

    /// How a part was searched.
    public enum Strategy {
        /// Nothing to search.
        NOTHING,
        /// Every accepted vector was scored.
        EXACT,
        /// A graph was walked.
        GRAPH,
        /// Inverted lists were scanned.
        LISTS,
        /// Codes of one bit a component were scanned, and the vectors scored that the bounds of their codes left in question.
        CODES,
        /// BM25 over the inverted index of words.
        WORDS
    }

    /// One stage of the work.
    ///
    /// @param name such as `filter`, `search`, `fuse`, `load`
    /// @param detail what it did, in a few words
    /// @param nanos time it took
    public record Stage(String name, String detail, long nanos) {}

    /// Copies.
    public Explanation {
        clauses = List.copyOf(clauses);
        stages = List.copyOf(stages);
    }

    /// For reading.
    public String toText() {
        StringBuilder text = new StringBuilder(512);
        text.append(String.format(Locale.ROOT, "%d hits of %,d records in %,d us, as of write %d%n", result.hits().size(),
                filter.records(), result.stats().elapsedNanos() / 1000, sequence));
        text.append(filter.condition().isEmpty()
                ? String.format("no filter%n")
                : String.format(Locale.ROOT, "filter %s: lets %,d through (%.3g %%)%n", filter.condition(), filter.accepted(),
                        100 * filter.selectivity()));
        for (int i = 0; i < clauses.size(); i++) {
            ClausePlan clause = clauses.get(i);
            text.append(String.format(Locale.ROOT, "clause %d: %s on '%s', %d candidates wanted, %d found, %,d us%n", i,
                    clause.kind(), clause.field(), clause.wanted(), clause.found(), clause.nanos() / 1000));
            for (PartPlan part : clause.parts()) {
                text.append(String.format(Locale.ROOT,
                        "  %-8s %,9d of %,d accepted  %-7s candidates %d, distances %,d, found %d, %,d us: %s%n", part.name(),
                        part.accepted(), part.records(), part.strategy().name().toLowerCase(Locale.ROOT), part.candidates(),
                        part.distances(), part.found(), part.nanos() / 1000, part.why()));
            }
        }
        for (Stage stage : stages) {
            text.append(
                    String.format(Locale.ROOT, "stage %-8s %,8d us  %s%n", stage.name(), stage.nanos() / 1000, stage.detail()));
        }
        return text.toString();
    }

    /// For machines: one JSON object with the members of this record; of the answer only ids and scores.
    public String toJson() {
        JsonText json = new JsonText();
        json.open("{").member("sequence", sequence).member("elapsedNanos", result.stats().elapsedNanos());
        json.name("filter").open("{").member("condition", filter.condition()).member("accepted", filter.accepted())
                .member("records", filter.records()).close("}");
        json.name("clauses").open("[");
        for (ClausePlan clause : clauses) {
            json.open("{").member("kind", clause.kind()).member("field", clause.field()).member("wanted", clause.wanted())
                    .member("found", clause.found()).member("nanos", clause.nanos()).name("parts").open("[");
            for (PartPlan part : clause.parts()) {
                json.open("{").member("name", part.name()).member("records", part.records()).member("accepted", part.accepted())
                        .member("strategy", part.strategy().name()).member("why", part.why())
                        .member("candidates", part.candidates()).member("distances", part.distances())
                        .member("found", part.found()).member("nanos", part.nanos()).close("}");
            }
            json.close("]").close("}");
        }
        json.close("]").name("stages").open("[");
        for (Stage stage : stages) {
            json.open("{").member("name", stage.name()).member("detail", stage.detail()).member("nanos", stage.nanos())
                    .close("}");
        }
        json.close("]").name("hits").open("[");
        for (Hit hit : result.hits()) {
            json.open("{").member("id", hit.id()).member("score", hit.score()).close("}");
        }
        return json.close("]").close("}").toString();
    }

    /// The part with that name in a clause, or null.
    public @Nullable PartPlan part(int clause, String name) {
        return clauses.get(clause).parts().stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
    }
}
