package dev.kith.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole commands as a user types them: what is printed, where it goes, and the exit code.
class CommandLineTest {
    @TempDir Path folder;
    private String out = "";
    private String err = "";

    private int kith(String... arguments) {
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            List<String> all = new ArrayList<>(Arrays.asList(arguments));
            if (!all.contains("--db") && !all.contains("help") && !all.contains("restore")) {
                all.addAll(List.of("--db", folder.resolve("db").toString()));
            }
            return Main.run(all.toArray(String[]::new));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
            out = outBytes.toString(StandardCharsets.UTF_8);
            err = errBytes.toString(StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void aCollectionOfThree() throws IOException {
        assertEquals(0, kith("create", "words", "--vector", "v:2:cosine", "--field", "pos:keyword", "--field", "tags:keyword[]",
                "--field", "size:long", "--text", "body:english"), () -> err);
        Path lines = Files.writeString(folder.resolve("three.jsonl"),
                """
                        {"id": "a", "v": [1, 0], "pos": "noun", "tags": ["x", "y"], "size": 9007199254740993, "body": "the running cat", "page": 3}
                        {"id": "b", "v": [0, 1], "pos": "verb", "tags": ["y"], "size": 2, "body": "dogs bark"}

                        {"id": "c", "v": [1, 1], "pos": "noun", "size": 3, "body": "cats and dogs", "more": {"deep": [1, null, "s"]}}
                        """);
        assertEquals(0, kith("import", "--jsonl", lines.toString(), "--batch", "2"), () -> err);
        assertTrue(out.contains("imported 3 records into words"), out);
    }

    @Test
    void searchByVectorWordsAndCondition() {
        assertEquals(0, kith("search", "--vector", "1,0.1", "-k", "2", "--json"), () -> err);
        assertTrue(out.startsWith("{\"id\":\"a\",\"score\":0.99") && out.contains("\"payload\":{\"page\":3}"), out);
        assertEquals(2, out.lines().count());
        assertEquals(0, kith("search", "--like", "a", "--where", "pos=noun", "--where", "size<10", "--json"));
        assertTrue(out.startsWith("{\"id\":\"c\"") && out.lines().count() == 1, out);
        assertEquals(0, kith("search", "dog", "--json"));
        assertEquals(2, out.lines().count(), out);
        assertEquals(1, kith("search", "zebra"));
        assertTrue(out.startsWith("0 hits"), out);
    }

    @Test
    void vectorsAreKeptInTheEncodingThatIsAskedFor() throws IOException {
        assertEquals(2, kith("create", "half", "--vector", "v:2:l2:float15"));
        assertTrue(err.contains("float16") && err.contains("'float15'"), err);
        assertEquals(0, kith("create", "half", "--vector", "v:2:l2:float16", "--vector", "w:2:cosine:int8"), () -> err);
        String lines = Files.writeString(folder.resolve("half.jsonl"), "{\"id\": \"a\", \"v\": [0.1, 2], \"w\": [-3, 4]}\n")
                .toString();
        assertEquals(0, kith("import", "--jsonl", lines, "-c", "half"), () -> err);
        assertEquals(0, kith("get", "a", "-c", "half", "--vectors"));
        assertTrue(out.contains("[0.099975586,2.0]") && out.contains("[-3.0,4.0]"), out);
        assertEquals(2, kith("import", "--jsonl", Files.writeString(folder.resolve("large.jsonl"),
                "{\"id\": \"b\", \"v\": [70000, 2], \"w\": [1, 1]}\n").toString(), "-c", "half"));
        assertTrue(err.contains("65504"), err);
    }

    @Test
    void vectorsOfAnotherModelAreRefused() throws IOException {
        assertEquals(2, kith("create", "m", "--vector", "v:1:l2", "--model", "w=ours"));
        assertTrue(err.contains("'w' is not a vector field"), err);
        assertEquals(0, kith("create", "m", "--vector", "v:1:l2", "--model", "v=ours"), () -> err);
        String lines = Files.writeString(folder.resolve("m.jsonl"), "{\"id\": \"a\", \"v\": [1]}\n").toString();
        assertEquals(2, kith("import", "--jsonl", lines, "-c", "m", "--model", "v=theirs"));
        assertTrue(err.contains("'ours'") && err.contains("'theirs'"), err);
        assertEquals(0, kith("import", "--jsonl", lines, "-c", "m", "--model", "v=ours"), () -> err);
        assertEquals(2, kith("search", "-c", "m", "--vector", "1", "--model", "theirs"));
        assertTrue(err.contains("'ours'") && err.contains("'theirs'"), err);
        assertEquals(0, kith("search", "-c", "m", "--vector", "1", "--model", "ours"), () -> err);
        assertEquals(0, kith("create", "later", "--vector", "v:1:l2"), () -> err);
        assertEquals(0, kith("import", "--jsonl", lines, "-c", "later", "--model", "v=ours"), () -> err);
        assertEquals(2, kith("import", "--jsonl", lines, "-c", "later", "--model", "v=theirs"), "recorded by the first import");
        assertEquals(0, kith("import", "--jsonl", lines, "-c", "later", "--memory", "100m"), () -> err);
        for (String wrong : new String[]{"much", "1k", "", "9999999999999g"}) {
            assertEquals(2, kith("import", "--jsonl", lines, "-c", "later", "--memory", wrong), wrong);
        }
    }

    @Test
    void jsonOfEveryKindBecomesFieldsAndTheRestThePayload() throws IOException {
        assertEquals(0, kith("create", "kinds", "--vector", "v:2:cosine", "--field", "author.name:keyword", "--field", "n:long",
                "--field",
                "shop:geo_point", "--field", "key:uuid", "--sparse", "terms", "--multi", "tokens:2:ip", "--field", "at:instant",
                "--expire-after", "at=PT876000H"), () -> err);
        Path lines = Files.writeString(folder.resolve("kinds.jsonl"),
                """
                        {"id": "a", "v": [1, 0], "author": {"name": "Ada", "born": 1815}, "n": null, "shop": [51.5, -0.25], "terms": {"7": 0.5}, "tokens": [[1, 0], [0, 1]], "key": "123e4567-e89b-12d3-a456-426614174000", "at": "2026-01-31T12:00:00Z"}
                        """);
        assertEquals(0, kith("import", "--jsonl", lines.toString(), "-c", "kinds"), () -> err);
        assertEquals(0,
                kith("filter", "-c", "kinds", "author.name = 'Ada' and n is null and shop within 100 of point(51.5, -0.25) "
                        + "and key = '123e4567-e89b-12d3-a456-426614174000' and exists(terms) and exists(tokens)"),
                () -> err + out);
        assertEquals(0, kith("get", "a", "-c", "kinds", "--vectors"));
        assertTrue(out.contains("\"terms\":{\"7\":0.5}") && out.contains("\"payload\":{\"author\":{\"born\":1815}}")
                && out.contains("\"n\":null") && out.contains("\"tokens\":[[1.0,0.0],[0.0,1.0]]"), out);
        assertEquals(0, kith("create", "free", "--vector", "v:1:l2", "--dynamic"), () -> err);
        Files.writeString(lines, "{\"id\": \"a\", \"v\": [1], \"color\": \"red\", \"deep\": {\"x\": 1}}\n");
        assertEquals(0, kith("import", "--jsonl", lines.toString(), "-c", "free"), () -> err);
        assertEquals(0, kith("filter", "-c", "free", "color = 'red'"), () -> err);
    }

    @Test
    void filtersAreCheckedCountedAndObeyed() {
        assertEquals(0, kith("filter", "pos = 'noun' and not (size > 5 or tags contains 'z')"), () -> err);
        assertTrue(out.contains("           1  all of") && out.contains("           2    pos = 'noun'")
                && out.contains("           2    not") && out.contains("           1        size > 5"), out);
        assertTrue(out.contains("1 of 3 records in words match (33"), out);
        assertEquals(0, kith("filter", "body matches 'cat' and size = 9007199254740993", "--json"), () -> err);
        assertTrue(out.contains("\"matching\":1,\"records\":3") && out.contains("\"condition\":\"all of\""), out);
        assertEquals(1, kith("filter", "size = 9007199254740992"));
        assertEquals(2, kith("filter", "pos = 'noun' adn size > 5"));
        assertTrue(err.contains("character 14") && err.contains("             ^"), err);
        assertEquals(2, kith("filter", "pso = 'noun'"));
        assertTrue(err.contains("'pos'"), err);
        assertEquals(0, kith("search", "--like", "a", "--filter", "pos = 'noun'", "--where", "size<10", "--json"), () -> err);
        assertTrue(out.startsWith("{\"id\":\"c\"") && out.lines().count() == 1, out);
        assertEquals(2, kith("delete"));
        assertEquals(2, kith("delete", "a", "--filter", "true"));
        assertEquals(0, kith("delete", "--filter", "tags contains 'y' and size < 5"));
        assertTrue(out.contains("deleted 1 records"), out);
        assertEquals(1, kith("delete", "b"));
        assertEquals(0, kith("delete", "a", "c", "nobody"));
        assertTrue(out.contains("deleted 2 records"), out);
    }

    @Test
    void getPrintsWhatWasWritten() {
        assertEquals(1, kith("get", "c", "a", "nobody", "--vectors"));
        assertTrue(out.contains("\"v\":[1.0,1.0]") && out.contains("\"payload\":{\"more\":{\"deep\":[1,null,\"s\"]}}"), out);
        assertTrue(out.contains("\"size\":9007199254740993"), out);
        assertTrue(err.contains("no record 'nobody'"), err);
    }

    @Test
    void statsAndVerify() {
        assertEquals(0, kith("stats", "--json"));
        assertTrue(out.contains("\"collection\":\"words\"") && out.contains("\"records\":3"), out);
        assertEquals(0, kith("verify"));
        assertTrue(out.startsWith("words: whole"), out);
    }

    @Test
    void snapshotAndRestore() throws IOException {
        String first = folder.resolve("s1").toString();
        assertEquals(0, kith("snapshot", first), () -> err);
        assertEquals(0, kith("snapshot", folder.resolve("s2").toString(), "--since", first), () -> err);
        assertEquals(0, kith("restore", first), () -> err);
        assertTrue(out.contains("all as the manifest says"), out);
        assertEquals(0, kith("restore", first, folder.resolve("again").toString()), () -> err);
        assertEquals(0, kith("stats", "--json", "--db", folder.resolve("again").toString()), () -> err);
        assertTrue(out.contains("\"records\":3"), out);
        Files.writeString(folder.resolve("s1/CATALOG"), "changed");
        assertEquals(3, kith("restore", first));
        assertTrue(err.contains("CATALOG"), err);
    }

    @Test
    void anEncryptedDatabaseNeedsItsKey() throws IOException {
        String key = Files.writeString(folder.resolve("key"), "0f".repeat(32) + "\n").toString();
        String db = folder.resolve("secret").toString();
        assertEquals(0, kith("create", "c", "--vector", "v:2:l2", "--key-file", key, "--db", db), () -> err);
        assertEquals(0, kith("verify", "--key-file", key, "--db", db), () -> err);
        assertEquals(3, kith("verify", "--db", db));
        assertTrue(err.contains("is encrypted"), err);
        String wrong = Files.writeString(folder.resolve("wrong"), "short").toString();
        assertEquals(2, kith("verify", "--key-file", wrong, "--db", db));
    }

    @Test
    void vectorsFromAFileBesideTheLines() throws IOException {
        byte[] rows = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(2).putFloat(1).putFloat(2).putInt(2)
                .putFloat(3)
                .putFloat(4).array();
        Path vectors = Files.write(folder.resolve("v.fvecs"), rows);
        assertEquals(0, kith("import", "--vectors", "v=" + vectors), () -> err);
        assertEquals(0, kith("get", "1", "--vectors"));
        assertTrue(out.contains("\"v\":[3.0,4.0]"), out);
        Path lines = Files.writeString(folder.resolve("short.jsonl"), "{\"id\": \"s\"}\n");
        assertEquals(2, kith("import", "--jsonl", lines.toString(), "--vectors", "v=" + vectors));
        assertTrue(err.contains("different numbers of records"), err);
    }

    @Test
    void mistakesAreNamedAndNothingIsDamaged() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"id\": \"d\", \"v\": [1, 2, 3]}\n");
        assertEquals(2, kith("import", "--jsonl", bad.toString()));
        assertTrue(err.contains("'v'") && err.contains("2") && err.contains("3"), err);
        Files.writeString(bad, "{\"id\": \"d\", \"v\": [1, 2]}\n{\"id\": \n");
        assertEquals(3, kith("import", "--jsonl", bad.toString()));
        assertTrue(err.contains("bad.jsonl:2"), err);
        assertEquals(2, kith("search", "--where", "pso=noun", "--like", "a"));
        assertTrue(err.contains("nearest is 'pos'"), err);
        assertEquals(2, kith("search"));
        assertEquals(2, kith("serach"));
        assertEquals(3, kith("stats", "--db", folder.resolve("nothing-here").toString()));
        assertEquals(0, kith("search", "--like", "a"));
    }

