package dev.kith.bench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.bench.TinySet;
import dev.kith.bench.data.ExactTruth;
import dev.kith.bench.data.RowRanks;
import dev.kith.bench.data.SetFolder;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.data.VectorSetPreparer;
import dev.kith.bench.harness.RecallJudge;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorKernels;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every engine is really built, opened and asked: exact search judges its answers, with and without a filter.
class EnginesTest {
    private static final int ROWS = 2000;
    private static final BuildParameters BUILD = new BuildParameters(16, 100, 1);

    @TempDir static Path folder;
    static VectorSet cosine;
    static VectorSet l2;

    @BeforeAll
    static void prepare() throws Exception {
        Path files = TinySet.write(folder.resolve("files"), ROWS, 32, 40);
        VectorSetPreparer preparer = new VectorSetPreparer(folder.resolve("cache"), _ -> {});
        cosine = preparer.prepare(SetFolder.read(files, Metric.COSINE));
        l2 = preparer.prepare(SetFolder.read(files, Metric.SQUARED_L2));
    }

    static List<String> engines() {
        return Engines.names();
    }

    @Test
    void simdKernelsRunHere() {
        assertTrue(VectorKernels.simd(), "the bench would measure the scalar kernels");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void findsNeighboursUnderCosineAndL2(String name) throws Exception {
        Engine engine = Engines.byName(name);
        for (VectorSet set : List.of(cosine, l2)) {
            assertTrue(engine.supports(set.metric()) || set.metric() != Metric.COSINE, name + " must know cosine");
            if (engine.supports(set.metric())) {
                Path index = Files.createDirectory(folder.resolve(name + "-" + set.metric()));
                engine.build(set, BUILD, index);
                try (OpenedIndex opened = engine.open(set, BUILD, index)) {
                    judge(engine, set, opened.searcher(), null);
                    for (AcceptSet accept : List.of(everyThird(), AcceptSet.first("a fifth", "random",
                            RowRanks.random(ROWS), ROWS / 5))) {
                        if (engine.filters(accept)) {
                            judge(engine, set, opened.searcher(), accept);
                        }
                    }
                }
            }
        }
    }

    private static AcceptSet everyThird() {
        long[] words = new long[(ROWS + 63) / 64];
        for (int i = 0; i < ROWS; i += 3) {
            words[i >> 6] |= 1L << i;
        }
        return AcceptSet.of("third", words, ROWS);
    }

    private static void judge(Engine engine, VectorSet set, Searcher searcher, AcceptSet accept) throws Exception {
        List<SearchSetting> sweep = engine.sweep(10);
        SearchSetting best = sweep.getLast();
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            float[][] queries = set.queries();
            int[][] truth = accept == null ? set.truth() : ExactTruth.compute(vectors, queries, 10, accept.ordinals());
            RecallJudge judge = new RecallJudge(vectors, queries, truth, 10);
            RecallJudge.Hits hits = new RecallJudge.Hits(0, 0, 0);
            int[] ids = new int[10];
            for (int q = 0; q < queries.length; q++) {
                int n = searcher.search(queries[q], 10, best, accept, ids);
                hits = hits.plus(judge.judge(q, Arrays.copyOf(ids, n), accept));
            }
            assertEquals(400, hits.of());
            assertTrue(hits.recall() >= 0.97,
                    engine.name() + " " + set.metric() + (accept == null ? "" : " filtered") + " recall " + hits.recall());
            if (searcher.distances() >= 0) {
                assertTrue(searcher.distances() >= 400, engine.name() + " counts " + searcher.distances() + " distances");
            }
        }
    }
}
