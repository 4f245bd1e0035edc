package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// One-bit codes of the neighbours of a graph node, kept together in one row so that one sequential read scores them all.
///
/// A neighbour `n` of node `c` is coded by the signs of `P(n - c)`, where `P` is a [FastRotation]. For a query `q`, with the
/// distance of `q` to `c` known exactly, the distance to `n` is estimated as `distance(q, c) + A + B * s`, where `s` is the
/// sum of the components of `Pq`, each taken with the sign in the code, and `A` and `B` are two floats a neighbour, stored
/// beside the code. The estimate is unbiased over the choice of `P`; its error falls as one over the root of the dimension
/// and grows with the distance from `n` to `c`, not with the length of the vectors.
///
/// Sources: RaBitQ (Gao & Long, SIGMOD 2024) for the estimator, SymphonyQG (Gou et al., SIGMOD 2025) for codes relative to the
/// node that carries them.
///
/// A row is one group after the other, 16 neighbours each; all of it little-endian:
///
/// | at | bytes | content |
/// |---|---|---|
/// | 0 | `words * 64` | 32 sign bits of each of 16 neighbours, then the next 32, ...; a set bit is a positive component |
/// | `words * 64` | 64 | `A` of each neighbour, float; infinite where there is no neighbour |
/// | `words * 64 + 64` | 64 | `B` of each neighbour, float |
/// | `words * 64 + 128` | 64 | ordinal of each neighbour, int; -1 where there is none |
///
/// with `words` = [#outputDimension()] / 32. After the last group comes the node's own code, [#nodeCodes()], so that one
/// sequential read gives the node's distance and those of its neighbours; then zeros up to a multiple of 64 bytes.
///
/// @param metric of the estimated distances
/// @param dimension components of the vectors, at least 1
/// @param neighbours most neighbours a row can hold, at least 1
/// @param seed of the rotation
public record NeighbourCodes(Metric metric, int dimension, int neighbours, long seed) {
    /// Neighbours of one group.
    public static final int GROUP = 16;

    /// Checks the ranges.
    public NeighbourCodes {
        if (dimension < 1 || neighbours < 1) {
            throw new IllegalArgumentException(
                    "dimension and neighbours must be at least 1, were " + dimension + " and " + neighbours);
        }
    }

    /// Whether this JVM estimates fast enough to be worth it: not before the kernels are warm, which the first question begins,
    /// and not without SIMD or native access.
    public static boolean fast() {
        return VectorKernels.current(KernelGroup.CODES) != VectorKernels.Kind.SCALAR && RawMemory.available();
    }

    /// Has the kernels of all codes warmed in the background, for whoever opens codes that will be searched soon.
    public static void prepare() {
        VectorKernels.current(KernelGroup.CODES);
    }

    /// Bits of one code.
    public int outputDimension() {
        return Math.addExact(dimension, 31) & -32;
    }

    /// Groups of a row.
    public int groups() {
        return (neighbours + GROUP - 1) / GROUP;
    }

    /// Bytes of a group.
    public long groupBytes() {
        return outputDimension() / 32 * 64L + 192;
    }

    /// Bytes of a row, a multiple of 64.
    public long rowBytes() {
        return nodeOffset() + (nodeCodes().bytes() + 63 & -64);
    }

    /// Where the node's own code stands in a row.
    public long nodeOffset() {
        return groups() * groupBytes();
    }

    /// The node's own code: eight bits a component.
    public NodeCodes nodeCodes() {
        return new NodeCodes(metric, dimension, 8, seed);
    }

    /// Where the ordinal of neighbour `i` stands in a row.
    public long ordinalOffset(int i) {
        return i / GROUP * groupBytes() + groupBytes() - 64 + 4L * (i % GROUP);
    }

    /// What estimates distances for one search at a time. Not thread-safe; allocates nothing after construction.
    public NeighbourEstimator estimator() {
        return new NeighbourEstimator(this);
    }

