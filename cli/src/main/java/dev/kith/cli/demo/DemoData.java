package dev.kith.cli.demo;

import dev.kith.Record;
import dev.kith.cli.data.JsonLines;
import dev.kith.files.RowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// WordNet glosses with their vectors, and questions with theirs; see `data/wordnet-20k/README.md`.
///
/// @param glosses the records to be written
/// @param vectors their unit vectors, row i for gloss i
/// @param questions what is asked
record DemoData(List<Record> glosses, List<float[]> vectors, List<Question> questions) {
    static final int DIMENSION = 384;

    /// A question with its vector and, where people have labelled it, the ids that answer it.
    record Question(String kind, String text, List<String> relevant, float[] vector) {}

    static DemoData load(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                    folder + " is missing: the demo's data lies beside the launcher in a checkout; or name it with --data");
        }
        List<float[]> vectors = unitRows(folder.resolve("vectors.f16.npy"));
        List<Record> glosses = new ArrayList<>(vectors.size());
        try (JsonLines lines = JsonLines.open(folder.resolve("records.jsonl.gz"))) {
            for (Map<String, Object> line = lines.next(); line != null; line = lines.next()) {
                glosses.add(gloss(line, vectors.get(glosses.size())));
            }
        }
        List<float[]> queryVectors = unitRows(folder.resolve("queries.f16.npy"));
        List<Question> questions = new ArrayList<>(queryVectors.size());
        try (JsonLines lines = JsonLines.open(folder.resolve("queries.jsonl.gz"))) {
            for (Map<String, Object> line = lines.next(); line != null; line = lines.next()) {
                List<String> relevant = ((List<?>) line.getOrDefault("relevant", List.of())).stream().map(Object::toString)
                        .toList();
                questions.add(new Question(member(line, "kind"), member(line, "text"), relevant,
                        queryVectors.get(questions.size())));
            }
        }
        if (glosses.size() != vectors.size() || questions.size() != queryVectors.size()) {
            throw new IOException(
                    folder + ": " + glosses.size() + " records for " + vectors.size() + " vectors, " + questions.size()
                            + " questions for " + queryVectors.size() + " vectors");
        }
        return new DemoData(glosses, vectors, questions);
    }

    List<Question> questions(String kind) {
        return questions.stream().filter(q -> q.kind().equals(kind)).toList();
    }

    private static Record gloss(Map<String, Object> line, float[] vector) {
        Record.Builder record = Record.builder(member(line, "id")).vector("embedding", vector).field("gloss",
                member(line, "text"));
        for (String name : List.of("words", "pos", "lexfile", "tag_count", "polysemy", "has_example", "proper_noun")) {
            Object value = line.get(name);
            if (value != null) {
                record.field(name, value);
            }
        }
        return record.build();
    }

    private static String member(Map<String, Object> line, String name) {
        Object value = line.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no member '" + name + "' in " + line);
        }
        return value.toString();
    }

    private static List<float[]> unitRows(Path file) throws IOException {
        List<float[]> rows = new ArrayList<>();
        try (RowReader vectors = RowReader.open(file, "")) {
            for (float[] row = vectors.next(); row != null; row = vectors.next()) {
                double square = 0;
                for (float x : row) {
                    square += (double) x * x;
                }
                double norm = Math.sqrt(square);
                for (int i = 0; i < row.length; i++) {
                    row[i] = (float) (row[i] / norm);
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
