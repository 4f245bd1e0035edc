package dev.kith.example;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Notes that are found by what they mean; the model runs inside the process.
///
/// ```
/// curl -X POST localhost:8080/notes -H 'Content-Type: application/json' -d '{"id": "1", "text": "Feed the cat", "topic": "home"}'
/// curl 'localhost:8080/notes?query=hungry+pet&topic=home'
/// ```
@SpringBootApplication
public class NotesApplication {
    /// For Spring.
    public NotesApplication() {}

    /// Starts the application.
    public static void main(String[] arguments) {
        SpringApplication.run(NotesApplication.class, arguments);
    }

    /// A model that needs no network.
    @Bean
    EmbeddingModel embeddingModel() {
        return new LocalModel();
    }

    /// A note.
    ///
    /// @param id stable name
    /// @param text what it says
    /// @param topic what it belongs to
    public record Note(String id, String text, String topic) {}

    /// The web face.
    @RestController
    static class Notes {
        private final VectorStore store;

        Notes(VectorStore store) {
            this.store = store;
        }

        @PostMapping("/notes")
        void add(@RequestBody Note note) {
            store.add(List.of(new Document(note.id(), note.text(), Map.of("topic", note.topic()))));
        }

        @GetMapping("/notes")
        List<Note> find(@RequestParam("query") String query,
                @RequestParam(name = "topic", required = false) @Nullable String topic) {
            SearchRequest.Builder request = SearchRequest.builder().query(query).topK(3);
            if (topic != null) {
                request.filterExpression(
                        new org.springframework.ai.vectorstore.filter.FilterExpressionBuilder().eq("topic", topic).build());
            }
            return store.similaritySearch(request.build()).stream()
                    .map(d -> new Note(d.getId(), Objects.requireNonNull(d.getText()),
                            String.valueOf(d.getMetadata().get("topic"))))
                    .toList();
        }

        @DeleteMapping("/notes/{id}")
        void delete(@PathVariable("id") String id) {
            store.delete(List.of(id));
        }
    }
}
