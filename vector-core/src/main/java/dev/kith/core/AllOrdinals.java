package dev.kith.core;

/// Every ordinal below `size`.
record AllOrdinals(int size) implements AcceptOrdinals {
    @Override
    public boolean accepts(int ordinal) {
        return ordinal < size;
    }

    @Override
    public int cardinality() {
        return size;
    }

    @Override
    public int next(int from, int[] target) {
        int n = Math.max(0, Math.min(target.length, size - from));
        for (int i = 0; i < n; i++) {
            target[i] = from + i;
        }
        return n;
    }
}
