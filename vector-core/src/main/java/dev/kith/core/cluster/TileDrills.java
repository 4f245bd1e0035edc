package dev.kith.core.cluster;

import dev.kith.core.DrillOnce;
import dev.kith.core.KernelDrill;
import java.util.List;

/// The drills of [SimdDotTiles].
final class TileDrills {
    private static final int DIMENSION = 64;
    private static final DrillOnce ONCE = new DrillOnce(TileDrills::drills);

    private TileDrills() {}

    /// Has the kernels of tiles compiled before work of so many multiply-adds.
    static void before(double multiplyAdds) {
        ONCE.before(multiplyAdds);
    }

    private static List<KernelDrill> drills() {
        float[] points = new float[DotTiles.POINTS * DIMENSION];
        float[] packed = new float[2 * DotTiles.GROUP * DIMENSION];
        float[] out = new float[2 * DotTiles.POINTS * DotTiles.GROUP];
        return List.of(
                SimdDotTiles.HALVES
                        ? new KernelDrill(n -> {
                            for (int i = 0; i < n; i++) {
                                SimdDotTiles.half(points, 0, 0, packed, 0, out, 0, DotTiles.GROUP);
                            }
                        }, i -> SimdDotTiles.half(points, 0, DIMENSION, packed, 0, out, 0, DotTiles.GROUP), KernelDrill.MANY)
                        : new KernelDrill(n -> {
                            for (int i = 0; i < n; i++) {
                                SimdDotTiles.tile(points, 0, 0, packed, 0, out, 0, DotTiles.GROUP);
                            }
                        }, i -> SimdDotTiles.tile(points, 0, DIMENSION, packed, 0, out, 0, DotTiles.GROUP), KernelDrill.MANY),
                new KernelDrill(n -> {
                    for (int i = 0; i < n; i++) {
                        SimdDotTiles.squaredL2(points, 0, 0, packed, 0, out);
                    }
                }, i -> SimdDotTiles.squaredL2(points, 0, DIMENSION, packed, 1 + i % 2, out), KernelDrill.MANY),
                new KernelDrill(n -> {
                    for (int i = 0; i < n; i++) {
                        SimdDotTiles.halfDistances(out, 0, points, 0);
                    }
                }, i -> SimdDotTiles.halfDistances(out, 0, points, 4 * DotTiles.GROUP), KernelDrill.FEW),
                new KernelDrill(n -> {
                    for (int i = 0; i < n; i++) {
                        SimdDotTiles.nextBelow(out, 0, 0, 0, 0);
                    }
                }, i -> SimdDotTiles.nextBelow(out, 0, 0, 4 * DotTiles.GROUP, i % 2), KernelDrill.FEW),
                new KernelDrill(n -> {
                    for (int i = 0; i < n; i++) {
                        SimdDotTiles.below(points, 0, out, 0, Float.NEGATIVE_INFINITY);
                    }
                }, i -> SimdDotTiles.below(points, 0, out, 0, i % 2), KernelDrill.FEW));
    }
}
