package dev.kith.bench.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Fetches a file once: goes on where an interrupted attempt stopped, and checks what came. The publishers state no
/// checksum in a file of its own; checked are the length, the SHA-256 or MD5 that the server's entity tag carries where it
/// carries one, and, from the first complete fetch on, the SHA-256 noted beside the file.
public final class Download {
    private final Consumer<String> log;
    private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(30)).build();

    /// @param log receives progress lines
    public Download(Consumer<String> log) {
        this.log = log;
    }

    /// The file, fetched if it is not there yet.
    ///
    /// @throws IOException if the server refuses, the connection breaks (run again to go on) or a check fails
    public Path fetch(URI address, Path file) throws IOException {
        Path noted = file.resolveSibling(file.getFileName() + ".sha256");
        if (Files.exists(file) && Files.exists(noted)) {
            return file;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        String tag = transfer(address, part);
        String sha256 = digest(part, "SHA-256");
        check(address, part, tag, sha256);
        if (Files.exists(noted) && !Files.readString(noted).strip().equals(sha256)) {
            throw new IOException(
                    address + ": SHA-256 was " + Files.readString(noted).strip() + " before, is " + sha256 + " now");
        }
        Files.writeString(noted, sha256 + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }

    private String transfer(URI address, Path part) throws IOException {
        long have = Files.exists(part) ? Files.size(part) : 0;
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        HttpResponse<InputStream> response;
        try {
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(address + ": interrupted", e);
        }
        try (InputStream in = response.body()) {
            return receive(address, part, have, response, in);
        }
    }

    private String receive(URI address, Path part, long have, HttpResponse<InputStream> response, InputStream in)
            throws IOException {
        long start = switch (response.statusCode()) {
            case 200 -> 0;
            case 206 -> have;
            case 416 -> -1; // nothing is left to fetch
            default -> throw new IOException(address + ": the server answered " + response.statusCode());
        };
        if (start >= 0) {
            OptionalLong rest = response.headers().firstValueAsLong("Content-Length");
            log.accept("fetching " + address + (start > 0 ? ", going on at byte " + start : "")
                    + (rest.isPresent() ? ", " + rest.getAsLong() / 1_000_000 + " MB" : ""));
            try (OutputStream out = start == 0
                    ? Files.newOutputStream(part)
                    : Files.newOutputStream(part, StandardOpenOption.APPEND)) {
                in.transferTo(out);
            }
            if (rest.isPresent() && Files.size(part) != start + rest.getAsLong()) {
                throw new IOException(address + ": expected " + (start + rest.getAsLong()) + " bytes, got " + Files.size(part)
                        + "; run again to go on");
            }
        }
        Optional<String> linked = response.headers().firstValue("X-Linked-Etag");
        return linked.or(() -> response.headers().firstValue("ETag")).orElse("").replace("\"", "");
    }

    private static void check(URI address, Path part, String tag, String sha256) throws IOException {
        String expected;
        String found;
        if (tag.matches("[0-9a-f]{64}")) {
            expected = tag;
            found = sha256;
        } else if (tag.matches("[0-9a-f]{32}")) {
            expected = tag;
            found = digest(part, "MD5");
        } else {
            return; // the tag is no checksum
        }
        if (!expected.equals(found)) {
            Files.delete(part);
            throw new IOException(address + ": the server's checksum is " + expected + ", the file's is " + found);
        }
    }

    private static String digest(Path file, String algorithm) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            byte[] buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + algorithm, e);
        }
    }
}
