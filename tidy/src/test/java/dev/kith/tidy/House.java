package dev.kith.tidy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The modules of the house, what each may import, and where their classes and sources lie.
final class House {
    static final Path ROOT = root();

    /// Which modules each module's main code may import. Imports run down only; neighbours on one floor are strangers.
    static final Map<String, Set<String>> MAY_IMPORT = mayImport();

    private House() {}

    private static Map<String, Set<String>> mayImport() {
        Map<String, Set<String>> may = new LinkedHashMap<>();
        may.put("vector-core", Set.of());
        may.put("vector-files", Set.of());
        may.put("storage-mmap", Set.of("vector-core"));
        may.put("index-hnsw", Set.of("vector-core"));
        may.put("index-ivfpq", Set.of("vector-core"));
        may.put("gpu-bridge", Set.of("vector-core"));
        may.put("lucene-codec", Set.of("vector-core", "storage-mmap", "index-hnsw", "index-ivfpq"));
        may.put("database", Set.of("vector-core", "storage-mmap", "index-hnsw", "index-ivfpq", "lucene-codec"));
        may.put("integrations/documents", Set.of("vector-core", "database"));
        may.put("integrations/langchain4j", Set.of("vector-core", "database", "integrations/documents"));
        may.put("integrations/micrometer", Set.of("database"));
        may.put("integrations/quality", Set.of("vector-core", "database"));
        may.put("integrations/spring-ai", Set.of("vector-core", "database", "integrations/documents"));
        may.put("integrations/spring-boot-starter", Set.of("database", "integrations/documents", "integrations/micrometer",
                "integrations/spring-ai"));
        may.put("integrations/spring-boot-example", Set.of());
        may.put("cli",
                Set.of("vector-core", "storage-mmap", "index-hnsw", "index-ivfpq", "lucene-codec", "database", "gpu-bridge",
                        "integrations/quality", "vector-files"));
        may.put("examples", may.get("cli"));
        Set<String> measured = new HashSet<>(may.get("cli"));
        measured.add("integrations/micrometer");
        may.put("benchmarks", measured);
        may.put("torture", may.get("cli"));
        return may;
    }

    /// The compiled main classes of every module, by module.
    static Map<String, JavaClasses> classes() {
        Map<String, JavaClasses> all = new LinkedHashMap<>();
        for (String module : MAY_IMPORT.keySet()) {
            Path folder = ROOT.resolve(module).resolve("target/classes");
            if (Files.isDirectory(folder)) {
                all.put(module, new ClassFileImporter().importPath(folder));
            }
        }
        return all;
    }

    /// Every Java file below a module's `kind` source folder (`main` or `test`).
    static List<Path> sources(String module, String kind) {
        Path folder = ROOT.resolve(module).resolve("src/" + kind + "/java");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return new ArrayList<>(walk.filter(p -> p.toString().endsWith(".java")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("vector-core/pom.xml"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("not below the project's root: " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }
}
