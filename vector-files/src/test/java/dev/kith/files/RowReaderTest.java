package dev.kith.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each file form gives the numbers that were written, and a broken file is told as broken.
class RowReaderTest {
    @TempDir Path folder;

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        if (name.endsWith(".gz")) {
            try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(bytes);
            }
        } else {
            Files.write(file, bytes);
        }
        return file;
    }

    private static byte[] npy(String descr, boolean fortran, int rows, int columns, byte[] body) {
        return npy(descr, fortran, body, "(" + rows + ", " + columns + ")");
    }

    private static byte[] npy(String descr, boolean fortran, byte[] body, String shape) {
        String header = "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape
                + ", }\n";
        ByteBuffer b = ByteBuffer.allocate(10 + header.length() + body.length).order(ByteOrder.LITTLE_ENDIAN);
        b.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0)
                .putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII)).put(body);
        return b.array();
    }

    private static float[][] all(Path file) throws IOException {
        try (RowReader reader = RowReader.open(file, "train")) {
            java.util.List<float[]> rows = new java.util.ArrayList<>();
            float[] row = new float[reader.dimension()];
            while (reader.next(row)) {
                rows.add(row.clone());
            }
            assertTrue(reader.count() == rows.size() || reader.count() == -1 && file.toString().endsWith(".gz"), "count");
            return rows.toArray(float[][]::new);
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void fvecsPlainAndGzipped() throws IOException {
        byte[] bytes = little(24).putInt(2).putFloat(1.5f).putFloat(-2f).putInt(2).putFloat(3f).putFloat(4f).array();
        for (String name : new String[]{"a.fvecs", "a.fvecs.gz"}) {
            float[][] rows = all(write(name, bytes));
            assertEquals(2, rows.length);
            assertArrayEquals(new float[]{1.5f, -2f}, rows[0]);
            assertArrayEquals(new float[]{3f, 4f}, rows[1]);
        }
    }

    @Test
    void bvecsAreUnsigned() throws IOException {
        assertArrayEquals(new float[]{0, 200, 255},
                all(write("a.bvecs", little(7).putInt(3).put(new byte[]{0, -56, -1}).array()))[0]);
    }

    @Test
    void ivecsKeepIdsThatAFloatWouldLose() throws IOException {
        Path file = write("t.ivecs.gz", little(12).putInt(2).putInt(16_777_217).putInt(-1).array());
        assertArrayEquals(new int[]{16_777_217, -1}, IntRows.read(file, "", Integer.MAX_VALUE)[0]);
    }

    @Test
    void npyOfEveryKind() throws IOException {
        assertArrayEquals(new float[]{1.25f, -7f},
                all(write("f4.npy", npy("<f4", false, 1, 2, little(8).putFloat(1.25f).putFloat(-7f).array())))[0]);
        assertArrayEquals(new float[]{0.25f},
                all(write("f8.npy", npy("<f8", false, 1, 1, little(8).putDouble(0.25).array())))[0]);
        assertArrayEquals(new float[]{-7}, all(write("i4.npy", npy("<i4", false, 1, 1, little(4).putInt(-7).array())))[0]);
        short half = Float.floatToFloat16(0.333f);
        assertArrayEquals(new float[]{Float.float16ToFloat(half)},
                all(write("f2.npy.gz", npy("<f2", false, 1, 1, little(2).putShort(half).array())))[0]);
        assertArrayEquals(new float[]{-128, 127}, all(write("i1.npy", npy("|i1", false, 1, 2, new byte[]{-128, 127})))[0]);
        assertArrayEquals(new float[]{128, 255}, all(write("u1.npy.gz", npy("|u1", false, 1, 2, new byte[]{-128, -1})))[0]);
    }

    @Test
    void hdf5AsAnnBenchmarksWritesIt() throws IOException {
        float[][] train = new float[5000][3];
        int[][] neighbors = new int[4][2];
        for (int i = 0; i < train.length; i++) {
            Arrays.fill(train[i], i + 0.5f);
        }
        for (int i = 0; i < neighbors.length; i++) {
            neighbors[i] = new int[]{i, 1000 + i};
        }
        Path file = folder.resolve("set.hdf5");
        try (WritableHdfFile out = HdfFile.write(file)) {
            out.putDataset("train", train);
            out.putDataset("neighbors", neighbors);
        }
        float[][] rows = all(file);
        assertEquals(5000, rows.length);
        for (int i : new int[]{0, 4095, 4096, 4999}) {
            assertArrayEquals(train[i], rows[i], "row " + i);
        }
        assertArrayEquals(neighbors[3], IntRows.read(file, "neighbors", 10)[3]);
        assertThrows(DataFormatException.class, () -> RowReader.open(file, "absent"));
    }

    @Test
    void everyFlippedByteOfAnHdf5FileIsToldOrHarmless() throws IOException {
        Path file = folder.resolve("small.hdf5");
        try (WritableHdfFile out = HdfFile.write(file)) {
            out.putDataset("train", new float[][]{{1, 2}, {3, 4}, {5, 6}});
        }
        byte[] bytes = Files.readAllBytes(file);
        Path damaged = folder.resolve("damaged.hdf5");
        for (int at = 0; at < bytes.length; at++) {
            for (int flip : new int[]{0x01, 0x80, 0xff}) {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) flip;
                Files.write(damaged, changed);
                try {
                    all(damaged);
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains(damaged.toString()), e.getMessage());
                } catch (Throwable e) {
                    throw new AssertionError("byte " + at + " changed by " + flip, e);
                }
            }
        }
    }

    @Test
    void idsThatNoIntHoldsAreRefused() throws IOException {
        Path file = folder.resolve("ids.hdf5");
        try (WritableHdfFile out = HdfFile.write(file)) {
            out.putDataset("long", new long[][]{{7, 1L << 31}});
            out.putDataset("half", new float[][]{{0.5f}});
        }
        for (String member : new String[]{"long", "half"}) {
            DataFormatException e = assertThrows(DataFormatException.class, () -> IntRows.read(file, member, 1));
            assertTrue(e.getMessage().contains("row 0"), e.getMessage());
        }
        for (String name : new String[]{"a.fvecs", "a.npy"}) {
            Path other = write(name, name.endsWith(".npy")
                    ? npy("<f4", false, 1, 1, new byte[4])
                    : little(8).putInt(1).putFloat(1).array());
            assertThrows(DataFormatException.class, () -> IntRows.read(other, "", 1));
        }
    }

    @Test
    void brokenFilesAreToldAsBroken() throws IOException {
        Path cut = write("cut.fvecs", little(10).putInt(2).putFloat(1).putShort((short) 1).array());
        assertTold(cut, "row 0");
        Path grows = write("grows.fvecs", little(20).putInt(1).putFloat(1).putInt(2).putFloat(1).putFloat(1).array());
        assertTold(grows, "dimension of row 1");
        assertTold(write("huge.fvecs", little(8).putInt(Integer.MAX_VALUE).putInt(0).array()), "dimension of row 0");
        assertTold(write("empty.fvecs", new byte[0]), "dimension of row 0");
        assertTold(write("magic.npy", new byte[20]), "magic");
        assertTold(write("fortran.npy", npy("<f4", true, 1, 1, new byte[4])), "fortran_order");
        assertTold(write("kind.npy", npy("<c8", false, 1, 1, new byte[8])), "descr");
        assertTold(write("short.npy", npy("<f4", false, 2, 1, new byte[4])), "row 1 of 2");
        assertTold(write("big.npy", npy(">f4", false, 1, 1, new byte[4])), "descr");
        assertTold(write("version.npy", new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 9, 0}), "version");
        assertTold(write("long.npy", npy("<f4", false, new byte[4], "(1, 99999999999)")), "shape");
        assertTold(write("flat.npy", npy("<f4", false, new byte[4], "(8,)")), "shape");
        assertTold(write("name.txt", new byte[4]), "suffix");
    }

    private static void assertTold(Path file, String what) {
        DataFormatException e = assertThrows(DataFormatException.class, () -> all(file));
        assertTrue(e.getMessage().contains(file.toString()) && e.getMessage().contains(what), e.getMessage());
        assertFalse(e.getMessage().contains("null"), e.getMessage());
    }
}
