package dev.kith.spring.boot;

import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Kith;
import dev.kith.Observation;
import dev.kith.Observer;
import dev.kith.Options;
import dev.kith.micrometer.KithMetrics;
import dev.kith.spring.KithVectorStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.TokenCountBatchingStrategy;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationConvention;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Makes the database, the vector store, and where the application has them a health indicator and meters. Each steps back
/// before a bean of the application's own; all of it before `spring.ai.vectorstore.type` with another value than `kith`.
///
/// | bean | if | what |
/// |---|---|---|
/// | `kithDatabase` | no other [Database] | the database in `spring.ai.vectorstore.kith.path`, told to any [Observer] beans; closed with the context |
/// | `vectorStore` | an [EmbeddingModel], no other [KithVectorStore] | the store |
/// | `kithMetrics` | a [MeterRegistry] | [KithMetrics] |
/// | `kithHealthIndicator` | Spring Boot's health | DOWN if a collection takes no writes |
@AutoConfiguration(afterName = {
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration",
        "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"}, beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({KithVectorStore.class, EmbeddingModel.class})
@ConditionalOnProperty(name = "spring.ai.vectorstore.type", havingValue = "kith", matchIfMissing = true)
@EnableConfigurationProperties(KithProperties.class)
public class KithAutoConfiguration {
    /// For Spring.
    public KithAutoConfiguration() {}

    /// The database.
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Database.class)
    Database kithDatabase(KithProperties properties, ObjectProvider<Observer> observers) {
        Durability durability = switch (properties.durability()) {
            case SYNC -> Durability.sync();
            case GROUP -> Durability.group(20);
            case OS_BUFFERED -> Durability.osBuffered();
        };
        Observer observer = Observers.all(observers.orderedStream().toList());
        return Kith.open(properties.path(), Options.defaults().withDurability(durability)
                .withObservation(new Observation(observer, properties.slowSearch())));
    }

    /// How documents are cut into batches for the embedding model.
    @Bean
    @ConditionalOnMissingBean(BatchingStrategy.class)
    BatchingStrategy kithBatchingStrategy() {
        return new TokenCountBatchingStrategy();
    }

    /// The store.
    @Bean
    @ConditionalOnBean(EmbeddingModel.class)
    @ConditionalOnMissingBean(KithVectorStore.class)
    KithVectorStore vectorStore(Database database, EmbeddingModel embeddingModel, KithProperties properties, Extras extras) {
        KithVectorStore.Builder builder = KithVectorStore.builder(database, embeddingModel)
                .collection(properties.collectionName())
                .modelName(properties.modelName()).hybrid(properties.hybrid()).batchingStrategy(extras.batching())
                .observationRegistry(extras.registry().getIfUnique(() -> ObservationRegistry.NOOP));
        VectorStoreObservationConvention convention = extras.convention().getIfAvailable();
        if (convention != null) {
            builder.customObservationConvention(convention);
        }
        return (properties.dimensions() > 0 ? builder.dimension(properties.dimensions()) : builder).build();
    }

    /// What a store can do without.
    ///
    /// @param batching how documents are cut into batches
    /// @param registry told of observations
    /// @param convention names them
    record Extras(BatchingStrategy batching, ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<VectorStoreObservationConvention> convention) {}

    /// Gathers what a store can do without.
    @Bean
    Extras kithExtras(BatchingStrategy batching, ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<VectorStoreObservationConvention> convention) {
        return new Extras(batching, registry, convention);
    }

    /// Meters.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(MeterRegistry.class)
    static class Meters {
        @Bean
        @ConditionalOnMissingBean
        KithMetrics kithMetrics(MeterRegistry registry) {
            return new KithMetrics(registry);
        }
    }

    /// Health.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Health {
        @Bean
        @ConditionalOnMissingBean(name = "kithHealthIndicator")
        HealthIndicator kithHealthIndicator(Database database) {
            return new KithHealthIndicator(database);
        }
    }
}
