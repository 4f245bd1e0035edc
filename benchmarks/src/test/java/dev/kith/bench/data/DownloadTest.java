package dev.kith.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broken connection is gone on with, and a wrong byte is found.
class DownloadTest {
    @TempDir Path folder;
    private final byte[] content = new byte[100_000];
    private final List<String> ranges = new ArrayList<>();
    private String tag = "";
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        new SplittableRandom(3).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(String.valueOf(range));
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (!tag.isEmpty()) {
                exchange.getResponseHeaders().add("ETag", '"' + tag + '"');
            }
            if (exchange.getRequestURI().getPath().equals("/absent")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.sendResponseHeaders(from == 0 ? 200 : 206, content.length - from);
            exchange.getResponseBody().write(content, from, content.length - from);
        }
    }

    private URI address(String path) {
        return URI.create("http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort() + path);
    }

    private Path fetch(String name) throws IOException {
        return new Download(_ -> {}).fetch(address("/" + name), folder.resolve(name));
    }

    @Test
    void fetchesOnceAndNotesTheChecksum() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(fetch("a")));
        assertEquals(64, Files.readString(folder.resolve("a.sha256")).strip().length());
        fetch("a");
        assertEquals(1, ranges.size(), "a complete file is not fetched again");
    }

    @Test
    void goesOnWhereAnAttemptStopped() throws IOException {
        Files.write(folder.resolve("b.part"), Arrays.copyOf(content, 40_000));
        assertArrayEquals(content, Files.readAllBytes(fetch("b")));
        assertEquals(List.of("bytes=40000-"), ranges);
    }

    @Test
    void aWrongByteInTheResumedPartIsFoundByTheServersTag() throws Exception {
        tag = java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
        byte[] wrong = Arrays.copyOf(content, 40_000);
        wrong[7] ^= 1;
        Files.write(folder.resolve("c.part"), wrong);
        IOException e = assertThrows(IOException.class, () -> fetch("c"));
        assertTrue(e.getMessage().contains("checksum"), e.getMessage());
        assertFalse(Files.exists(folder.resolve("c")));
        assertArrayEquals(content, Files.readAllBytes(fetch("c")), "the next attempt begins anew");
    }

    @Test
    void aChangedFileIsToldByTheNotedChecksum() throws IOException {
        Files.delete(fetch("d"));
        content[9] ^= 1;
        assertTrue(assertThrows(IOException.class, () -> fetch("d")).getMessage().contains("SHA-256"));
    }

    @Test
    void aRefusalIsTold() {
        assertTrue(assertThrows(IOException.class, () -> fetch("absent")).getMessage().contains("404"));
    }
}
