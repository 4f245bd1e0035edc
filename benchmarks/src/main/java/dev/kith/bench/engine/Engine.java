package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.List;

/// One engine in one named configuration. The same index serves the rows for speed, build time and memory. Stateless.
public interface Engine {
    /// The name in tables and on the command line.
    String name();

    /// Version and configuration, for the report.
    String description(BuildParameters parameters);

    /// Whether the engine knows the metric.
    boolean supports(Metric metric);

    /// Whether the engine can be asked this filter.
    default boolean filters(AcceptSet accept) {
        return true;
    }

    /// Settings from fast to accurate.
    List<SearchSetting> sweep(int k);

    /// JVM options this engine needs beside the common ones.
    default List<String> jvmOptions() {
        return List.of();
    }

    /// What names the index in the cache beside the data set: engines that share an index give one name.
    default String indexName() {
        return name();
    }

    /// What must be equal for a cached index to be taken up; ours carry a fingerprint of the code that builds and reads them.
    default String revision() {
        return indexName();
    }

    /// Whether a search reads the vectors from the set's own file, which then counts as part of the index.
    default boolean searchesSetFile() {
        return false;
    }

    /// Builds the index into an empty folder.
    void build(VectorSet set, BuildParameters parameters, Path folder) throws Exception;

    /// Opens what [#build] left. Engines without files load here.
    OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws Exception;
}
