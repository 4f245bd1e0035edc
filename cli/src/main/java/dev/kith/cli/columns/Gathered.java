package dev.kith.cli.columns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The elements of one list while it is read: a `float[]` as long as all are floats, a `List` from the first other one on.
final class Gathered implements Sink {
    private float[] floats = new float[16];
    private int count;
    private @Nullable List<@Nullable Object> objects;

    void clear() {
        count = 0;
        objects = null;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return objects == null ? count : objects.size();
    }

    @Override
    public void addFloat(float value) {
        if (objects != null) {
            objects.add(value);
            return;
        }
        if (count == floats.length) {
            floats = Arrays.copyOf(floats, 2 * count);
        }
        floats[count++] = value;
    }

    @Override
    public void add(@Nullable Object value) {
        if (objects == null) {
            objects = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                objects.add(floats[i]);
            }
        }
        objects.add(value);
    }

    /// The list; an empty one is a `List`.
    Object take() {
        Object taken = objects != null ? objects : count == 0 ? List.of() : Arrays.copyOf(floats, count);
        clear();
        return taken;
    }
}
