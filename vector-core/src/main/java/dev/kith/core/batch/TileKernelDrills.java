package dev.kith.core.batch;

import dev.kith.core.DrillOnce;
import dev.kith.core.KernelDrill;
import java.util.List;

/// The drills of [TileKernel].
final class TileKernelDrills {
    private static final int DIMENSION = 64;
    private static final DrillOnce ONCE = new DrillOnce(TileKernelDrills::drills);

    private TileKernelDrills() {}

    /// Has the kernels compiled before work of so many multiply-adds.
    static void before(double multiplyAdds) {
        ONCE.before(multiplyAdds);
    }

    private static List<KernelDrill> drills() {
        float[] rows = new float[8 * DIMENSION];
        float[] packed = new float[TileKernel.QUERIES * DIMENSION];
        float[] products = new float[8 * TileKernel.QUERIES];
        KernelDrill dots = TileKernel.ROWS == 8
                ? new KernelDrill(n -> {
                    for (int i = 0; i < n; i++) {
                        TileKernel.dots8(rows, 0, packed, 0, 0, products);
                    }
                }, i -> TileKernel.dots8(rows, 0, packed, 0, DIMENSION, products), KernelDrill.MANY)
                : new KernelDrill(n -> {
                    for (int i = 0; i < n; i++) {
                        TileKernel.dots4(rows, 0, packed, 0, 0, products);
                    }
                }, i -> TileKernel.dots4(rows, 0, packed, 0, DIMENSION, products), KernelDrill.MANY);
        KernelDrill wanted = new KernelDrill(n -> {
            for (int i = 0; i < n; i++) {
                TileKernel.wanted(products, 0, Float.NEGATIVE_INFINITY, packed, 0);
            }
        }, i -> TileKernel.wanted(products, 0, i % 2, packed, 0), KernelDrill.FEW);
        KernelDrill norm = new KernelDrill(n -> {
            for (int i = 0; i < n; i++) {
                TileKernel.squaredNorm(rows, 0, 0);
            }
        }, i -> TileKernel.squaredNorm(rows, 0, 4 * DIMENSION), KernelDrill.FEW);
        return List.of(dots, wanted, norm);
    }
}
