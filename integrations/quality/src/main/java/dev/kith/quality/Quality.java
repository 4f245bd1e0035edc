package dev.kith.quality;

import dev.kith.Collection;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.InvalidQueryException;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.VectorEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/// Looks for what is wrong with the vectors of a collection: duplicates, near-duplicates, zero vectors, vectors that are not of
/// length 1, components that never change, and outliers. Reads every vector once or twice, in eight bytes of memory a
/// record besides the sample.
public final class Quality {
    private static final double UNIT_SLACK = 1e-3;
    private static final double DEVIATIONS = 8;
    private static final Projection VECTORS = new Projection(List.of(), false, true);

    private final Collection collection;
    private final String field;
    private final QualityOptions options;
    private final int dimension;
    private final float[] low;
    private final float[] high;
    private final List<Sampled> sample = new ArrayList<>();
    private final Random random;
    private long[] hashes = new long[1 << 10];
    private int records;
    private long missing;
    private long zero;
    private long notUnit;
    private double normSum;
    private double least = Double.POSITIVE_INFINITY;
    private double greatest = -1;
    private String leastId = "";
    private String greatestId = "";

    private record Sampled(String id, VectorValue vector) {}

    private Quality(Collection collection, VectorField field, QualityOptions options) {
        this.collection = collection;
        this.field = field.name();
        this.options = options;
        this.dimension = field.dimension();
        this.low = new float[dimension];
        this.high = new float[dimension];
        this.random = new Random(options.seed());
    }

    /// Looks at one vector field.
    ///
    /// @throws InvalidQueryException if there is no such vector field
    public static QualityReport report(Collection collection, String field, QualityOptions options) {
        if (!(collection.schema().field(field) instanceof VectorField vectors)) {
            throw new InvalidQueryException("field", "a vector field of collection " + collection.name(), field);
        }
        return new Quality(collection, vectors, options).run();
    }

    private QualityReport run() {
        try (Stream<Record> all = collection.scan(Filter.all(), VECTORS)) {
            all.forEach(this::look);
        }
        QualityReport.Norms norms = records == 0
                ? new QualityReport.Norms(0, 0, 0, 0, 0, "", "")
                : new QualityReport.Norms(zero, notUnit, least, normSum / records, greatest, leastId, greatestId);
        List<Integer> constant = new ArrayList<>();
        for (int i = 0; i < dimension && records > 1; i++) {
            if (low[i] == high[i]) {
                constant.add(i);
            }
        }
        return new QualityReport(field, dimension, records, missing, norms, duplicates(), neighbours(), constant);
    }

    private void look(Record record) {
        VectorValue value = record.vectors().get(field);
        if (value == null) {
            missing++;
            return;
        }
        float[] vector = value.toFloats();
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            squares += (double) vector[i] * vector[i];
            low[i] = records == 0 ? vector[i] : Math.min(low[i], vector[i]);
            high[i] = records == 0 ? vector[i] : Math.max(high[i], vector[i]);
        }
        lengths(record.id(), Math.sqrt(squares));
        if (records == hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.addExact(hashes.length, hashes.length / 2));
        }
        hashes[records++] = hash(vector);
        if (sample.size() < options.sample()) { // Vitter's algorithm R
            sample.add(new Sampled(record.id(), value));
        } else {
            int place = random.nextInt(records);
            if (place < options.sample()) {
                sample.set(place, new Sampled(record.id(), value));
            }
        }
    }

    private void lengths(String id, double norm) {
        normSum += norm;
        zero += norm == 0 ? 1 : 0;
        notUnit += Math.abs(norm - 1) > UNIT_SLACK ? 1 : 0;
        if (norm < least) {
            least = norm;
            leastId = id;
        }
        if (norm > greatest) {
            greatest = norm;
            greatestId = id;
        }
    }

    private static long hash(float[] vector) {
        long hash = vector.length;
        for (float component : vector) {
            hash = (hash ^ Float.floatToRawIntBits(component)) * 0x9E3779B97F4A7C15L; // the golden ratio, as Fibonacci hashing has it
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private QualityReport.Duplicates duplicates() {
        long[] sorted = Arrays.copyOf(hashes, records);
        Arrays.sort(sorted);
        long groups = 0;
        long members = 0;
        Map<Long, List<String>> named = new LinkedHashMap<>();
        for (int i = 0; i < sorted.length;) {
            int end = i + 1;
            while (end < sorted.length && sorted[end] == sorted[i]) {
                end++;
            }
            if (end - i > 1) {
                groups++;
                members += end - i;
                if (named.size() < options.examples()) {
                    named.put(sorted[i], new ArrayList<>());
                }
            }
            i = end;
        }
        if (!named.isEmpty()) {
            try (Stream<Record> all = collection.scan(Filter.all(), VECTORS)) {
                all.forEach(record -> name(named, record));
            }
        }
        return new QualityReport.Duplicates(groups, members, List.copyOf(named.values()));
    }

    private void name(Map<Long, List<String>> named, Record record) {
        float[] vector = record.vector(field);
        List<String> group = vector == null ? null : named.get(hash(vector));
        if (group != null && group.size() < Math.max(2, options.examples())) {
            group.add(record.id());
        }
    }

    private record Nearest(String id, double distance) {}

    private QualityReport.Neighbours neighbours() {
        List<Nearest> distances = new ArrayList<>();
        List<List<String>> near = new ArrayList<>();
        int nearCount = 0;
        for (Sampled one : sample) {
            double best = Double.NEGATIVE_INFINITY;
            String bestId = null;
            for (Hit hit : collection.search(query(one.vector()).k(20).withVectors())) {
                VectorValue other = Objects.requireNonNull(hit.vectors().get(field));
                if (!hit.id().equals(one.id()) && !other.equals(one.vector())) {
                    double cosine = cosine(one.vector().toFloats(), other.toFloats());
                    if (cosine > best) {
                        best = cosine;
                        bestId = hit.id();
                    }
                }
            }
            if (bestId == null) {
                continue; // alone, or only equal ones around
            }
            distances.add(new Nearest(one.id(), 1 - best));
            if (best >= options.nearCosine()) {
                nearCount++;
                if (near.size() < options.examples()) {
                    near.add(List.of(one.id(), bestId));
                }
            }
        }
        List<Nearest> outliers = outliers(distances);
        return new QualityReport.Neighbours(sample.size(), nearCount, near, outliers.size(),
                outliers.stream().limit(options.examples()).map(Nearest::id).toList());
    }

    private Query query(VectorValue vector) {
        return collection.schema().field(field) instanceof VectorField f && f.encoding() == VectorEncoding.INT8
                ? Query.nearest(field, ((VectorValue.Bytes) vector).toBytes())
                : Query.nearest(field, vector.toFloats());
    }

    /// The median and the median absolute deviation do not mind outliers themselves (Hampel, "The Influence Curve and its Role
    /// in Robust Estimation", 1974).
    private static List<Nearest> outliers(List<Nearest> distances) {
        if (distances.size() < 10) {
            return List.of();
        }
        double median = median(distances.stream().mapToDouble(Nearest::distance).toArray());
        double deviation = median(distances.stream().mapToDouble(n -> Math.abs(n.distance() - median)).toArray());
        double bound = median + DEVIATIONS * Math.max(deviation, 1e-9);
        return distances.stream().filter(n -> n.distance() > bound)
                .sorted(Comparator.comparingDouble(Nearest::distance).reversed())
                .toList();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
    }
}
