package dev.kith.cli;

import dev.kith.Database;
import dev.kith.FieldType;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Safety;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.TextAnalysis;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a collection, and the database if there is none.")
final class CreateCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Option(names = {"-d",
            "--db"}, paramLabel = "FOLDER", required = true, description = "Folder of the database.") Path folder;
    @Parameters(paramLabel = "NAME", description = "Name of the collection.") String name;
    @Option(names = "--vector", required = true, paramLabel = "NAME:DIMENSION:METRIC[:ENCODING]", description = "A vector field; the metric is cosine, ip or l2, components are kept as float32 (default), float16, bfloat16 or int8. May be given several times.") List<String> vectors = List
            .of();
    @Option(names = "--field", paramLabel = "NAME:TYPE", description = "A metadata field; keyword, integer, long, float, double, boolean, instant, uuid or geo_point, with [] for a list.") List<String> fields = List
            .of();
    @Option(names = "--text", paramLabel = "NAME[:ANALYSIS]", description = "A text field for BM25; standard (default), english, german or cjk.") List<String> texts = List
            .of();

    @Option(names = "--key-file", paramLabel = "FILE", description = "Encrypts the database: 32 bytes or 64 hexadecimal digits.")
    @Nullable Path keyFile;
    @Option(names = "--model", paramLabel = "NAME=MODEL", description = "Records the embedding model of a vector field; vectors of another are refused.") Map<String, String> models = Map
            .of();
    @Option(names = "--sparse", paramLabel = "NAME", description = "A sparse vector field.") List<String> sparse = List.of();
    @Option(names = "--multi", paramLabel = "NAME:DIMENSION:METRIC", description = "A field of several vectors for one record; cosine or ip.") List<String> multi = List
            .of();
    @Option(names = "--dynamic", description = "Fields that are not declared are added when a record brings them.") boolean dynamic;
    @Option(names = "--expire-after", paramLabel = "FIELD=TIME", description = "Records end that long after the instant in the field, such as seen=PT24H.")
    @Nullable String expireAfter;

    @Override
    public Integer call() {
        Schema.Builder schema = Schema.builder();
        for (String vector : vectors) {
            boolean encoded = vector.chars().filter(c -> c == ':').count() == 3;
            String[] parts = parts(vector, encoded ? 4 : 3, "--vector NAME:DIMENSION:METRIC[:ENCODING]");
            schema.add(VectorField.of(parts[0], dimension(parts[1]), metric(parts[2])).withModel(models.get(parts[0]))
                    .withEncoding(encoded ? choice(VectorEncoding.class, parts[3]) : VectorEncoding.FLOAT32));
        }
        for (String field : models.keySet()) {
            if (vectors.stream().noneMatch(v -> v.startsWith(field + ":"))) {
                throw new IllegalArgumentException("--model: '" + field + "' is not a vector field, expected one of " + vectors);
            }
        }
        for (String field : fields) {
            String[] parts = parts(field, 2, "--field NAME:TYPE");
            boolean list = parts[1].endsWith("[]");
            schema.add(new ScalarField(parts[0], type(list ? parts[1].substring(0, parts[1].length() - 2) : parts[1]), list));
        }
        for (String text : texts) {
            String[] parts = text.split(":", 2);
            schema.text(parts[0], parts.length == 1 ? TextAnalysis.STANDARD : choice(TextAnalysis.class, parts[1]));
        }
        sparse.forEach(schema::sparseVector);
        for (String several : multi) {
            String[] parts = parts(several, 3, "--multi NAME:DIMENSION:METRIC");
            schema.multiVector(parts[0], dimension(parts[1]), metric(parts[2]));
        }
        if (dynamic) {
            schema.dynamic();
        }
        if (expireAfter != null) {
            expire(schema, expireAfter);
        }
        Options options = keyFile == null
                ? Options.defaults()
                : Options.defaults().withSafety(Safety.defaults().withKeys(KeyFile.read(keyFile)));
        try (Database database = Kith.open(folder, options)) {
            database.createCollection(name, schema.build());
        }
        spec.commandLine().getOut().println("made collection " + name + " in " + folder);
        return 0;
    }

    private static void expire(Schema.Builder schema, String text) {
        int equals = text.indexOf('=');
        try {
            schema.expireAfter(text.substring(0, Math.max(0, equals)), Duration.parse(text.substring(equals + 1)));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected --expire-after FIELD=TIME such as seen=PT24H, found '" + text + "'", e);
        }
    }

    private static String[] parts(String text, int count, String form) {
        String[] parts = text.split(":");
        if (parts.length != count) {
            throw new IllegalArgumentException("expected " + form + ", found '" + text + "'");
        }
        return parts;
    }

    private static int dimension(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a dimension, found '" + text + "'", e);
        }
    }

    static Metric metric(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "cosine" -> Metric.COSINE;
            case "ip", "dot", "inner_product" -> Metric.INNER_PRODUCT;
            case "l2", "squared_l2" -> Metric.SQUARED_L2;
            default -> throw new IllegalArgumentException("expected a metric, cosine, ip or l2, found '" + text + "'");
        };
    }

    private static FieldType type(String text) {
        return choice(FieldType.class, text);
    }

    private static <E extends Enum<E>> E choice(Class<E> kind, String text) {
        for (E constant : kind.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "expected one of " + List.of(kind.getEnumConstants()).toString().toLowerCase(Locale.ROOT) + ", found '" + text
                        + "'");
    }
}
