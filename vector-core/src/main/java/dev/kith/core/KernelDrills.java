package dev.kith.core;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/// The drills of each [KernelGroup]: all kernels that its users may call, over scratch memory. Loaded only where `jdk.incubator.vector` is present.
final class KernelDrills {
    private static final int ROWS = 64;
    /// Whole blocks, and whole blocks and a tail.
    private static final int[] DIMENSIONS = {64, 72};
    /// Components of rotated vectors: enough for loops to go round as often as C2 unrolls them.
    private static final int PADDED = 64;
    /// Words of a code of neighbours.
    private static final int WORDS = 5;
    /// Scratch memory that the drills need.
    static final long BYTES = 4L * ROWS * DIMENSIONS[1];
    /// A file of more bytes that is there wherever a JVM is.
    private static final Path ANY_FILE = Path.of(System.getProperty("java.home"), "lib", "modules");

    private static final IntConsumer NOTHING = n -> {
    };

    private final MemorySegment bytes;
    /// The same amount of mapped memory, which has a class of its own: C2 compiles a kernel for the classes of memory it has met, and searches of a
    /// mapped index would have it compiled anew. Allocated memory where nothing can be mapped.
    private final MemorySegment mapped;
    private final List<KernelDrill> drills = new ArrayList<>();
    private final float[] out = new float[ROWS];
    private final float[] lanes = new float[QueryBlock.LANES];
    private final int[] ordinals = new int[ROWS];

    private KernelDrills(MemorySegment bytes, MemorySegment mapped) {
        this.bytes = bytes;
        this.mapped = mapped;
    }

    private static MemorySegment map(Arena arena) {
        try (FileChannel file = FileChannel.open(ANY_FILE)) {
            if (file.size() >= BYTES) {
                return file.map(FileChannel.MapMode.READ_ONLY, 0, BYTES, arena);
            }
        } catch (IOException | UnsupportedOperationException _) {
            // a kernel will be compiled twice, nothing else
        }
        return arena.allocate(BYTES, 64);
    }

    /// The memory of a real call.
    private MemorySegment memory(int i) {
        return (i & 1) == 0 ? bytes : mapped;
    }

    /// @param arena has scratch memory for the drills, and stays open as long as they are used
    static List<KernelDrill> of(KernelGroup group, VectorKernels.Kind kind, Arena arena) {
        KernelDrills drills = new KernelDrills(arena.allocate(BYTES, 64), map(arena));
        VectorEncoding encoding = group.encoding;
        if (encoding != null) {
            drills.rows(encoding, group.metric != Metric.SQUARED_L2, kind == VectorKernels.Kind.RAW);
        } else if (group == KernelGroup.GATHERS) {
            drills.gathers();
        } else {
            drills.rotation();
            if (RawMemory.available()) {
                drills.queries();
                drills.neighbours();
                drills.nodes();
                drills.signs();
            }
        }
        return drills.drills;
    }

    private void add(IntConsumer empty, IntConsumer real) {
        add(empty, real, KernelDrill.MANY);
    }

    private void add(IntConsumer empty, IntConsumer real, int empties) {
        drills.add(new KernelDrill(empty, real, empties));
    }

    /// A kernel of eight rows by address; so large that C2 leaves it out of line wherever it is called from.
    private interface Eight {
        void score(QueryBlock query, RowBlock rows, int[] ordinals, int at, float[] out);
    }

    /// A kernel of four rows, as [Eight].
    private interface Four {
        void score(QueryBlock query, RowBlock rows, int[] ordinals, int at, int last, float[] out);
    }

