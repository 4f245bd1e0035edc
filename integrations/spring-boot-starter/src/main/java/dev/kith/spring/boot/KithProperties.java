package dev.kith.spring.boot;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings `spring.ai.vectorstore.kith.*`; each is described in `META-INF/spring-configuration-metadata.json`.
///
/// @param path folder of the database
/// @param collectionName collection of the vector store
/// @param dimensions components of each embedding; 0 takes those of the first
/// @param modelName name of the embedding model; recorded, and any other refused
/// @param hybrid whether the words of a query count besides its meaning
/// @param slowSearch searches that take at least so long are logged; 0 logs none
/// @param durability when a write is acknowledged
@ConfigurationProperties("spring.ai.vectorstore.kith")
public record KithProperties(@DefaultValue("kith-data") Path path, @DefaultValue("vector_store") String collectionName,
        @DefaultValue("0") int dimensions, @Nullable String modelName, @DefaultValue("false") boolean hybrid,
        @DefaultValue("0s") Duration slowSearch, @DefaultValue("sync") Mode durability) {
    /// When a write is acknowledged.
    public enum Mode {
        /// When it was forced to the disk.
        SYNC,
        /// When the system has it; it is forced soon after. A power cut may take the newest writes.
        GROUP,
        /// When the system has it. A power cut may take recent writes; a killed process takes none.
        OS_BUFFERED
    }
}
