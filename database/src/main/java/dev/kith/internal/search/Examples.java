package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.InvalidQueryException;
import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.Metric;
import dev.kith.internal.model.RecordCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes one query vector of the examples of a clause.
final class Examples {
    private Examples() {}

    /// Gives whole records.
    interface Records {
        List<Record> get(List<String> ids) throws IOException;
    }

    /// The ids that are examples.
    static Set<String> ids(Clause.Like like) {
        Set<String> ids = new HashSet<>();
        for (List<Clause.Example> side : List.of(like.positive(), like.negative())) {
            for (Clause.Example example : side) {
                if (example instanceof Clause.Example.ById(String id)) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    /// The target.
    ///
    /// @throws InvalidQueryException if an example is not there or has no vector in the field, or the target has no direction
    static float[] target(Clause.Like like, VectorField field, Records records) throws IOException {
        Map<String, Record> stored = new HashMap<>();
        records.get(new ArrayList<>(ids(like))).forEach(r -> stored.put(r.id(), r));
        if (like.negative().isEmpty() && like.positive().size() == 1) {
            return vector(like.positive().getFirst(), field, stored).toFloats();
        }
        double[] target = mean(like.positive(), field, stored);
        if (!like.negative().isEmpty()) {
            double[] away = mean(like.negative(), field, stored);
            for (int i = 0; i < target.length; i++) {
                target[i] += target[i] - away[i];
            }
        }
        float[] floats = new float[target.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) target[i];
        }
        RecordCheck.checkComponents(field, VectorValue.of(floats), (e, f) -> new InvalidQueryException(field.name(), e, f));
        return floats;
    }

    private static double[] mean(List<Clause.Example> examples, VectorField field, Map<String, Record> stored) {
        double[] mean = new double[field.dimension()];
        for (Clause.Example example : examples) {
            float[] vector = vector(example, field, stored).toFloats();
            double norm = 1;
            if (field.metric() == Metric.COSINE) {
                double squares = 0;
                for (float x : vector) {
                    squares += (double) x * x;
                }
                norm = Math.sqrt(squares);
            }
            for (int i = 0; i < mean.length; i++) {
                mean[i] += vector[i] / norm / examples.size();
            }
        }
        return mean;
    }

    private static VectorValue vector(Clause.Example example, VectorField field, Map<String, Record> stored) {
        return switch (example) {
            case Clause.Example.ByVector(VectorValue vector) -> vector;
            case Clause.Example.ById(String id) -> {
                Record record = stored.get(id);
                if (record == null) {
                    throw new InvalidQueryException(field.name(), "the id of a stored record as example", "'" + id + "'");
                }
                VectorValue vector = record.vectors().get(field.name());
                if (vector == null) {
                    throw new InvalidQueryException(field.name(), "an example with a vector in this field",
                            "record '" + id + "', which has none");
                }
                yield vector;
            }
        };
    }
}
