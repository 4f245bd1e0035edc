package dev.kith.example;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/// all-MiniLM-L6-v2, quantized, from a jar on the class path.
final class LocalModel extends AbstractEmbeddingModel {
    private final AllMiniLmL6V2QuantizedEmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        List<Embedding> embeddings = new ArrayList<>();
        List<TextSegment> segments = request.getInstructions().stream().map(TextSegment::from).toList();
        model.embedAll(segments).content().forEach(e -> embeddings.add(new Embedding(e.vector(), embeddings.size())));
        return new EmbeddingResponse(embeddings);
    }

    @Override
    public float[] embed(Document document) {
        return model.embed(Objects.requireNonNull(document.getText())).content().vector();
    }

    @Override
    public int dimensions() {
        return 384;
    }
}
