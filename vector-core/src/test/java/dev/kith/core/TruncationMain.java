package dev.kith.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Runs in a child JVM: scores a mapped file until the kernels are compiled, truncates the file, and scores on. Arguments:
/// file, metric, encoding.
final class TruncationMain {
    private TruncationMain() {}

    public static void main(String[] arguments) throws Exception {
        VectorKernels.awaitWarm();
        if (VectorKernels.current() != VectorKernels.best()) {
            throw new AssertionError("not warm");
        }
        VectorEncoding encoding = VectorEncoding.valueOf(arguments[2]);
        int dimension = 256;
        int count = 4096;
        long bytes = (long) dimension * encoding.bytes() * count;
        try (FileChannel file = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
                Arena arena = Arena.ofShared()) {
            file.write(java.nio.ByteBuffer.wrap(new byte[(int) bytes]));
            MemorySegment rows = file.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
            DenseVectors vectors = DenseVectors.of(Metric.valueOf(arguments[1]), encoding, dimension, count,
                    (long) dimension * encoding.bytes(), rows);
            Scorer scorer = vectors.scorer(new float[dimension]);
            float[] distances = new float[count];
            for (int i = 0; i < 300; i++) {
                scorer.scoreRange(0, count, distances);
            }
            file.truncate(bytes / 2 + 8192);
            int caught = 0;
            for (int i = 0; i < 200; i++) {
                try {
                    scorer.scoreRange(0, count, distances);
                } catch (InternalError _) {
                    caught++;
                }
            }
            System.out.println(caught == 200 ? "caught InternalError" : "caught only " + caught);
        }
    }
}
