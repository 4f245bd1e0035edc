package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EntryPointsTest {
    private static final int DIMENSION = 160;
    private static final int CLUSTERS = 400;
    private static final int EACH = 20;

    @BeforeAll
    static void warm() throws InterruptedException {
        VectorKernels.awaitWarm();
    }

    @Test
    void thereAreMoreOfThemInLargerGraphsAndNeverMoreThanNodes() {
        int before = 0;
        for (int size : new int[]{0, 1, 17, 63, 64, 1000, 60_000, 1_000_000, Integer.MAX_VALUE}) {
            int count = EntryPoints.count(size);
            assertTrue(count <= size && count >= before && (size == 0 || count > 0), size + " nodes have " + count);
            before = count;
        }
        assertEquals(2000, EntryPoints.count(1_000_000));
    }

    /// Clusters that lie far apart are where a walk from one node for ever ends in the wrong one.
    @ParameterizedTest
    @CsvSource({"CODED, SQUARED_L2", "CODED, COSINE", "COMPACT, SQUARED_L2", "COMPACT, COSINE"})
    void aShortWalkComesToTheRightOneOfManyClusters(NodeRows kind, Metric metric) {
        float[][] rows = clusters(EACH + 1);
        DenseVectors vectors = TestVectors.dense(metric, VectorEncoding.FLOAT32, Arrays.copyOf(rows, CLUSTERS * EACH));
        HnswIndex index = HnswIndex.build(vectors, new HnswParameters(8, 60, 3, kind), BuildControl.NONE.withThreads(2));
        int lost = 0;
        for (int c = 0; c < CLUSTERS; c++) {
            float[] query = rows[CLUSTERS * EACH + c];
            long[] exact = TestVectors.exact(vectors, query, 10, AcceptOrdinals.all(CLUSTERS * EACH));
            lost += TestVectors.recall(exact, TestVectors.search(index, vectors, query, 10, 20, null)) < 0.3 ? 1 : 0;
        }
        assertTrue(lost <= CLUSTERS / 20, lost + " of " + CLUSTERS + " walks ended in the wrong cluster");
    }

    @ParameterizedTest
    @EnumSource(names = {"CODED", "COMPACT"})
    void wrongOrdinalsOfATableAreRefusedAndBadCodesDoNoHarm(NodeRows kind) throws CorruptBytesException {
        float[][] rows = clusters(4);
        DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32, rows);
        HnswIndex index = HnswIndex.build(vectors, new HnswParameters(8, 60, 3, kind), BuildControl.NONE.withThreads(2));
        GraphHeader header = index.graph().header;
        byte[] bytes = index.graph().toBytes();
        Random random = new Random(5);
        for (int bad : new int[]{rows.length, -2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            MemorySegment broken = Arena.ofAuto().allocate(bytes.length, 64).copyFrom(MemorySegment.ofArray(bytes));
            for (int i = 0; i < header.entryPoints(); i++) {
                broken.set(GraphHeader.INT, header.entryPointsOffset() + header.entryCodes().ordinalOffset(i), bad);
            }
            assertThrows(CorruptBytesException.class, () -> HnswIndex.open(broken).validate());
            UncheckedIOException e = assertThrows(UncheckedIOException.class,
                    () -> TestVectors.search(HnswIndex.open(broken), vectors, rows[7], 10, 80, null));
            assertInstanceOf(CorruptBytesException.class, e.getCause());
        }
        for (int round = 0; round < 30; round++) {
            MemorySegment broken = Arena.ofAuto().allocate(bytes.length, 64).copyFrom(MemorySegment.ofArray(bytes));
            for (long at = 0; at < header.entryCodes().groupBytes() - 64; at += 4) {
                broken.set(GraphHeader.INT, header.entryPointsOffset() + at, round == 0 ? -1 : random.nextInt()); // all ones is not a number
            }
            assertEquals(10, TestVectors.search(HnswIndex.open(broken), vectors, rows[7], 10, 80, null).length);
        }
    }

    /// `each` rows of every cluster, one of each after the other.
    private static float[][] clusters(int each) {
        Random random = new Random(31);
        float[][] centres = TestVectors.gaussian(CLUSTERS, DIMENSION, 1f, random);
        float[][] rows = TestVectors.gaussian(CLUSTERS * each, DIMENSION, 0.15f, random);
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < DIMENSION; i++) {
                rows[r][i] += centres[r % CLUSTERS][i];
            }
        }
        return rows;
    }
}
