package dev.kith.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Database;
import dev.kith.InvalidRecordException;
import dev.kith.Kith;
import dev.kith.documents.Documents;
import dev.kith.documents.OtherModelException;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

/// What Spring AI's kit of three tests does not look at: search itself, each operator of the filters as text and as a tree,
/// observations, reopening, bad input.
class KithVectorStoreTest {
    private static final long SEED = Long.getLong("kith.seed", 7);
    @TempDir Path folder;
    private Database database;
    private VectorStore store;

    @BeforeEach
    void open() {
        database = Kith.open(folder);
        store = KithVectorStore.builder(database, new WordsModel()).build();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static final List<Document> BOOKS = List.of(
            book("1", "war and peace",
                    Map.of("lang", "ru", "year", 1869, "price", 12.5, "print", true, "tags", List.of("novel", "war"))),
            book("2", "crime and punishment", Map.of("lang", "ru", "year", 1866, "print", false)),
            book("3", "moby dick or the whale", Map.of("lang", "en", "year", 1851, "price", 9.99)),
            book("4", "the trial", Map.of("lang", "de", "year", 1925L, "print", true, "tags", List.of("novel"))),
            book("5", "untitled notes", Map.of("it's \"odd\"", "x")));

    private static Document book(String id, String text, Map<String, Object> metadata) {
        return new Document(id, text, metadata);
    }

    private TreeSet<String> found(Filter.Expression filter) {
        return ids(SearchRequest.builder().query("x").topK(100).similarityThresholdAll().filterExpression(filter).build());
    }

    private TreeSet<String> found(String filter) {
        return ids(SearchRequest.builder().query("x").topK(100).similarityThresholdAll().filterExpression(filter).build());
    }

    private TreeSet<String> ids(SearchRequest request) {
        return store.similaritySearch(request).stream().map(Document::getId).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theNearestComesFirstWithScoreDistanceAndMetadata() {
        store.add(BOOKS);
        List<Document> result = store.similaritySearch(SearchRequest.builder().query("crime and punishment").topK(3).build());
        assertEquals(3, result.size());
        Document first = result.getFirst();
        assertEquals("2", first.getId());
        assertEquals("crime and punishment", first.getText());
        assertEquals(1, first.getScore(), 1e-5);
        assertEquals(0, (Double) first.getMetadata().get("distance"), 1e-5);
        assertEquals(1866, first.getMetadata().get("year"), "an Integer stays an Integer");
        assertEquals(result.stream().map(Document::getScore).sorted(Comparator.reverseOrder()).toList(),
                result.stream().map(Document::getScore).toList());
        assertEquals(List.of("2"), store
                .similaritySearch(SearchRequest.builder().query("crime and punishment").topK(5).similarityThreshold(0.9).build())
                .stream().map(Document::getId).toList());
    }

    @Test
    void anEmptyStoreAndAFilterOnNothingFindNothing() {
        assertEquals(List.of(), store.similaritySearch("anything"));
        store.delete(List.of("nobody"));
        store.delete("lang == 'en'");
        store.add(BOOKS);
        assertEquals(new TreeSet<>(), found("nowhere == 'x'"));
        assertEquals(5, found("nowhere != 'x'").size());
    }

    @TestFactory
    List<DynamicTest> everyOperatorAsText() {
        Map<String, String> cases = new HashMap<>();
        cases.put("lang == 'ru'", "12");
        cases.put("lang != 'ru'", "345");
        cases.put("year == 1869", "1");
        cases.put("year > 1866", "14");
        cases.put("year >= 1866", "124");
        cases.put("year < 1866", "3");
        cases.put("year <= 1866", "23");
        cases.put("year <= 1866.5", "23");
        cases.put("year == 1925", "4");
        cases.put("price > 10", "1");
        cases.put("price == 9.99", "3");
        cases.put("print == true", "14");
        cases.put("print != true", "235");
        cases.put("print == false", "2");
        cases.put("lang > 'en'", "12");
        cases.put("lang in ['en', 'de', 'xx']", "34");
        cases.put("lang nin ['en', 'de']", "125");
        cases.put("lang not in ['en', 'de']", "125");
        cases.put("year in [1866, 1851]", "23");
        cases.put("tags == 'novel'", "14");
        cases.put("tags in ['war', 'peace']", "1");
        cases.put("price is null", "245");
        cases.put("price is not null", "13");
        cases.put("tags is not null", "14");
        cases.put("lang == 'ru' && year > 1866", "1");
        cases.put("lang == 'ru' || year < 1866", "123");
        cases.put("not (lang == 'ru')", "345");
        cases.put("(lang == 'ru' || lang == 'en') && not (year == 1869)", "23");
        cases.put("lang == 'ru' and year in [1869] or print == true", "14");
        return cases.entrySet().stream().map(c -> DynamicTest.dynamicTest(c.getKey(), () -> {
            if (store.similaritySearch("x").isEmpty()) {
                store.add(BOOKS);
            }
            assertEquals(c.getValue(), String.join("", found(c.getKey())));
        })).toList();
    }

    @Test
    void everyOperatorAsATreeAgainstAPlainLook() {
        Random random = new Random(SEED);
        List<Document> documents = IntStream.range(0, 120).mapToObj(i -> {
            Map<String, Object> metadata = new HashMap<>();
            if (random.nextInt(4) > 0) {
                metadata.put("n", random.nextBoolean() ? (Object) random.nextInt(5) : (Object) (random.nextInt(10) / 2.0));
            }
            if (random.nextInt(4) > 0) {
                metadata.put("s", "" + (char) ('a' + random.nextInt(4)));
            }
            return new Document("d" + i, "text " + i, metadata);
        }).toList();
        store.add(documents);
        FilterExpressionBuilder build = new FilterExpressionBuilder();
        int tried = 0;
        for (int i = 0; i < 400; i++) {
            boolean number = random.nextBoolean();
            String key = number ? "n" : "s";
            Object value = number ? (Object) (random.nextInt(10) / 2.0) : (Object) ("" + (char) ('a' + random.nextInt(4)));
            ExpressionType type = ExpressionType.values()[random.nextInt(ExpressionType.values().length)];
            Predicate<Document> plain = plain(type, key, value);
            Expression tree = switch (type) {
                case AND -> build.and(build.eq("s", "a"), build.gt("n", 1)).build();
                case OR -> build.or(build.group(build.eq("s", "a")), build.gt("n", 1)).build();
                case NOT -> build.not(build.eq("s", "a")).build();
                case IN -> build.in(key, List.of(value, "zz")).build();
                case NIN -> build.nin(key, List.of(value, "zz")).build();
                case ISNULL, ISNOTNULL -> new Expression(type, new Filter.Key(key));
                case EQ, NE, GT, GTE, LT, LTE -> new Expression(type, new Filter.Key("'" + key + "'"), new Filter.Value(value));
            };
            assertEquals(documents.stream().filter(plain).map(Document::getId).collect(Collectors.toCollection(TreeSet::new)),
                    ids(SearchRequest.builder().query("text").topK(1000).similarityThresholdAll().filterExpression(tree).build()),
                    () -> "seed " + SEED + ", " + tree);
            tried++;
        }
        assertEquals(400, tried);
    }

    private static Predicate<Document> plain(ExpressionType type, String key, Object value) {
        return d -> {
            Object held = d.getMetadata().get(key);
            Integer order = held == null
                    ? null
                    : held instanceof Number n
                            ? (Integer) Double.compare(n.doubleValue(), (Double) value)
                            : (Integer) ((String) held).compareTo((String) value);
            boolean a = "a".equals(d.getMetadata().get("s"));
            boolean above = d.getMetadata().get("n") instanceof Number n && n.doubleValue() > 1;
            return switch (type) {
                case AND -> a && above;
                case OR -> a || above;
                case NOT -> !a;
                case EQ, IN -> order != null && order == 0;
                case NE, NIN -> order == null || order != 0;
                case GT -> order != null && order > 0;
                case GTE -> order != null && order >= 0;
                case LT -> order != null && order < 0;
                case LTE -> order != null && order <= 0;
                case ISNULL -> held == null;
                case ISNOTNULL -> held != null;
            };
        };
    }

    @Test
    void deletingByEachKindOfFilterDeletesJustThat() {
        store.add(BOOKS);
        store.delete("lang == 'ru' && year > 1866");
        assertEquals("2345", String.join("", ids(SearchRequest.builder().query("x").topK(9).similarityThresholdAll().build())));
        store.delete(new FilterExpressionBuilder().in("lang", "en", "de").build());
        assertEquals("25", String.join("", ids(SearchRequest.builder().query("x").topK(9).similarityThresholdAll().build())));
        store.delete(List.of("5", "6"));
        assertEquals("2", String.join("", ids(SearchRequest.builder().query("x").topK(9).similarityThresholdAll().build())));
    }

    @Test
    void addingAgainReplacesAndReopeningKeeps() {
        store.add(BOOKS);
        store.add(List.of(book("3", "the white whale", Map.of("lang", "en-us"))));
        database.close();
        database = Kith.open(folder);
        store = KithVectorStore.builder(database, new WordsModel()).modelName("words").build();
        assertEquals(new TreeSet<>(List.of("3")), found("lang == 'en-us'"));
        assertEquals("the white whale", store.similaritySearch("white").getFirst().getText());
        assertThrows(OtherModelException.class,
                () -> KithVectorStore.builder(database, new WordsModel()).modelName("other").build());
        assertThrows(IllegalArgumentException.class,
                () -> KithVectorStore.builder(database, new WordsModel()).dimension(3).build());
        Documents documents = store.<Documents>getNativeClient().orElseThrow();
        assertEquals(5, documents.count());
    }

    @Test
    void wordsCountInAHybridStore() {
        VectorStore hybrid = KithVectorStore.builder(database, new WordsModel()).collection("hybrid").hybrid(true).build();
        hybrid.add(BOOKS);
        List<Document> result = hybrid.similaritySearch(SearchRequest.builder().query("whale").topK(2).build());
        assertEquals("3", result.getFirst().getId());
        assertEquals(1, result.getFirst().getScore(), 1e-5);
    }

    @Test
    void whatCannotBeKeptIsRefusedByNameAndNothingIsWritten() {
        Document nested = new Document("bad", "text", Map.of("author", Map.of("name", "x")));
        InvalidRecordException refused = assertThrows(InvalidRecordException.class,
                () -> store.add(List.of(BOOKS.getFirst(), nested)));
        assertTrue(refused.getMessage().contains("author") && refused.getMessage().contains("bad"), refused.getMessage());
        assertEquals(List.of(), store.similaritySearch("war"));
        assertThrows(IllegalArgumentException.class, () -> found(new Expression(ExpressionType.EQ, new Filter.Key("a"))));
        assertThrows(IllegalArgumentException.class,
                () -> found(new Expression(ExpressionType.EQ, new Filter.Value("a"), new Filter.Value("a"))));
    }

    @Test
    void everyOperationIsObserved() {
        TestObservationRegistry registry = TestObservationRegistry.create();
        VectorStore observed = KithVectorStore.builder(database, new WordsModel()).collection("seen")
                .observationRegistry(registry).build();
        assertInstanceOf(KithVectorStore.class, observed);
        observed.add(BOOKS);
        observed.similaritySearch("war");
        observed.delete(List.of("1"));
        for (String operation : List.of("add", "query", "delete")) {
            TestObservationRegistryAssert.assertThat(registry).hasAnObservationWithAKeyValue("db.operation.name", operation);
        }
        TestObservationRegistryAssert.assertThat(registry).hasAnObservationWithAKeyValue("db.system", "kith")
                .hasAnObservationWithAKeyValue("db.collection.name", "seen")
                .hasAnObservationWithAKeyValue("db.search.similarity_metric", "cosine")
                .hasAnObservationWithAKeyValue("db.vector.dimension_count", Integer.toString(WordsModel.DIMENSION));
        assertFalse(database.collections().isEmpty());
    }
}
