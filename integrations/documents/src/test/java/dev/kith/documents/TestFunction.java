package dev.kith.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/// An embedding function without a model: a vector drawn by the hash of the text. It remembers what it was asked.
final class TestFunction implements EmbeddingFunction {
    final List<String> asked = new CopyOnWriteArrayList<>();
    private final String identity;
    int failures;

    TestFunction(String identity) {
        this.identity = identity;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public int dimension() {
        return 16;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        if (failures > 0) {
            failures--;
            throw new IllegalStateException("the model is away");
        }
        asked.addAll(texts);
        List<float[]> vectors = new ArrayList<>();
        for (String text : texts) {
            Random random = new Random(text.hashCode());
            float[] vector = new float[16];
            for (int i = 0; i < 16; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
