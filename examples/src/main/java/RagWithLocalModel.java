import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Hit;
import dev.kith.Kith;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.TextAnalysis;
import dev.kith.core.Metric;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;

// Retrieval for an assistant that knows this project's own documentation: every paragraph of its Markdown files is embedded
// by a real model in this process (all-MiniLM-L6-v2, quantized, from Maven Central), stored with its file name, and found
// by meaning and words together. What is printed last is the prompt a language model would be given.
void main(String[] args) throws Exception {
    Path docs = Path.of(args.length > 0 ? args[0] : "docs");
    String question = args.length > 1 ? args[1] : "What is a score, and how is it computed from a distance?";
    EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();
    Schema schema = Schema.builder().vector("embedding", model.dimension(), Metric.COSINE).keyword("file")
            .text("body", TextAnalysis.ENGLISH).build();

    try (Database database = Kith.open(Files.createTempDirectory("kith-rag"))) {
        Collection chunks = database.createCollection("chunks", schema);
        long start = System.nanoTime();
        for (Path file : markdown(docs)) {
            chunks.upsert(embed(model, file, paragraphs(file)));
        }
        IO.println("embedded and stored " + chunks.count() + " paragraphs in " + (System.nanoTime() - start) / 1_000_000 + " ms");

        Query query = Query.hybrid("embedding", model.embed(question).content().vector(), "body", question).k(3).fields("file",
                "body");
        IO.println("Answer the question from these passages.\n");
        for (Hit hit : chunks.search(query)) {
            IO.println("[" + hit.fields().get("file") + "] " + hit.fields().get("body") + "\n");
        }
        IO.println("Question: " + question);
    }
}

List<Path> markdown(Path docs) throws IOException {
    try (Stream<Path> files = Files.walk(docs)) {
        return files.filter(f -> f.toString().endsWith(".md")).sorted().toList();
    }
}

/// Paragraphs long enough to say something; a heading goes with the paragraph below it.
List<String> paragraphs(Path file) throws IOException {
    List<String> paragraphs = new ArrayList<>();
    String heading = "";
    for (String block : Files.readString(file).split("\n\\s*\n")) {
        if (block.startsWith("#") && !block.contains("\n")) {
            heading = block.replaceFirst("^#+\\s*", "") + ": ";
        } else if (block.length() >= 80 && !block.startsWith("```")) {
            paragraphs.add(heading + block.replace('\n', ' '));
        }
    }
    return paragraphs;
}

List<Record> embed(EmbeddingModel model, Path file, List<String> paragraphs) {
    List<Record> records = new ArrayList<>();
    for (String paragraph : paragraphs) {
        float[] vector = model.embed(TextSegment.from(paragraph)).content().vector();
        records.add(Record.builder(file.getFileName() + "#" + records.size()).vector("embedding", vector)
                .field("file", file.getFileName().toString()).field("body", paragraph).build());
    }
    return records;
}
