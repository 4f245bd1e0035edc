package dev.kith.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The application as its users meet it: a process, HTTP, a kill, another process.
class NotesApplicationTest {
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private final HttpClient client = HttpClient.newHttpClient();
    @TempDir Path folder;

    private record Running(Process process, String url) {}

    private Running start() throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-XX:TieredStopAtLevel=1", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), NotesApplication.class.getName(), "--server.port=0",
                "--spring.ai.vectorstore.kith.path=" + folder.resolve("notes")).redirectErrorStream(true).start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder log = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            log.append(line).append('\n');
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {})); // or the pipe fills and the process stops
                return new Running(process, "http://localhost:" + port.group(1));
            }
        }
        throw new AssertionError("the application did not start:\n" + log);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response.body());
        return response.body();
    }

    private void post(Running app, String json) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(app.url() + "/notes")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private String get(Running app, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(app.url() + path)));
    }

    @Test
    void notesAreFoundByMeaningAlsoAfterAKill() throws IOException, InterruptedException {
        Running first = start();
        try {
            post(first, "{\"id\": \"1\", \"text\": \"Feed the cat before noon\", \"topic\": \"home\"}");
            post(first, "{\"id\": \"2\", \"text\": \"Send the invoice to the bank\", \"topic\": \"work\"}");
            post(first, "{\"id\": \"3\", \"text\": \"Book a table for dinner\", \"topic\": \"home\"}");
            String found = get(first, "/notes?query=hungry+pet");
            assertTrue(found.startsWith("[{\"id\":\"1\""), found);
            assertTrue(get(first, "/notes?query=money&topic=work").startsWith("[{\"id\":\"2\""));
            send(HttpRequest.newBuilder(URI.create(first.url() + "/notes/3")).DELETE());
            assertTrue(get(first, "/actuator/health").contains("\"collection.vector_store\":2"), get(first, "/actuator/health"));
            String metric = get(first, "/actuator/metrics/kith.search?tag=collection:vector_store");
            assertTrue(metric.contains("\"COUNT\",\"value\":2"), metric);
        } finally {
            first.process().toHandle().destroyForcibly();
            first.process().waitFor();
        }
        Running second = start();
        try {
            assertTrue(get(second, "/notes?query=hungry+pet").startsWith("[{\"id\":\"1\""), "acknowledged before the kill");
            assertEquals(-1, get(second, "/notes?query=dinner+table").indexOf("\"3\""), "deleted before the kill");
        } finally {
            second.process().toHandle().destroy(); // unlike the process itself, this leaves its output to be read
            second.process().waitFor();
        }
    }
}