    @Test
    void anAnswerIsExplainedAndAMissingRecordToo() {
        assertEquals(0, kith("search", "cat", "--like", "a", "--explain"), () -> err);
        assertTrue(out.contains("clause 0: text on 'body'") && out.contains("clause 1: like on 'v'"), out);
        assertTrue(out.contains("stage search"), out);
        assertEquals(0, kith("search", "--like", "a", "--explain", "--json"), () -> err);
        assertTrue(out.lines().allMatch(line -> line.startsWith("{")) && out.contains("\"strategy\":\"EXACT\""), out);
        assertEquals(0, kith("search", "--vector", "1,0", "--within", "0.5", "--recall", "0.9"), () -> err);
        assertTrue(out.contains("2 hits"), out);
        assertEquals(1, kith("why-not", "b", "cat", "--where", "pos=noun"), () -> err);
        assertTrue(out.contains("filtered") && out.contains("pos"), out);
        assertEquals(1, kith("why-not", "b", "--vector", "1,0", "-k", "2", "--json"), () -> err);
        assertTrue(out.contains("\"reason\":\"OUTSIDE_WINDOW\"") && out.contains("\"rank\":3"), out);
        assertEquals(0, kith("why-not", "a", "cat"), () -> err);
        assertEquals(2, kith("search", "cat", "--exact", "--ef", "3"));
    }
}
