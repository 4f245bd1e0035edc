package dev.kith.lucene.segment;

import dev.kith.core.ByteSink;
import java.io.IOException;

/// Ascending docIds as they come; costs nothing while they are 0, 1, 2 and so on, because then ordinal and docId are the same.
final class DocIds {
    private int count;
    private int last = -1;
    private boolean gaps;
    private final Words ids = new Words();

    void add(int docId) {
        if (docId <= last) {
            throw new IllegalArgumentException("docIds must ascend, " + docId + " came after " + last);
        }
        if (!gaps && docId != count) {
            gaps = true;
            for (int i = 0; i < count; i++) {
                ids.add(i);
            }
        }
        if (gaps) {
            ids.add(docId);
        }
        last = docId;
        count++;
    }

    int count() {
        return count;
    }

    void write(ByteSink sink) throws IOException {
        if (!gaps) {
            for (int i = 0; i < count; i++) {
                ids.add(i);
            }
            gaps = true;
        }
        ids.write(sink);
    }
}
