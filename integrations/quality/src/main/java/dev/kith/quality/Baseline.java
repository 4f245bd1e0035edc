package dev.kith.quality;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What vectors were like at one time, small enough for a file: a sample of them projected onto random directions, and of their
/// lengths. New vectors are compared by the two-sample test of Kolmogorov and Smirnov in each direction, which notices a
/// model, a preprocessing or a topic that has changed. Immutable. The file is described in `docs/format/baseline.md`.
public final class Baseline {
    /// Random directions.
    public static final int DIRECTIONS = 16;
    /// Vectors a sample keeps.
    public static final int SAMPLE = 2_000;
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private final int dimension;
    private final long seed;
    private final long count;
    private final double[][] samples; // (DIRECTIONS + 1, sampled), each sorted; the last are the lengths

    private Baseline(int dimension, long seed, long count, double[][] samples) {
        this.dimension = dimension;
        this.seed = seed;
        this.count = count;
        this.samples = samples;
    }

    /// The baseline of some vectors.
    ///
    /// @param vectors all of one dimension; closed when done
    /// @param seed of the sample and of the directions
    /// @throws IllegalArgumentException if there are fewer than 50 vectors, or of several dimensions
    public static Baseline of(Stream<float[]> vectors, long seed) {
        Random random = new Random(seed);
        List<float[]> sample = new ArrayList<>();
        long[] seen = new long[1];
        try (vectors) {
            vectors.forEach(vector -> {
                seen[0]++;
                if (sample.size() < SAMPLE) {
                    sample.add(vector);
                } else {
                    long place = random.nextLong(seen[0]);
                    if (place < SAMPLE) {
                        sample.set((int) place, vector);
                    }
                }
            });
        }
        if (sample.size() < 50) {
            throw new IllegalArgumentException("a baseline needs at least 50 vectors, found " + sample.size());
        }
        int dimension = sample.getFirst().length;
        return new Baseline(dimension, seed, seen[0], project(sample, dimension, seed));
    }

    private static double[][] project(List<float[]> sample, int dimension, long seed) {
        double[][] projected = new double[DIRECTIONS + 1][sample.size()];
        for (int s = 0; s < sample.size(); s++) {
            float[] vector = sample.get(s);
            if (vector.length != dimension) {
                throw new IllegalArgumentException("expected vectors of dimension " + dimension + ", found " + vector.length);
            }
            double squares = 0;
            for (float component : vector) {
                squares += (double) component * component;
            }
            projected[DIRECTIONS][s] = Math.sqrt(squares);
        }
        for (int d = 0; d < DIRECTIONS; d++) {
            Random random = new Random(seed * 31 + d + 1);
            double[] direction = new double[dimension];
            Arrays.setAll(direction, _ -> random.nextGaussian());
            for (int s = 0; s < sample.size(); s++) {
                double dot = 0;
                for (int i = 0; i < dimension; i++) {
                    dot += direction[i] * sample.get(s)[i];
                }
                double norm = projected[DIRECTIONS][s];
                projected[d][s] = norm == 0 ? 0 : dot / norm;
            }
        }
        for (double[] values : projected) {
            Arrays.sort(values);
        }
        return projected;
    }

    /// Components of each vector.
    public int dimension() {
        return dimension;
    }

    /// How many vectors it was made of.
    public long count() {
        return count;
    }

    /// Compares other vectors with those of this baseline.
    ///
    /// @param vectors at least 50, of the same dimension; closed when done
    public DriftReport compare(Stream<float[]> vectors) {
        return compare(of(vectors, seed));
    }

    /// Compares another baseline, made with the same seed, with this one.
    public DriftReport compare(Baseline other) {
        if (other.dimension != dimension || other.seed != seed) {
            throw new IllegalArgumentException("expected dimension " + dimension + " and seed " + seed + ", found dimension "
                    + other.dimension + " and seed " + other.seed);
        }
        double worst = 0;
        for (int d = 0; d < DIRECTIONS; d++) {
            worst = Math.max(worst, distance(samples[d], other.samples[d]));
        }
        double lengths = distance(samples[DIRECTIONS], other.samples[DIRECTIONS]);
        double effective = (double) samples[0].length * other.samples[0].length / (samples[0].length + other.samples[0].length);
        return new DriftReport(count, other.count, worst, Math.min(1, DIRECTIONS * probability(worst, effective)), lengths,
                probability(lengths, effective));
    }