    /// What writes the rows of all vectors. Not thread-safe.
    public Encoder encoder(DenseVectors vectors) {
        Encoder.DRILL.before((double) vectors.count() * neighbours * dimension);
        return new Encoder(this, vectors, Encoder.kept(outputDimension()));
    }

    /// What writes a single row. Not thread-safe.
    public Encoder rowEncoder(DenseVectors vectors) {
        return new Encoder(this, vectors, 2);
    }

    /// Bytes that an [Encoder] of vectors of `dimension` components takes.
    public static long encoderBytes(int dimension) {
        int bits = Math.addExact(dimension, 31) & -32;
        return Encoder.kept(bits) * (4L * bits + 4);
    }

    /// Writes the rows of nodes. The rotation being linear, a vector is rotated once for all rows it stands in, as long as it is
    /// remembered: whoever encodes nodes that lie near each other one after the other encodes several times faster.
    public static final class Encoder {
        /// Vectors that are remembered, at most, and their floats: 6 MB at 384 dimensions, never more than 16 MB.
        private static final int KEPT = 1 << 12;
        private static final int KEPT_FLOATS = 1 << 22;
        private static final boolean SIMD = VectorKernels.simd();

        private final NeighbourCodes codes;
        private final DenseVectors vectors;
        private final FastRotation rotation;
        private final float[] vector;
        private final float[] rotatedNode;
        private final float[] residual;
        private final float[] scratch;
        private final int[] words;
        private final float[] lanes = new float[3 * QueryBlock.LANES];
        private final float[] rotated;
        private final int[] kept;
        private final int shift;

        private static final DrillOnce DRILL = new DrillOnce(() -> SIMD ? List.of(drill()) : List.of());

        private static KernelDrill drill() {
            float[] vector = new float[64];
            int[] words = new int[vector.length / 32];
            float[] lanes = new float[3 * QueryBlock.LANES];
            int[] none = {};
            return new KernelDrill(n -> {
                for (int i = 0; i < n; i++) {
                    SimdSigns.encode(vector, 0, vector, none, lanes);
                }
            }, i -> SimdSigns.encode(vector, 0, vector, words, lanes), KernelDrill.FEW);
        }

        private Encoder(NeighbourCodes codes, DenseVectors vectors, int remembered) {
            if (vectors.dimension() != codes.dimension || vectors.metric() != codes.metric) {
                throw new IllegalArgumentException(
                        "codes are for " + codes.metric + " of " + codes.dimension + " dimensions, vectors are "
                                + vectors.metric() + " of " + vectors.dimension());
            }
            int bits = codes.outputDimension();
            this.codes = codes;
            this.vectors = vectors;
            this.rotation = new FastRotation(codes.dimension, codes.seed);
            this.vector = new float[codes.dimension];
            this.rotatedNode = new float[bits];
            this.residual = new float[bits];
            this.scratch = new float[bits];
            this.words = new int[bits / 32];
            this.kept = new int[remembered];
            this.shift = Integer.numberOfLeadingZeros(kept.length) + 1;
            this.rotated = new float[Math.multiplyExact(bits, kept.length)];
        }

        private static int kept(int outputDimension) {
            return Math.max(2, Integer.highestOneBit(Math.min(KEPT, KEPT_FLOATS / outputDimension)));
        }

        /// Writes the row of `ordinal` with `count` neighbours to `bytes` from `offset` on; the node's own code is not touched.
        public void encode(int ordinal, int[] neighbours, int count, MemorySegment bytes, long offset) {
            System.arraycopy(rotated, rotated(ordinal), rotatedNode, 0, rotatedNode.length);
            encodeAll(neighbours, count, bytes, offset);
        }

        /// Writes the row of a point that is no node.
        ///
        /// @param centre components as the metric sees them: under COSINE among vectors of length one
        public void encode(float[] centre, int[] neighbours, int count, MemorySegment bytes, long offset) {
            if (centre.length != codes.dimension) {
                throw new IllegalArgumentException(
                        "centre has " + centre.length + " components, the codes have " + codes.dimension);
            }
            rotation.rotate(centre, rotatedNode, scratch);
            encodeAll(neighbours, count, bytes, offset);
        }

