import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Kith;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;

// Quick start: make a collection, write, search with a filter, read back after reopening.
// The vectors are tiny so that you can see what happens; use those of your embedding model.
void main() throws Exception {
    Path folder = Files.createTempDirectory("kith-quick-start");
    Schema schema = Schema.builder().vector("embedding", 3, Metric.COSINE).keyword("kind").integer("year").build();

    try (Database database = Kith.open(folder)) {
        Collection animals = database.createCollection("animals", schema);
        animals.upsert(
                Record.builder("cat").vector("embedding", new float[]{0.9f, 0.1f, 0.0f}).field("kind", "pet").field("year", 2021)
                        .payload("{\"says\": \"meow\"}").build(),
                Record.builder("dog").vector("embedding", new float[]{0.8f, 0.3f, 0.0f}).field("kind", "pet").field("year", 2023)
                        .build(),
                Record.builder("wolf").vector("embedding", new float[]{0.7f, 0.5f, 0.1f}).field("kind", "wild")
                        .field("year", 2023).build());
    } // closed here; a process that is killed instead loses nothing that upsert has returned for

    try (Database database = Kith.open(folder)) {
        Collection animals = database.collection("animals");
        Query query = Query.nearest("embedding", new float[]{1f, 0.2f, 0f}).k(2).filter(Filter.eq("kind", "pet")).fields("year");
        for (Hit hit : animals.search(query)) {
            IO.println(hit.id() + "  score " + hit.score() + "  year " + hit.fields().get("year"));
        }
        animals.delete(Filter.lt("year", 2022));
        IO.println(animals.count() + " left, cat is " + animals.get("cat"));
    }
}
