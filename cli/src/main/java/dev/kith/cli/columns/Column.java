package dev.kith.cli.columns;

import dev.kith.GeoPoint;
import dev.kith.MultiVector;
import dev.kith.SparseVector;
import dev.kith.VectorValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One column of a columnar file; any of its values may be missing, unless the column is required.
///
/// @param name of the column
/// @param kind what a value is, or the innermost element of lists
/// @param depth how many lists a value is in: 0, 1 or 2
/// @param size elements of each list of depth 1, where all have as many; else 0
/// @param required whether every record has a value
public record Column(String name, Kind kind, int depth, int size, boolean required) {
    /// What a value is.
    public enum Kind {
        /// A `String`.
        TEXT,
        /// A number of 8 bits.
        INT8,
        /// An `Integer`.
        INT32,
        /// A `Long`.
        INT64,
        /// A `Float`.
        FLOAT32,
        /// A `Double`.
        FLOAT64,
        /// A `Boolean`.
        BOOLEAN,
        /// An `Instant`, kept in nanoseconds.
        INSTANT,
        /// A [GeoPoint], as a group of `lat` and `lon`.
        POINT,
        /// A `Map` from `Integer` to `Float`.
        WEIGHTS
    }

    /// A column of single values.
    public static Column of(String name, Kind kind) {
        return new Column(name, kind, 0, 0, false);
    }

    /// This column, of lists.
    public Column list() {
        return new Column(name, kind, depth + 1, size, required);
    }

    /// A field's value as the columns take it: vectors as `float[]` or `byte[]`, several as a list of these, weights as a `Map`.
    public static Object plain(Object value) {
        return switch (value) {
            case VectorValue.Floats floats -> floats.toFloats();
            case VectorValue.Bytes bytes -> bytes.toBytes();
            case MultiVector multi -> {
                List<float[]> vectors = new ArrayList<>(multi.count());
                for (int i = 0; i < multi.count(); i++) {
                    vectors.add(multi.vector(i));
                }
                yield vectors;
            }
            case SparseVector sparse -> {
                Map<Integer, Float> weights = new LinkedHashMap<>();
                for (int i = 0; i < sparse.size(); i++) {
                    weights.put(sparse.index(i), sparse.weight(i));
                }
                yield weights;
            }
            default -> value;
        };
    }
}
