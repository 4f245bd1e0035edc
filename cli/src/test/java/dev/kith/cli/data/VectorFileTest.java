package dev.kith.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of vectors are read exactly, or refused with the reason.
class VectorFileTest {
    @TempDir Path folder;

    private Path npy(String name, String descr, String shape, byte[] data) throws IOException {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
        header = header + " ".repeat(117 - header.length()) + "\n";
        ByteBuffer file = ByteBuffer.allocate(10 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0)
                .putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII)).put(data);
        return Files.write(folder.resolve(name), file.array());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void assertRows(Path file, float[]... rows) throws IOException {
        try (VectorFile vectors = VectorFile.open(file)) {
            assertEquals(rows[0].length, vectors.dimension());
            for (float[] row : rows) {
                assertArrayEquals(row, vectors.next());
            }
            assertNull(vectors.next());
        }
    }

    @Test
    void numpyOfEveryComponentType() throws IOException {
        short half = Float.floatToFloat16(1.5f);
        assertRows(
                npy("a.npy", "<f2", "(2, 2)", little(8).putShort(half).putShort(half).putShort((short) 0).putShort(half).array()),
                new float[]{1.5f, 1.5f}, new float[]{0f, 1.5f});
        assertRows(npy("b.npy", "<f4", "(1, 2)", little(8).putFloat(1e-30f).putFloat(-7f).array()), new float[]{1e-30f, -7f});
        assertRows(npy("c.npy", "<f8", "(1, 1)", little(8).putDouble(0.25).array()), new float[]{0.25f});
        assertRows(npy("d.npy", "|i1", "(1, 2)", new byte[]{-128, 127}), new float[]{-128, 127});
        assertRows(npy("e.npy", "|u1", "(1, 2)", new byte[]{-1, 1}), new float[]{255, 1});
    }

    @Test
    void vecsPlainAndGzipped() throws IOException {
        byte[] rows = little(24).putInt(2).putFloat(1).putFloat(2).putInt(2).putFloat(3).putFloat(4).array();
        assertRows(Files.write(folder.resolve("a.fvecs"), rows), new float[]{1, 2}, new float[]{3, 4});
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(rows);
        }
        assertRows(Files.write(folder.resolve("a.fvecs.gz"), zipped.toByteArray()), new float[]{1, 2}, new float[]{3, 4});
        assertRows(Files.write(folder.resolve("a.bvecs"), little(6).putInt(2).put((byte) 200).put((byte) 3).array()),
                new float[]{200, 3});
    }

    @Test
    void damageIsNamed() throws IOException {
        Path cut = npy("cut.npy", "<f4", "(2, 2)", new byte[12]);
        try (VectorFile vectors = VectorFile.open(cut)) {
            vectors.next();
            String message = assertThrows(IOException.class, vectors::next).getMessage();
            assertTrue(message.contains("row 1 of 2 is cut off after 4 of 8 bytes"), message);
        }
        Path mixed = Files.write(folder.resolve("mixed.fvecs"),
                little(20).putInt(1).putFloat(1).putInt(2).putFloat(1).putFloat(1).array());
        try (VectorFile vectors = VectorFile.open(mixed)) {
            vectors.next();
            String message = assertThrows(IOException.class, vectors::next).getMessage();
            assertTrue(message.contains("row 1 has dimension 2, expected 1"), message);
        }
        assertRefused(npy("one.npy", "<f4", "(8,)", new byte[32]), "two-dimensional");
        assertRefused(npy("big.npy", ">f4", "(1, 2)", new byte[8]), "little-endian");
        assertRefused(npy("huge.npy", "<f4", "(1, 99999999999)", new byte[8]), "99999999999");
        assertRefused(Files.write(folder.resolve("x.npy"), new byte[3]), "not a NumPy file");
        assertRefused(Files.write(folder.resolve("x.fvecs"), little(4).putInt(-5).array()), "dimension -5");
        assertRefused(Files.write(folder.resolve("x.parquet"), new byte[3]), ".npy, .fvecs or .bvecs");
    }

    private static void assertRefused(Path file, String part) {
        String message = assertThrows(IOException.class, () -> VectorFile.open(file).close()).getMessage();
        assertTrue(message.contains(part) && message.contains(file.getFileName().toString()), message);
    }
}