        private void encodeAll(int[] neighbours, int count, MemorySegment bytes, long offset) {
            if (count > codes.neighbours) {
                throw new IllegalArgumentException("at most " + codes.neighbours + " neighbours fit in a row, got " + count);
            }
            bytes.asSlice(offset, codes.nodeOffset()).fill((byte) 0);
            for (int i = 0; i < codes.groups() * GROUP; i++) {
                long group = offset + i / GROUP * codes.groupBytes();
                long lane = 4L * (i % GROUP);
                long factors = group + codes.groupBytes() - 192 + lane;
                if (i < count) {
                    encodeOne(rotated(neighbours[i]), bytes, group + lane, factors);
                    bytes.set(VectorKernels.INT_LE, factors + 128, neighbours[i]);
                } else {
                    bytes.set(VectorKernels.FLOAT_LE, factors, Float.POSITIVE_INFINITY);
                    bytes.set(VectorKernels.INT_LE, factors + 128, -1);
                }
            }
        }

        /// Where the rotated vector of `ordinal` stands in [#rotated]; it is rotated if it does not stand there yet.
        private int rotated(int ordinal) {
            int slot = (ordinal * 0x9e3779b1) >>> shift;
            int at = slot * rotatedNode.length;
            if (kept[slot] != ordinal + 1) {
                load(ordinal, vector);
                rotation.rotate(vector, residual, scratch);
                System.arraycopy(residual, 0, rotated, at, residual.length);
                kept[slot] = ordinal + 1;
            }
            return at;
        }

        /// The vector as its metric sees it: under COSINE all have length one.
        private void load(int ordinal, float[] target) {
            vectors.copyRow(ordinal, target);
            if (codes.metric == Metric.COSINE) {
                float inverse = vectors.inverseNorm(ordinal);
                for (int i = 0; i < target.length; i++) {
                    target[i] *= inverse;
                }
            }
        }

        private void encodeOne(int rotatedAt, MemorySegment bytes, long at, long factors) {
            if (SIMD) {
                SimdSigns.encode(rotated, rotatedAt, rotatedNode, words, lanes);
            } else {
                encodeScalar(rotated, rotatedAt, rotatedNode, words, lanes);
            }
            for (int i = 0; i < words.length; i++) {
                bytes.set(VectorKernels.INT_LE, at + 64L * i, words[i]);
            }
            float squares = sum(0);
            float absolutes = sum(1);
            float signedNode = sum(2);
            float f = absolutes == 0 ? 0 : squares / absolutes;
            float a = switch (codes.metric) {
                case SQUARED_L2 -> squares + 2 * f * signedNode;
                case COSINE -> squares / 2 + f * signedNode; // half the squared distance of vectors of length one
                case INNER_PRODUCT -> 0;
            };
            float b = codes.metric == Metric.SQUARED_L2 ? -2 * f : -f;
            bytes.set(VectorKernels.FLOAT_LE, factors, a);
            bytes.set(VectorKernels.FLOAT_LE, factors + 64, b);
        }

        /// Signs of `vector - node`, and in 16 lanes each the sums of its squares, of its absolute values, and of the node's
        /// components with the signs.
        static void encodeScalar(float[] vector, int at, float[] node, int[] words, float[] lanes) {
            Arrays.fill(lanes, 0);
            Arrays.fill(words, 0);
            for (int i = 0; i < node.length; i++) {
                int j = i % QueryBlock.LANES;
                float x = vector[at + i] - node[i];
                lanes[j] += x * x;
                lanes[16 + j] += Math.abs(x);
                lanes[32 + j] += x > 0 ? node[i] : -node[i];
                words[i / 32] |= x > 0 ? 1 << i : 0;
            }
        }

        private float sum(int which) {
            return QueryBlock.sum(Arrays.copyOfRange(lanes, 16 * which, 16 * which + 16));
        }
    }
}