    private void rows(VectorEncoding encoding, boolean dots, boolean raw) {
        QueryBlock none = new QueryBlock(0);
        QueryBlock[] queries = new QueryBlock[DIMENSIONS.length];
        RowBlock[] rows = new RowBlock[DIMENSIONS.length];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = new QueryBlock(DIMENSIONS[i]);
            long rowBytes = (long) DIMENSIONS[i] * encoding.bytes();
            rows[i] = new RowBlock(memory(i), ROWS, rowBytes, rowBytes);
        }
        boolean wide = raw && SimdFloats.bits() == 512;
        if (wide && encoding != VectorEncoding.INT8) {
            Four four = switch (encoding) {
                case FLOAT32 -> dots ? RawKernels::dot4 : RawKernels::squaredL2x4;
                case BFLOAT16 -> dots ? RawBfloat16::dot4 : RawBfloat16::squaredL2x4;
                case FLOAT16 -> dots ? RawFloat16::dot4 : RawFloat16::squaredL2x4;
                case INT8 -> throw new AssertionError("bytes have no such kernel");
            };
            add(n -> {
                for (int i = 0; i < n; i++) {
                    four.score(none, rows[0], ordinals, 0, 3, out);
                }
            }, i -> four.score(queries[i & 1], rows[i & 1], ordinals, 0, 3, out));
        }
        if (wide && encoding == VectorEncoding.FLOAT32) {
            Eight eight = dots ? RawKernels::dot8 : RawKernels::squaredL2x8;
            add(n -> {
                for (int i = 0; i < n; i++) {
                    eight.score(none, rows[0], ordinals, 0, out);
                }
            }, i -> eight.score(queries[i & 1], rows[i & 1], ordinals, 0, out));
            one(dots, queries, rows, none);
        } else if (encoding == VectorEncoding.FLOAT32) {
            floats(dots, queries, none);
            if (raw) {
                narrow(dots, queries, rows, none);
            }
        } else {
            decoded(encoding, dots, queries, none);
        }
        if (encoding == VectorEncoding.INT8 && RawMemory.available()) {
            wholeNumbers(dots, rows);
        }
    }

    private void one(boolean dots, QueryBlock[] queries, RowBlock[] rows, QueryBlock none) {
        if (dots) {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    RawKernels.dot1(none, rows[0], 0, lanes);
                }
            }, i -> RawKernels.dot1(queries[i & 1], rows[i & 1], 0, lanes));
        } else {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    RawKernels.squaredL2x1(none, rows[0], 0, lanes);
                }
            }, i -> RawKernels.squaredL2x1(queries[i & 1], rows[i & 1], 0, lanes));
        }
    }

    private void floats(boolean dots, QueryBlock[] queries, QueryBlock none) {
        if (dots) {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    SimdFloats.dot(none, bytes, 64, lanes);
                }
            }, i -> SimdFloats.dot(queries[i & 1], memory(i), 64, lanes), KernelDrill.FEW);
        } else {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    SimdFloats.squaredL2(none, bytes, 64, lanes);
                }
            }, i -> SimdFloats.squaredL2(queries[i & 1], memory(i), 64, lanes), KernelDrill.FEW);
        }
    }

    private void narrow(boolean dots, QueryBlock[] queries, RowBlock[] rows, QueryBlock none) {
        float[] sums = new float[RawFloats.ROWS * QueryBlock.LANES];
        if (dots) {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    RawFloats.dot(none, rows[0], ordinals, 0, sums);
                }
            }, i -> RawFloats.dot(queries[i & 1], rows[i & 1], ordinals, 0, sums));
        } else {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    RawFloats.squaredL2(none, rows[0], ordinals, 0, sums);
                }
            }, i -> RawFloats.squaredL2(queries[i & 1], rows[i & 1], ordinals, 0, sums));
        }
    }

    /// A kernel that decodes.
    private interface Decoder {
        void decode(MemorySegment rows, long offset, int dimension, float[] to, int at);
    }

    private void decoded(VectorEncoding encoding, boolean dots, QueryBlock[] queries, QueryBlock none) {
        float[] decoded = new float[SimdArrays.ROWS * DIMENSIONS[1]];
        float[] sums = new float[SimdArrays.ROWS * QueryBlock.LANES];
        Decoder decoder = switch (encoding) {
            case INT8 -> SimdDecoder::bytes;
            case BFLOAT16 -> SimdDecoder::bfloat16;
            case FLOAT16 -> SimdDecoder::float16;
            case FLOAT32 -> throw new AssertionError("floats need none");
        };
        add(n -> {
            for (int i = 0; i < n; i++) {
                decoder.decode(bytes, 64, 0, decoded, 0);
            }
        }, i -> decoder.decode(memory(i), 64, DIMENSIONS[i & 1], decoded, 0));
        if (dots) {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    SimdArrays.dot(none, decoded, sums);
                }
            }, i -> SimdArrays.dot(queries[i & 1], decoded, sums), KernelDrill.FEW);
            add(n -> {
                for (int i = 0; i < n; i++) {
                    SimdArrays.dots(none, decoded, sums);
                }
            }, i -> SimdArrays.dots(queries[i & 1], decoded, sums));
        } else {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    SimdArrays.squaredL2(none, decoded, sums);
                }
            }, i -> SimdArrays.squaredL2(queries[i & 1], decoded, sums), KernelDrill.FEW);
            add(n -> {
                for (int i = 0; i < n; i++) {
                    SimdArrays.squares(none, decoded, sums);
                }
            }, i -> SimdArrays.squares(queries[i & 1], decoded, sums));
        }
    }

    private void wholeNumbers(boolean dots, RowBlock[] rows) {
        ByteQuery none = new ByteQuery(0, ByteKernels.STEP);
        ByteQuery[] queries = {new ByteQuery(DIMENSIONS[0], ByteKernels.STEP), new ByteQuery(DIMENSIONS[1], ByteKernels.STEP)};
        if (dots) {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    ByteKernels.dot(none, rows[0], 0);
                }
            }, i -> ByteKernels.dot(queries[i & 1], rows[i & 1], 0));
        } else {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    ByteKernels.squaredL2(none, rows[0], 0);
                }
            }, i -> ByteKernels.squaredL2(queries[i & 1], rows[i & 1], 0));
        }
    }

    private void rotation() {
        float[] none = {};
        float[] from = new float[2 * PADDED];
        float[] to = new float[PADDED];
        add(n -> {
            for (int i = 0; i < n; i++) {
                SimdRotation.scale(none, none);
            }
        }, i -> SimdRotation.scale(to, from));
        add(n -> {
            for (int i = 0; i < n; i++) {
                SimdRotation.twice(from, 0, 0);
            }
        }, i -> SimdRotation.twice(from, 0, PADDED / 2));
        add(n -> {
            for (int i = 0; i < n; i++) {
                SimdRotation.butterflies(from, 0, 0);
            }
        }, i -> SimdRotation.butterflies(from, 0, PADDED));
    }

    private void gathers() {
        if (SimdRotation.GATHERS) {
            float[] from = new float[PADDED];
            float[] to = new float[PADDED];
            int[] order = new int[PADDED];
            add(NOTHING, i -> SimdRotation.permute(from, order, (i & 1) == 0 ? null : from, to), KernelDrill.NONE);
        }
    }

    /// What is done once for each query.
    private void queries() {
        float[] none = {};
        int[] noPlanes = {};
        float[] components = new float[PADDED];
        int[] planes = new int[PADDED / 32 * NeighbourEstimator.PLANES];
        add(n -> {
            for (int i = 0; i < n; i++) {
                NeighbourKernels.toPlanes(none, 1, noPlanes);
            }
        }, i -> NeighbourKernels.toPlanes(components, 1, planes));
        if (!QueryKernels.available()) {
            return;
        }
        short[] noShorts = {};
        short[] even = new short[PADDED];
        short[] odd = new short[PADDED];
        add(n -> {
            for (int i = 0; i < n; i++) {
                QueryKernels.centre(none, none, none, lanes, lanes);
            }
        }, i -> QueryKernels.centre(components, components, components, lanes, lanes));
        add(n -> {
            for (int i = 0; i < n; i++) {
                QueryKernels.sums(none, lanes, lanes);
            }
        }, i -> QueryKernels.sums(components, lanes, lanes));
        add(n -> {
            for (int i = 0; i < n; i++) {
                QueryKernels.round(none, 1, noShorts, noShorts);
            }
        }, i -> QueryKernels.round(components, 1, even, odd), KernelDrill.FEW);
        add(n -> {
            for (int i = 0; i < n; i++) {
                QueryKernels.split(noShorts, noShorts, noShorts);
            }
        }, i -> QueryKernels.split(even, even, odd));
    }

    private void neighbours() {
        NeighbourEstimator query = new NeighbourCodes(Metric.SQUARED_L2, 32 * WORDS, NeighbourCodes.GROUP, 1).estimator();
        long address = bytes.address();
        if (SimdFloats.bits() < 512) {
            add(n -> {
                for (int i = 0; i < n; i++) {
                    NeighbourKernels.narrowPart(address, 0, query, 0, 0, 0);
                }
            }, i -> NeighbourKernels.narrowPart(address, WORDS, query, 0, 1, 0));
            return;
        }
        add(n -> {
            for (int i = 0; i < n; i++) {
                NeighbourKernels.part(address, 0, query, 0, 0, 0);
            }
        }, i -> NeighbourKernels.part(address, WORDS, query, 0, 1, 0));
    }

    private void nodes() {
        short[][] parts = new short[4][4 * 32];
        long address = bytes.address();
        add(n -> {
            for (int i = 0; i < n; i++) {
                NodeKernels.dot8(address, 0, parts[0], parts[1]);
            }
        }, i -> NodeKernels.dot8(address, 4 * 32, parts[0], parts[1]));
        add(n -> {
            for (int i = 0; i < n; i++) {
                NodeKernels.dot4(address, 0, parts[0], parts[1], parts[2], parts[3]);
            }
        }, i -> NodeKernels.dot4(address, 4 * 32, parts[0], parts[1], parts[2], parts[3]));
    }

    private void signs() {
        SignEstimator query = new SignCodes(Metric.SQUARED_L2, 640, 1).estimator();
        int[] sums = new int[ROWS];
        add(n -> {
            for (int i = 0; i < n; i++) {
                SignKernels.one(bytes, 0, ordinals, 0, query, sums);
            }
        }, i -> SignKernels.one(memory(i), 0, ordinals, 2 + i % 2, query, sums), KernelDrill.FEW);
        add(n -> {
            for (int i = 0; i < n; i++) {
                SignKernels.two(bytes, 0, ordinals, 0, query, sums);
            }
        }, i -> SignKernels.two(memory(i), 0, ordinals, 2 + i % 2, query, sums), KernelDrill.FEW);
        add(n -> {
            for (int i = 0; i < n; i++) {
                SignKernels.sum(bytes, 64, 0, query);
            }
        }, i -> SignKernels.sum(memory(i), 64, query.ints, query), KernelDrill.FEW);
    }
}
