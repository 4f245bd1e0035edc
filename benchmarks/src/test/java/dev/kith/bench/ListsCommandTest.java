package dev.kith.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The tables of `bench lists` on a tiny set, held against what theory and exact search say.
class ListsCommandTest {
    @TempDir Path folder;

    private String run(String what, String... more) throws IOException {
        Path set = TinySet.write(folder.resolve("tiny"), 1500, 32, 20);
        List<String> arguments = new ArrayList<>(List.of("lists", what, "--dataset", set.toString(), "--metric", "l2", "--cache",
                folder.resolve("cache").toString()));
        arguments.addAll(List.of(more));
        StringWriter text = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        assertEquals(0, line.execute(arguments.toArray(String[]::new)), text.toString());
        return text.toString();
    }

    private static double[] column(String table, String rowsLike, int column) {
        return Pattern.compile("(?m)^\\| *" + rowsLike + ".*$").matcher(table).results().map(MatchResult::group)
                .mapToDouble(row -> Double.parseDouble(row.split("\\|")[column].replaceAll("[^0-9.+-]", ""))).toArray();
    }

    @Test
    void distortionIsThatOfTheory() throws IOException {
        String table = run("codecs");
        double signs = column(table, "signs", 2)[0];
        // above the bound of theory; below a uniform grid with one step for all, as here each row of 32 components has its own
        double four = column(table, "signs, then 4", 2)[0];
        assertTrue(four > 1.0 / 256 && four < 0.0115, table);
        double eight = column(table, "signs, then 8", 2)[0];
        assertTrue(eight > 1.0 / 65536 && eight < 1e-4, table);
        assertEquals(0.363, signs, 0.03, "one bit a component, 1 - 2 / pi: " + table);
        for (double product : column(table, "product", 2)) {
            assertTrue(product > 0.25 && product < signs, "between the bound of theory and scalar codes: " + table);
        }
        for (double recall : column(table, "(?:signs|product)", 7)) {
            assertTrue(recall > 0.9, table);
        }
    }

    /// Theory: sqrt(pi / 2 - 1) of a component's deviation for signs, sqrt(0.0115) for the best grid of 16 levels.
    @Test
    void codesOfNodesErrAsTheoryAllowsAndRankBetterTheMoreBitsTheyHave() throws IOException {
        String table = run("nodecodes");
        double[] error = column(table, "[148] bit", 3);
        assertEquals(3, error.length, table);
        assertEquals(0.756, error[0], 0.15, table);
        assertEquals(0.107, error[1], 0.03, table);
        assertTrue(error[2] < 0.03, table);
        double[] correlation = column(table, "[148] bit", 4);
        assertTrue(correlation[0] > 0.5 && correlation[0] < correlation[1] && correlation[1] < correlation[2], table);
        assertTrue(column(table, "8 bit", 5)[0] > 0.95, table);
    }

    @Test
    void appendedRowsAreFound() throws IOException {
        double[] recall = column(run("append"), "[0-9]", 3);
        assertEquals(6, recall.length);
        assertTrue(recall[5] > 0.98, "all lists: " + recall[5]);
    }

    @Test
    void everyCodeIsScannedAndItsFloorsAreMeasured() throws IOException {
        String table = run("scan");
        for (int column : new int[]{2, 3, 4, 5}) {
            double[] values = column(table, "(?:signs|product)", column);
            assertEquals(3, values.length);
            for (double value : values) {
                assertTrue(value > 0, table);
            }
        }
        assertEquals(12, column(table, "signs", 2)[0], "32 bits and two factors of four bytes");
    }

    @Test
    void roundedRowsRankNearlyAsWell() throws IOException {
        String table = run("rerank");
        double[] recall = column(table, "(?:float32|bf16|int8)", 4);
        assertEquals(9, recall.length);
        for (int i = 6; i < 9; i++) {
            assertTrue(recall[i] > 0.9 && recall[i] <= recall[6] + 0.05, table);
        }
        for (double read : column(table, "(?:bf16|int8)", 7)) {
            assertTrue(read <= 15, "vectors read: " + table);
        }
        assertTrue(table.contains("| 64 |") && table.contains("| 40 |"), table);
    }

    @Test
    void aSearchReadsThePagesOfItsExactDistances() throws IOException {
        String table = run("large", "--asked", "5");
        assertTrue(column(table, "128 ", 2)[0] > 0.95, table);
        if (System.getProperty("os.name").equals("Linux")) {
            // 32 components: 32 rows to a page, 47 pages in all
            for (double pages : column(table, "[0-9]+ \\|.*\\| random ", 5)) {
                assertTrue(pages >= 1 && pages <= 60, table);
            }
        }
    }
}
