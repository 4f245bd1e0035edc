package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/// Lucene's graph over float32, 8-bit or 1-bit (BBQ) codes; codes keep the float32 vectors beside them, and answers are
/// rescored with those, without which BBQ stops far below a recall of 0.9.
///
/// Lucene has no efSearch: the number of neighbours asked for *is* the beam, and the answer is cut to `k`.
final class LuceneEngine implements Engine {
    /// What the graph is walked on.
    enum Codes {
        FLOAT32("lucene-hnsw", "float32"), SQ8("lucene-sq8", "8-bit scalar codes"), BBQ("lucene-bbq", "1-bit codes (BBQ)");

        private final String engine;
        private final String words;

        Codes(String engine, String words) {
            this.engine = engine;
            this.words = words;
        }
    }

    private final Codes codes;
    private final boolean acorn;

    /// @param acorn whether filtered searches walk only accepted nodes below a selectivity of 60 %, which Lucene leaves off
    LuceneEngine(Codes codes, boolean acorn) {
        this.codes = codes;
        this.acorn = acorn;
    }

    @Override
    public String name() {
        return codes.engine + (acorn ? "-acorn" : "");
    }

    @Override
    public String indexName() {
        return codes.engine;
    }

    @Override
    public String revision() {
        return "Lucene " + Version.LATEST;
    }

    @Override
    public String description(BuildParameters parameters) {
        return "Lucene " + Version.LATEST + ", " + codes.words + ", " + parameters.text() + ", one segment, Panama"
                + (codes == Codes.FLOAT32 ? "" : ", rescored with float32") + (acorn ? ", filtered search threshold 60" : "");
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return switch (codes) {
            case FLOAT32 -> Sweeps.ef(k);
            case SQ8 -> {
                List<SearchSetting> sweep = new ArrayList<>(Sweeps.ef(k));
                sweep.addAll(Sweeps.efRerank(k, 2));
                yield sweep;
            }
            case BBQ -> Sweeps.efRerank(k, 2, 5, 10);
        };
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        Function<ScalarEncoding, KnnVectorsFormat> quantized = encoding -> new Lucene104HnswScalarQuantizedVectorsFormat(encoding,
                parameters.m(), parameters.efConstruction());
        KnnVectorsFormat format = switch (codes) {
            case FLOAT32 -> new Lucene99HnswVectorsFormat(parameters.m(), parameters.efConstruction());
            case SQ8 -> quantized.apply(ScalarEncoding.UNSIGNED_BYTE);
            case BBQ -> quantized.apply(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE);
        };
        LuceneIndexes.build(set, folder, format);
    }

    @Override
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        Directory directory = new MMapDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(directory);
        LeafReader leaf = LuceneIndexes.onlySegment(reader);
        int[] rows = LuceneIndexes.rows(leaf);
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new LuceneSearcher(reader, leaf, rows, acorn);
            }

            @Override
            public void close() throws IOException {
                reader.close();
                directory.close();
            }
        };
    }
}
