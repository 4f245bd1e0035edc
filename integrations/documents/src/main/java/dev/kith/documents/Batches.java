package dev.kith.documents;

import java.util.List;

/// Calls an embedding function, again if it fails, and checks what it gives.
///
/// @param function embeds
/// @param options how often
record Batches(EmbeddingFunction function, SyncOptions options) {
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    static Batches of(EmbeddingFunction function, SyncOptions options) {
        return new Batches(function, options);
    }

    List<float[]> embed(List<String> texts) {
        long pause = options.pause().toMillis();
        for (int attempt = 1;; attempt++) {
            try {
                return check(texts, function.embed(texts));
            } catch (IllegalArgumentException | EmbeddingFailedException e) {
                throw e;
            } catch (RuntimeException e) {
                if (attempt == options.attempts()) {
                    throw new EmbeddingFailedException("the embedding function '" + function.identity() + "' failed "
                            + attempt + " times, last with: " + e, e);
                }
                sleep(Math.min(pause, LONGEST_PAUSE_MILLIS), e);
                pause *= 2;
            }
        }
    }

    private void sleep(long millis, RuntimeException failure) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddingFailedException("interrupted before another attempt of '" + function.identity() + "'", failure);
        }
    }

    private List<float[]> check(List<String> texts, List<float[]> vectors) {
        if (vectors.size() != texts.size()) {
            throw new EmbeddingFailedException("the embedding function '" + function.identity() + "' was given " + texts.size()
                    + " texts and gave " + vectors.size() + " vectors", null);
        }
        for (float[] vector : vectors) {
            if (vector.length != function.dimension()) {
                throw new EmbeddingFailedException("the embedding function '" + function.identity() + "' says dimension "
                        + function.dimension() + " and gave a vector of dimension " + vector.length, null);
            }
        }
        return vectors;
    }
}