    /// The greatest distance of the two empirical distributions of sorted values.
    private static double distance(double[] a, double[] b) {
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            double value = Math.min(a[i], b[j]);
            while (i < a.length && same(a[i], value)) {
                i++;
            }
            while (j < b.length && same(b[j], value)) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        return greatest;
    }

    /// Lengths of normalized vectors differ by rounding only, which is no drift.
    private static boolean same(double a, double value) {
        return a <= value + 1e-6 * Math.abs(value);
    }

    /// How probable a distance so great is if nothing changed (Stephens, "Use of the Kolmogorov-Smirnov, Cramer-von Mises and
    /// Related Statistics Without Extensive Tables", 1970).
    private static double probability(double distance, double effective) {
        double root = Math.sqrt(effective);
        double lambda = (root + 0.12 + 0.11 / root) * distance;
        if (lambda < 0.2) {
            return 1;
        }
        double sum = 0;
        for (int j = 1; j <= 100; j++) {
            sum += (j % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * j * j * lambda * lambda);
        }
        return Math.clamp(sum, 0, 1);
    }

    /// Writes the baseline to a file, replacing it.
    public void save(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (JsonGenerator json = JSON.createGenerator(Files.newBufferedWriter(fresh))) {
            json.writeStartObject();
            json.writeStringField("kith", "baseline");
            json.writeNumberField("version", VERSION);
            json.writeNumberField("dimension", dimension);
            json.writeNumberField("seed", seed);
            json.writeNumberField("count", count);
            json.writeArrayFieldStart("samples");
            for (double[] values : samples) {
                json.writeArray(values, 0, values.length);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        Files.move(fresh, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /// Reads a baseline from a file.
    ///
    /// @throws IOException if it cannot be read or is not a baseline; the message names the file and what was expected
    public static Baseline load(Path file) throws IOException {
        try (JsonParser json = JSON.createParser(Files.newBufferedReader(file))) {
            long[] numbers = new long[4]; // version, dimension, seed, count
            List<double[]> samples = new ArrayList<>();
            boolean baseline = false;
            expect(json.nextToken() == JsonToken.START_OBJECT, file, "a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "kith" -> baseline = "baseline".equals(json.getText());
                    case "version" -> numbers[0] = json.getLongValue();
                    case "dimension" -> numbers[1] = json.getLongValue();
                    case "seed" -> numbers[2] = json.getLongValue();
                    case "count" -> numbers[3] = json.getLongValue();
                    case "samples" -> readSamples(json, file, samples);
                    default -> throw new IOException(file + ": unknown member '" + name + "'");
                }
            }
            expect(baseline, file, "\"kith\": \"baseline\"");
            expect(numbers[0] == VERSION, file, "version " + VERSION);
            expect(numbers[1] >= 1 && numbers[1] <= dev.kith.Limits.MAX_DIMENSION, file, "a dimension");
            expect(samples.size() == DIRECTIONS + 1, file, DIRECTIONS + 1 + " samples");
            int sampled = samples.getFirst().length;
            expect(sampled >= 50 && samples.stream().allMatch(s -> s.length == sampled && sorted(s)), file,
                    "sorted samples of one size, at least 50");
            return new Baseline((int) numbers[1], numbers[2], numbers[3], samples.toArray(double[][]::new));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    private static void readSamples(JsonParser json, Path file, List<double[]> samples) throws IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, file, "an array of samples");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken() == JsonToken.START_ARRAY, file, "an array of numbers");
            double[] values = new double[SAMPLE];
            int count = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                expect(count < SAMPLE && json.currentToken() != null && json.currentToken().isNumeric(), file,
                        "at most " + SAMPLE + " numbers");
                values[count++] = json.getDoubleValue();
            }
            samples.add(Arrays.copyOf(values, count));
            expect(samples.size() <= DIRECTIONS + 1, file, DIRECTIONS + 1 + " samples");
        }
    }

    private static boolean sorted(double[] values) {
        for (int i = 1; i < values.length; i++) {
            if (!(values[i - 1] <= values[i])) {
                return false;
            }
        }
        return true;
    }

    private static void expect(boolean right, Path file, String expected) throws IOException {
        if (!right) {
            throw new IOException(file + ": not a baseline: expected " + expected);
        }
    }
}
