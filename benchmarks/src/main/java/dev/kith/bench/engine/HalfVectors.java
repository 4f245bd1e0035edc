package dev.kith.bench.engine;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// The vectors of a set, rounded to two bytes a component, in a file of their own: rows 64 bytes aligned, nothing else.
final class HalfVectors {
    private HalfVectors() {}

    private static long stride(DenseVectors vectors, VectorEncoding encoding) {
        return ((long) vectors.dimension() * encoding.bytes() + 63) & -64L;
    }

    static void write(DenseVectors vectors, VectorEncoding encoding, Path file) throws IOException {
        byte[] bytes = new byte[(int) stride(vectors, encoding)];
        MemorySegment row = MemorySegment.ofArray(bytes);
        float[] components = new float[vectors.dimension()];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
                vectors.copyRow(ordinal, components);
                VectorBytes.write(encoding, components, row, 0);
                out.write(bytes);
            }
        }
    }

    /// @param vectors from which the metric and the shape are
    /// @param rows what was written, mapped
    static DenseVectors of(DenseVectors vectors, VectorEncoding encoding, MemorySegment rows, Arena arena) {
        long stride = stride(vectors, encoding);
        MemorySegment norms = MemorySegment.NULL;
        if (vectors.metric() == Metric.COSINE) {
            norms = arena.allocate(4L * vectors.count(), 64);
            float[] components = new float[vectors.dimension()];
            for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
                VectorBytes.read(encoding, rows, ordinal * stride, components, 0, components.length);
                double squares = 0;
                for (float x : components) {
                    squares += (double) x * x;
                }
                norms.setAtIndex(ValueLayout.JAVA_FLOAT, ordinal, (float) (1 / Math.sqrt(squares)));
            }
        }
        return new DenseVectors(vectors.metric(), encoding, vectors.dimension(), vectors.count(), stride, rows, norms);
    }
}
