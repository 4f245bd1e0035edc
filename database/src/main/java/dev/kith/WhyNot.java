package dev.kith;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a record is in the answer to a query, or is not. Made by [Collection#whyNot(Query, String)].
///
/// @param id the record
/// @param reason the first reason that applies, in the order of [Reason]
/// @param detail the reason in words
/// @param failed conditions of the filter that the record does not meet, as text; empty unless [Reason#FILTERED]
/// @param clauses where each clause ranks the record by an exact search, in the order of the query
/// @param answerScore score of the last hit of the answer, or null if there is none
public record WhyNot(String id, Reason reason, String detail, List<String> failed, List<Place> clauses,
        @Nullable Float answerScore) {
    /// Reasons, in the order in which they are looked for.
    public enum Reason {
        /// It is in the answer.
        ANSWERED,
        /// No record has this id, and no trace says that one ever had.
        NEVER_THERE,
        /// The record of this id was deleted lately.
        DELETED,
        /// The filter does not let it through.
        FILTERED,
        /// It lacks the fields that are searched, or none of the words are in it.
        NOT_COMPARABLE,
        /// The query leaves it out because it is one of its examples.
        EXAMPLE,
        /// An exact search would answer it, the approximate one missed it.
        LOST_BY_INDEX,
        /// It scores less than the query's least score.
        BELOW_MIN_SCORE,
        /// Other records score better and fill the window, or it is among the `offset` best that are left out.
        OUTSIDE_WINDOW,
        /// It is a candidate, but boosts, a reranker, groups or diversity put others in its place.
        RESHAPED
    }

    /// What an exact search says.
    ///
    /// @param clause index of the clause
    /// @param field the field it searches
    /// @param score of the record, or null if the clause cannot score it
    /// @param rank among all records that the filter lets through, the first being 1; 0 if the clause cannot score it
    /// @param found whether the clause, searched as the query asks, found it
    public record Place(int clause, String field, @Nullable Float score, long rank, boolean found) {}

    /// Copies.
    public WhyNot {
        failed = List.copyOf(failed);
        clauses = List.copyOf(clauses);
    }

    /// For reading.
    public String toText() {
        StringBuilder text = new StringBuilder(200);
        text.append(
                String.format(Locale.ROOT, "%s: %s: %s%n", id, reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), detail));
        for (String condition : failed) {
            text.append(String.format("  does not meet: %s%n", condition));
        }
        for (Place place : clauses) {
            text.append(place.score() == null
                    ? String.format(Locale.ROOT, "  clause %d on '%s': cannot score it%n", place.clause(), place.field())
                    : String.format(Locale.ROOT, "  clause %d on '%s': score %.6g, exact rank %,d, %s%n", place.clause(),
                            place.field(), place.score(), place.rank(), place.found() ? "found" : "not found by this search"));
        }
        return text.toString();
    }

    /// For machines: one JSON object with the members of this record.
    public String toJson() {
        JsonText json = new JsonText();
        json.open("{").member("id", id).member("reason", reason.name()).member("detail", detail).name("failed").open("[");
        failed.forEach(json::element);
        json.close("]").name("clauses").open("[");
        for (Place place : clauses) {
            json.open("{").member("clause", place.clause()).member("field", place.field());
            Float score = place.score();
            if (score != null) {
                json.member("score", score).member("rank", place.rank());
            }
            json.member("found", Boolean.toString(place.found())).close("}");
        }
        return json.close("]").close("}").toString();
    }
}
