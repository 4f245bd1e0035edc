package dev.kith.internal.engine;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/// What a collection gave up to stay within the memory budget: the latest sentences, each also on the log. Thread-safe.
final class GivenUp {
    private static final int KEPT = 16;

    private final String collection;
    private final List<String> sentences = new ArrayList<>();

    GivenUp(String collection) {
        this.collection = collection;
    }

    synchronized void add(String sentence) {
        sentences.remove(sentence);
        if (sentences.size() == KEPT) {
            sentences.removeFirst();
        }
        sentences.add(sentence);
        System.getLogger("dev.kith").log(Level.INFO, "collection " + collection + " stays within its memory: " + sentence);
    }

    synchronized List<String> sentences() {
        return List.copyOf(sentences);
    }
}
