package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Safety;
import dev.kith.VectorField;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which database and collection a command works on.
public final class Target {
    @Option(names = {"-d",
            "--db"}, paramLabel = "FOLDER", defaultValue = ".kith/demo", description = "Folder of the database; default ${DEFAULT-VALUE}, where the demo leaves one.") Path folder = Path
                    .of(".kith/demo");

    @Option(names = {"-c",
            "--collection"}, paramLabel = "NAME", description = "Collection; may be left out if there is only one.")
    @Nullable String collection;

    @Option(names = "--key-file", paramLabel = "FILE", description = "The key of an encrypted database: 32 bytes or 64 hexadecimal digits.")
    @Nullable Path keyFile;

    @Option(names = "--memory", paramLabel = "SIZE", description = "What the database may take in memory, on and off the heap, such as 512m or 2g; import takes at most as much as the heap.")
    @Nullable String memory;

    /// Opens a database that must be there, to take no more memory than the heap is large, or than was said.
    Database openWithinHeap() {
        long heap = Math.max(Options.LEAST_MEMORY_BYTES, Runtime.getRuntime().maxMemory());
        return Kith.open(folder, (memory == null ? options().withMemoryBytes(heap) : options()).withCreateIfMissing(false));
    }

    private static long bytes(String size) {
        int unit = "kmg".indexOf(Character.toLowerCase(size.isEmpty() ? ' ' : size.charAt(size.length() - 1)));
        try {
            return Math.multiplyExact(Long.parseLong(unit < 0 ? size : size.substring(0, size.length() - 1)),
                    1L << 10 * (unit + 1));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("--memory: expected a size such as 512m or 2g, found '" + size + "'", e);
        }
    }

    /// Opens a database that must be there.
    Database openExisting() {
        return Kith.open(folder, options().withCreateIfMissing(false));
    }

    private Options options() {
        Options options = memory == null ? Options.defaults() : Options.defaults().withMemoryBytes(bytes(memory));
        return keyFile == null ? options : options.withSafety(Safety.defaults().withKeys(KeyFile.read(keyFile)));
    }

    /// The vector field that was named, or the only one.
    String vectorField(Collection of, @Nullable String name) {
        List<VectorField> fields = of.schema().vectorFields();
        if (name == null && fields.size() != 1) {
            throw new IllegalArgumentException("name a vector field with --field: " + of.name() + " has "
                    + fields.stream().map(VectorField::name).toList());
        }
        return name == null ? fields.getFirst().name() : name;
    }

    /// The collection that was named, or the only one.
    Collection in(Database database) {
        if (collection != null) {
            return database.collection(collection);
        }
        List<String> names = database.collections();
        if (names.size() != 1) {
            throw new IllegalArgumentException(
                    "name a collection with --collection: " + folder + " has " + names.size() + " " + names);
        }
        return database.collection(names.getFirst());
    }
}
