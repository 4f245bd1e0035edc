package dev.kith.spring;

import dev.kith.Database;
import dev.kith.Kith;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.VectorStore;

/// Spring AI's kit for vector stores.
class KithVectorStoreKitTest extends BaseVectorStoreTests {
    @TempDir Path folder;

    @Override
    protected void executeTest(Consumer<VectorStore> test) {
        try (Database database = Kith.open(folder)) {
            test.accept(KithVectorStore.builder(database, new WordsModel()).build());
        }
    }
}
