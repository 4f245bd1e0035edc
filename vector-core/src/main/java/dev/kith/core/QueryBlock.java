package dev.kith.core;

/// A query as kernels want it. Kernels sum in [#LANES] lanes whatever the width of the machine: component `i` below the last
/// whole block goes to lane `i % LANES`; the components after it go to the last lanes, by a load that overlaps the block
/// before. Every kernel then adds the lanes in one fixed order ([#sum(float[])]), so that a distance has the same bits from
/// the scalar and from every SIMD kernel, before and after warm-up.
final class QueryBlock {
    /// Lanes of every sum.
    static final int LANES = 16;

    final float[] components;
    /// The last [#LANES] components with those before the tail set to zero; what the overlapping load is multiplied by.
    final float[] tail = new float[LANES];
    /// One in the lanes of the tail, zero before.
    final float[] tailMask = new float[LANES];
    /// Components in whole blocks.
    final int whole;

    QueryBlock(int dimension) {
        this.components = new float[Math.max(LANES, dimension)];
        this.dimension = dimension;
        this.whole = dimension & -LANES;
        for (int i = LANES - (dimension - whole); i < LANES; i++) {
            tailMask[dimension < LANES ? i - (LANES - dimension) : i] = 1;
        }
    }

    final int dimension;

    /// Takes over what is in [#components].
    void set() {
        if (whole == dimension) {
            return;
        }
        if (dimension < LANES) {
            System.arraycopy(components, 0, tail, 0, dimension);
            return;
        }
        System.arraycopy(components, dimension - LANES, tail, 0, LANES);
        for (int i = 0; i < LANES; i++) {
            tail[i] *= tailMask[i];
        }
    }

    /// Where the overlapping load of the tail begins.
    int tailStart() {
        return Math.max(0, dimension - LANES);
    }

    /// Adds [#LANES] lanes in the one order: within four neighbours, then across.
    static float sum(float[] x) {
        return sum(x, 0);
    }

    /// Adds the lanes `x[at ..< at + LANES]`, as [#sum(float[])].
    static float sum(float[] x, int at) {
        float a = (x[at] + x[at + 1]) + (x[at + 2] + x[at + 3]);
        float b = (x[at + 4] + x[at + 5]) + (x[at + 6] + x[at + 7]);
        float c = (x[at + 8] + x[at + 9]) + (x[at + 10] + x[at + 11]);
        float d = (x[at + 12] + x[at + 13]) + (x[at + 14] + x[at + 15]);
        return (a + c) + (b + d);
    }
}
