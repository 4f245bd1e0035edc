package dev.kith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Folders of databases as files: copied, listed, damaged.
public final class Folders {
    /// Whether tests of damage go through all files and many places, as with `-Dkith.damage.all=true`.
    static final boolean EVERYTHING = Boolean.getBoolean("kith.damage.all");

    private Folders() {}

    /// A third of all files, unless all are wanted; the choice depends on the name alone.
    static boolean chosen(Path file) {
        String name = String.valueOf(file.getFileName());
        return EVERYTHING || name.hashCode() % 3 == 0 || name.endsWith("CATALOG") || name.endsWith(".kvix");
    }

    /// Copies a folder to a place that is not there yet.
    public static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.sorted().toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
        return to;
    }

    /// All files below a folder, sorted.
    public static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// The files below a folder whose name ends so.
    public static List<Path> files(Path folder, String suffix) throws IOException {
        return files(folder).stream().filter(f -> f.toString().endsWith(suffix)).toList();
    }

    /// Flips one bit.
    public static void flip(Path file, int place, int bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[place] ^= (byte) (1 << bit);
        Files.write(file, bytes);
    }

    /// Places of a file to damage: one, or its ends and many between if everything is wanted.
    static int[] places(Path file, Random random) throws IOException {
        int size = (int) Files.size(file);
        if (!EVERYTHING) {
            return new int[]{random.nextInt(size)};
        }
        int[] places = new int[22];
        places[1] = size - 1;
        for (int i = 2; i < places.length; i++) {
            places[i] = random.nextInt(size);
        }
        return places;
    }

    /// Whether the bytes are anywhere in the files below a folder; names the file.
    public static List<Path> containing(Path folder, byte[] needle) throws IOException {
        return files(folder).stream().filter(f -> contains(f, needle)).toList();
    }

    private static boolean contains(Path file, byte[] needle) {
        try {
            String all = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
            return all.contains(new String(needle, java.nio.charset.StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
