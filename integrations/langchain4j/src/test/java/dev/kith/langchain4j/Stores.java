package dev.kith.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/// One model and one store for all tests of the kit: what they share is emptied before each.
final class Stores {
    static final EmbeddingModel MODEL = new AllMiniLmL6V2QuantizedEmbeddingModel();
    private static final KithEmbeddingStore SHARED = open();

    private Stores() {}

    private static KithEmbeddingStore open() {
        try {
            KithEmbeddingStore store = KithEmbeddingStore.builder().folder(Files.createTempDirectory("kith-langchain4j")).build();
            Runtime.getRuntime().addShutdownHook(new Thread(store::close));
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static KithEmbeddingStore emptied() {
        SHARED.removeAll();
        return SHARED;
    }
}
