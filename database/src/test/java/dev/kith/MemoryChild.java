package dev.kith;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A process that loads a database and searches it meanwhile and afterwards, within a memory budget; then prints what was given up
/// and waits to be looked at.
final class MemoryChild {
    static final int RECORDS = 26_000;
    static final int DIMENSION = 128;

    private MemoryChild() {}

    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        for (int c = 0; c < DIMENSION; c++) {
            vector[c] = (float) random.nextGaussian();
        }
        return vector;
    }

    public static void main(String[] args) throws Exception {
        long budget = Long.parseLong(args[1]);
        SplittableRandom random = new SplittableRandom(9);
        Options options = Options.defaults().withMemoryBytes(budget).withDurability(Durability.osBuffered());
        try (Database database = Kith.open(Path.of(args[0]), options)) {
            Collection collection = database.createCollection("c",
                    Schema.builder().vector("v", DIMENSION, Metric.COSINE).build());
            for (int from = 0; from < RECORDS; from += 500) {
                List<Record> batch = new ArrayList<>();
                for (int i = from; i < from + 500; i++) {
                    batch.add(Record.builder("r" + i).vector("v", vector(random)).build());
                }
                collection.upsert(batch);
                collection.search(Query.nearest("v", vector(random)).k(10));
            }
            collection.optimize();
            for (int i = 0; i < 500; i++) {
                collection.search(Query.nearest("v", vector(random)).k(10).effort(new Effort.EfSearch(100)));
            }
            String why = collection.explain(Query.nearest("v", vector(random)).k(10)).clauses().getFirst().parts().getFirst()
                    .why();
            CollectionStats.Memory memory = collection.stats().memory();
            System.out.println("given up: " + memory.givenUp());
            System.out.println("why: " + why);
            System.out.println("builds: " + memory.mostBuildBytes() + " of " + memory.budgetBytes());
        }
    }
}
