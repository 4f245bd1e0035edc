package dev.kith.lucene.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.CorruptBytesException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Ordinals and documents never swap: a naive list judges every look-up.
class DocMapTest {
    private static DocMap map(int[] docs, int maxDoc) {
        MemorySegment bytes = Arena.ofAuto().allocate(4L * docs.length + 4, 64);
        for (int i = 0; i < docs.length; i++) {
            bytes.set(FieldEntry.INT, 4L * i, docs[i]);
        }
        return new DocMap(docs.length, maxDoc, docs.length == maxDoc, bytes);
    }

    @Test
    void lookUpsInRandomMaps() throws Exception {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            int maxDoc = 1 + random.nextInt(300);
            TreeSet<Integer> chosen = new TreeSet<>();
            int wanted = random.nextInt(maxDoc + 1);
            while (chosen.size() < wanted) {
                chosen.add(random.nextInt(maxDoc));
            }
            int[] docs = chosen.stream().mapToInt(Integer::intValue).toArray();
            DocMap map = map(docs, maxDoc);
            map.validate();
            long[] words = random.longs((maxDoc + 63) / 64).toArray();
            AcceptOrdinals accept = map.accept(words);
            int accepted = 0;
            for (int ordinal = 0; ordinal < docs.length; ordinal++) {
                int doc = docs[ordinal];
                assertEquals(doc, map.docId(ordinal));
                boolean expected = (words[doc >> 6] >>> doc & 1) == 1;
                assertEquals(expected, accept.accepts(ordinal));
                accepted += expected ? 1 : 0;
            }
            assertEquals(accepted, accept.cardinality());
            for (int doc = 0; doc <= maxDoc; doc++) {
                int exact = chosen.contains(doc) ? chosen.headSet(doc).size() : -1;
                assertEquals(exact, map.ordinal(doc), "document " + doc);
                int from = random.nextInt(docs.length + 1);
                assertEquals(Math.max(from, chosen.headSet(doc).size()), map.ceiling(doc, from));
            }
        }
    }

    @Test
    void documentsThatDoNotAscendOrAreTooLargeAreDamage() {
        assertThrows(CorruptBytesException.class, () -> map(new int[]{3, 3}, 10).validate());
        assertThrows(CorruptBytesException.class, () -> map(new int[]{-1, 3}, 10).validate());
        CorruptBytesException e = assertThrows(CorruptBytesException.class, () -> map(new int[]{3, 10}, 10).validate());
        assertTrue(e.getMessage().contains("ordinal 1"), e.getMessage());
    }

    @Test
    void tooFewBitsAreRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> map(new int[]{3, 9}, 100).accept(new long[1]));
    }
}
