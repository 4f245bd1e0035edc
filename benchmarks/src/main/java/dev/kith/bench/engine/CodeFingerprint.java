package dev.kith.bench.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// A checksum of compiled code, so that an index built by yesterday's code is not measured as today's.
final class CodeFingerprint {
    private CodeFingerprint() {}

    /// Over the jars or class folders that the classes come from.
    static String of(Class<?>... classes) {
        CRC32C crc = new CRC32C();
        try {
            for (Class<?> type : classes) {
                URI place = type.getProtectionDomain().getCodeSource().getLocation().toURI();
                update(crc, Path.of(place));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("class path entry that is no address", e);
        }
        return Long.toHexString(crc.getValue());
    }

    private static void update(CRC32C crc, Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(place)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(f -> f.toString().endsWith(".class") || f.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path file : files) {
            crc.update(Files.readAllBytes(file));
        }
    }
}
