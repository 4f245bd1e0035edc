package dev.kith.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Filter;
import dev.kith.Record;
import dev.kith.internal.RandomRecords;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterBinder;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.RecordCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

/// Lucene's filters must mean what the plain evaluator means, and the text of a filter must be read back as that filter. `-Dkith.filter.pairs=1000000` runs the full count.
class FilterEquivalenceTest {
    private static final int RECORDS = 500;

    @Test
    void luceneMatchesExactlyWhatTheEvaluatorMatches() throws IOException {
        long pairs = Long.getLong("kith.filter.pairs", 200_000);
        long seed = Long.getLong("kith.seed", System.nanoTime());
        Random random = new Random(seed);
        RandomRecords records = new RandomRecords(random);
        NumberedSchema schema = NumberedSchema.first(RandomRecords.SCHEMA);
        List<Record> all = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            all.add(RecordCheck.fit(schema.schema(), records.record("id" + i)));
        }
        int matched = 0;
        try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
            index(directory, schema, all);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                for (long done = 0; done < pairs; done += RECORDS) {
                    Filter filter = records.filter(4, List.of("id" + random.nextInt(RECORDS)));
                    assertEquals(filter, Filter.parse(filter.toText()), () -> "seed " + seed + ", text " + filter.toText());
                    BoundFilter bound = FilterBinder.bind(schema.schema(), filter, RandomRecords.WORDS_OF);
                    Set<Integer> expected = new HashSet<>();
                    for (int i = 0; i < RECORDS; i++) {
                        if (FilterEvaluator.matches(bound, all.get(i))) {
                            expected.add(i);
                        }
                    }
                    Set<Integer> found = new HashSet<>();
                    for (ScoreDoc hit : searcher.search(new LuceneFilters(schema).query(bound), RECORDS).scoreDocs) {
                        found.add(hit.doc);
                    }
                    assertEquals(expected, found, "seed " + seed + ", filter " + filter);
                    matched += expected.size();
                }
            }
        }
        assertTrue(matched > pairs / 10 && matched < pairs * 9 / 10, "filters match neither nothing nor all: " + matched);
    }

    private static void index(ByteBuffersDirectory directory, NumberedSchema schema, List<Record> all) throws IOException {
        RecordCodec codec = new RecordCodec(schema);
        DocumentMapper mapper = new DocumentMapper(schema);
        try (IndexWriter writer = new IndexWriter(directory,
                new IndexWriterConfig(Analyzers.forSchema(schema)).setParentField(LuceneFields.PARENT))) {
            for (Record record : all) {
                writer.addDocument(mapper.document(record, codec.source(record), 1));
            }
            writer.forceMerge(1); // one segment: document numbers are the order of adding
        }
    }
}
