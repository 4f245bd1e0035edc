package dev.kith.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.micrometer.KithMetrics;
import dev.kith.spring.KithVectorStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The starter makes what it should, where it should, with the settings it was given, and closes it.
class KithAutoConfigurationTest {
    @TempDir Path folder;

    /// An application with an embedding model and meters.
    @Configuration(proxyBeanMethods = false)
    static class Application {
        @Bean
        EmbeddingModel model() {
            return new AbstractEmbeddingModel() {
                @Override
                public EmbeddingResponse call(EmbeddingRequest request) {
                    return new EmbeddingResponse(request.getInstructions().stream()
                            .map(t -> new Embedding(new float[]{1, t.length()}, 0)).toList());
                }

                @Override
                public float[] embed(Document document) {
                    return new float[]{1, Objects.requireNonNull(document.getText()).length()};
                }
            };
        }

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(KithAutoConfiguration.class))
                .withPropertyValues("spring.ai.vectorstore.kith.path=" + folder.resolve("db"));
    }

    @Test
    void everythingIsMadeMeasuredHealthyAndClosed() {
        runner().withUserConfiguration(Application.class).withPropertyValues("spring.ai.vectorstore.kith.collection-name=kb",
                "spring.ai.vectorstore.kith.model-name=lengths", "spring.ai.vectorstore.kith.slow-search=1ns",
                "spring.ai.vectorstore.kith.durability=group").run(context -> {
                    VectorStore store = context.getBean(VectorStore.class);
                    assertThat(store).isInstanceOf(KithVectorStore.class);
                    store.add(List.of(new Document("one"), new Document("three")));
                    assertThat(store.similaritySearch("three").getFirst().getText()).isEqualTo("three");
                    assertThat(context.getBean(Database.class).collections()).containsExactly("kb", "kb.keys");
                    assertThat(((KithVectorStore) store).documents().model()).isEqualTo("lengths");
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.get("kith.search.slow").tag("collection", "kb").counter().count()).isEqualTo(1);
                    assertThat(registry.get("kith.records").tag("collection", "kb").gauge().value()).isEqualTo(2);
                    Health health = context.getBean(HealthIndicator.class).health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails()).containsEntry("collection.kb", 2L);
                });
        Kith.open(folder.resolve("db")).close(); // which fails if the context has not closed it
    }

    @Test
    void itStepsBack() {
        runner().withUserConfiguration(Application.class).withPropertyValues("spring.ai.vectorstore.type=other")
                .run(context -> assertThat(context).doesNotHaveBean(Database.class).doesNotHaveBean(VectorStore.class));
        runner().run(context -> assertThat(context).hasSingleBean(Database.class).doesNotHaveBean(VectorStore.class)
                .doesNotHaveBean(KithMetrics.class));
        runner().withUserConfiguration(Application.class).withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(context -> assertThat(context).hasSingleBean(VectorStore.class).doesNotHaveBean("kithHealthIndicator"));
        try (Database own = Kith.open(folder.resolve("own"))) {
            runner().withBean(Database.class, () -> own)
                    .run(context -> assertThat(context.getBean(Database.class)).isSameAs(own));
        }
    }

    @Test
    void everySettingIsDescribedForEditors() throws IOException {
        try (InputStream in = KithProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            String metadata = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            List<String> names = Arrays.stream(KithProperties.class.getRecordComponents())
                    .map(c -> c.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT)).toList();
            assertThat(names).hasSize(7).allMatch(n -> metadata.contains("\"spring.ai.vectorstore.kith." + n + "\""));
            assertThat(metadata.split("\"description\": \"", -1)).hasSize(7 + 2);
        }
        assertThat(Files.exists(folder)).isTrue();
    }
}
