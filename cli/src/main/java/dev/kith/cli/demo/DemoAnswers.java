package dev.kith.cli.demo;

import dev.kith.Collection;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Query;
import dev.kith.SearchResult;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Questions put to the database and the glosses it answers with.
final class DemoAnswers {
    private final Collection collection;
    private final DemoData set;
    private final PrintWriter out;

    DemoAnswers(Collection collection, DemoData set, PrintWriter out) {
        this.collection = collection;
        this.set = set;
        this.out = out;
    }

    void questions() {
        out.println("\nFound by meaning (no word need match):");
        for (DemoData.Question question : set.questions("question").subList(0, 6)) {
            out.println("  " + question.text());
            show(collection.search(Query.nearest("embedding", question.vector()).k(2).fields("gloss")));
        }
    }

    void filters() {
        DemoData.Question question = set.questions("question").get(6);
        out.println("\nWith filters, \"" + question.text() + "\":");
        Map<String, Filter> filters = new LinkedHashMap<>();
        filters.put("pos = verb", Filter.eq("pos", "verb"));
        filters.put("lexfile = noun.animal", Filter.eq("lexfile", "noun.animal"));
        filters.put("pos in (adj, adv) and tag_count >= 5",
                Filter.and(Filter.in("pos", "adj", "adv"), Filter.ge("tag_count", 5)));
        filters.forEach((label, filter) -> {
            Query query = Query.nearest("embedding", question.vector()).k(2).filter(filter).fields("gloss", "pos", "lexfile");
            collection.search(query);
            long before = System.nanoTime();
            SearchResult result = collection.search(query);
            double micros = (System.nanoTime() - before) / 1e3;
            out.printf(Locale.ROOT, "  %s: %,d records match, %.0f us%n", label, collection.count(filter), micros);
            show(result);
        });
    }

    /// Vector, words, and both fused, judged by the labels.
    void hybrid() {
        out.println("\nHybrid, share of labelled queries with a right gloss among the first ten:");
        for (String kind : List.of("lookup", "usage")) {
            List<DemoData.Question> questions = set.questions(kind);
            double vector = hitRate(questions, q -> Query.nearest("embedding", q.vector()));
            double text = hitRate(questions, q -> Query.text("gloss", q.text()));
            double fused = hitRate(questions, q -> Query.hybrid("embedding", q.vector(), "gloss", q.text()));
            out.printf(Locale.ROOT, "  %-7s vector %.3f   words (BM25) %.3f   both fused (RRF) %.3f   (%d queries)%n", kind,
                    vector,
                    text, fused, questions.size());
        }
        DemoData.Question example = set.questions("usage").getFirst();
        out.println("  \"" + example.text() + "\"");
        SearchResult result = collection
                .search(Query.hybrid("embedding", example.vector(), "gloss", example.text()).k(2).fields("gloss"));
        show(result);
    }

    private double hitRate(List<DemoData.Question> questions, Function<DemoData.Question, Query> query) {
        long found = questions.stream()
                .filter(q -> collection.search(query.apply(q).k(10)).ids().stream().anyMatch(q.relevant()::contains)).count();
        return found / (double) questions.size();
    }

    private void show(SearchResult result) {
        for (Hit hit : result) {
            String parts = hit.parts().isEmpty()
                    ? ""
                    : "   " + hit.parts().stream().map(p -> p.field() + " rank " + p.rank()).toList();
            out.printf(Locale.ROOT, "    %.3f  %s%s%n", hit.score(), shorten(String.valueOf(hit.fields().get("gloss"))), parts);
        }
    }

    private static String shorten(String text) {
        return text.length() <= 100 ? text : text.substring(0, 97) + "...";
    }
}
