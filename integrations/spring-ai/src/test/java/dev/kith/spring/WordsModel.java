package dev.kith.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/// An embedding model without a network: each word is a random direction, a text the sum of its words. Texts that share words
/// are near.
final class WordsModel extends AbstractEmbeddingModel {
    static final int DIMENSION = 64;

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        List<Embedding> embeddings = new ArrayList<>();
        for (String text : request.getInstructions()) {
            embeddings.add(new Embedding(vector(text), embeddings.size()));
        }
        return new EmbeddingResponse(embeddings);
    }

    @Override
    public float[] embed(Document document) {
        return vector(String.valueOf(document.getText()));
    }

    private static float[] vector(String text) {
        float[] sum = new float[DIMENSION];
        sum[0] = 1e-3f;
        for (String word : text.toLowerCase(java.util.Locale.ROOT).split("\\W+")) {
            Random random = new Random(word.hashCode());
            for (int i = 0; i < DIMENSION; i++) {
                sum[i] += (float) random.nextGaussian();
            }
        }
        return sum;
    }
}
