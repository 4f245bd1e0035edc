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

    /// Opens a database that must be there.
    Database openExisting() {
        return Kith.open(folder, options().withCreateIfMissing(false));
    }

    private Options options() {
        return keyFile == null
                ? Options.defaults()
                : Options.defaults().withSafety(Safety.defaults().withKeys(KeyFile.read(keyFile)));
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
