package dev.kith.bench.quality;

import dev.kith.Clause;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Fusion;
import dev.kith.IndexSpec;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.TextAnalysis;
import dev.kith.VectorField;
import dev.kith.bench.data.LabelledTexts;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/// Compares vectors, words and both fused on queries whose right answers are known. Vectors are searched exactly, so that the
/// figures are about the kinds of search and not about an index.
public final class HybridQuality {
    private static final int K = 10;
    private static final int BATCH = 2_000;

    /// A way of asking: from vector and text to a query.
    private record Way(String name, BiFunction<float[], String, Query> query) {}

    /// What one way reached on one kind of query.
    ///
    /// @param queries with known answers
    /// @param hit share of them with a right answer among the first ten
    /// @param ndcg mean normalised discounted cumulative gain of the first ten, right answers counting 1
    public record Row(String way, String kind, int queries, double hit, double ndcg) {}

    private HybridQuality() {}

    private static List<Way> ways() {
        return List.of(
                new Way("vectors", (vector, _) -> Query.nearest("v", vector)),
                new Way("words", (_, text) -> Query.text("body", text)),
                new Way("words, English", (_, text) -> Query.text("english", text)),
                new Way("RRF", (vector, text) -> Query.hybrid("v", vector, "body", text)),
                new Way("RRF, English", (vector, text) -> Query.hybrid("v", vector, "english", text)),
                new Way("weighted sum, English", (vector, text) -> Query
                        .of(Clause.nearest("v", vector), Clause.text("english", text)).fusion(Fusion.weightedSum())));
    }

    /// Loads the set into a database under `folder` and asks it in every way.
    public static List<Row> run(VectorSet set, LabelledTexts texts, Path folder) throws IOException {
        if (texts.rows().size() < set.rows() || texts.queries().size() < set.queryCount()) {
            throw new IllegalArgumentException("the texts are of " + texts.rows().size() + " rows and " + texts.queries().size()
                    + " queries, the vectors of " + set.rows() + " and " + set.queryCount());
        }
        Schema schema = Schema.builder().add(VectorField.of("v", set.dimension(), set.metric()).withIndex(IndexSpec.flat()))
                .text("body").text("english", TextAnalysis.ENGLISH).build();
        try (Database database = Kith.open(folder,
                Options.defaults().withDurability(Durability.osBuffered()).withRecallChecks(0));
                Arena arena = Arena.ofConfined()) {
            Collection collection = database.createCollection("rows", schema);
            load(collection, set.vectors(arena), texts);
            collection.optimize();
            return ask(collection, set, texts);
        }
    }

    private static void load(Collection collection, DenseVectors vectors, LabelledTexts texts) {
        float[] row = new float[vectors.dimension()];
        List<Record> batch = new ArrayList<>();
        for (int r = 0; r < vectors.count(); r++) {
            vectors.copyRow(r, row);
            String text = texts.rows().get(r);
            batch.add(Record.builder(Integer.toString(r)).vector("v", row).field("body", text).field("english", text).build());
            if (batch.size() == BATCH || r == vectors.count() - 1) {
                collection.upsert(batch);
                batch.clear();
            }
        }
    }

    private static List<Row> ask(Collection collection, VectorSet set, LabelledTexts texts) throws IOException {
        float[][] vectors = set.queries();
        Set<String> kinds = new TreeSet<>();
        for (int q = 0; q < vectors.length; q++) {
            if (!texts.queries().get(q).relevant().isEmpty()) {
                kinds.add(texts.queries().get(q).kind());
            }
        }
        List<Row> rows = new ArrayList<>();
        for (String kind : kinds) {
            for (Way way : ways()) {
                double hit = 0;
                double ndcg = 0;
                int count = 0;
                for (int q = 0; q < vectors.length; q++) {
                    LabelledTexts.Query query = texts.queries().get(q);
                    if (query.kind().equals(kind) && !query.relevant().isEmpty()) {
                        List<String> ids = collection.search(way.query().apply(vectors[q], query.text()).k(K)).ids();
                        hit += ids.stream().anyMatch(id -> query.relevant().contains(Integer.valueOf(id))) ? 1 : 0;
                        ndcg += ndcg(ids, query.relevant());
                        count++;
                    }
                }
                rows.add(new Row(way.name(), kind, count, hit / count, ndcg / count));
            }
        }
        for (Way way : ways()) {
            rows.add(together(way.name(), rows.stream().filter(r -> r.way().equals(way.name())).toList()));
        }
        return rows;
    }

    /// All kinds of queries, each query counting alike.
    static Row together(String way, List<Row> kinds) {
        int queries = kinds.stream().mapToInt(Row::queries).sum();
        double hit = kinds.stream().mapToDouble(r -> r.queries() * r.hit()).sum();
        double ndcg = kinds.stream().mapToDouble(r -> r.queries() * r.ndcg()).sum();
        return new Row(way, "of all kinds", queries, hit / queries, ndcg / queries);
    }

    /// Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with gain 1 and discount `log2(1 + rank)`.
    static double ndcg(List<String> ids, Set<Integer> relevant) {
        double gain = 0;
        double ideal = 0;
        for (int i = 0; i < K; i++) {
            double discounted = Math.log(2) / Math.log(2.0 + i);
            gain += i < ids.size() && relevant.contains(Integer.valueOf(ids.get(i))) ? discounted : 0;
            ideal += i < relevant.size() ? discounted : 0;
        }
        return gain / ideal;
    }

    /// A Markdown table.
    public static String table(List<Row> rows) {
        StringBuilder table = new StringBuilder("| queries | search | hit@10 | NDCG@10 |\n|---|---|---:|---:|\n");
        for (Row row : rows) {
            table.append(String.format(Locale.ROOT, "| %d %s | %s | %.3f | %.3f |%n", row.queries(), row.kind(), row.way(),
                    row.hit(), row.ndcg()));
        }
        return table.toString();
    }
}
