package dev.kith.cli.columns;

import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// The compressions of Parquet's pages without Hadoop and without native code: none, Snappy, gzip, Zstandard and LZ4_RAW for reading,
/// none and Snappy for writing.
final class Codecs implements CompressionCodecFactory {
    /// A page's size is in its header, which may be damaged or hostile.
    private static final int MAX_PAGE_BYTES = 512 << 20;

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED, SNAPPY -> new Compressor(codec);
            default -> throw new IllegalArgumentException("compression " + codec + ": expected UNCOMPRESSED or SNAPPY");
        };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4_RAW -> new Decompressor(codec);
            default -> throw new IllegalArgumentException(
                    "compression " + codec + ": expected UNCOMPRESSED, SNAPPY, GZIP, ZSTD or LZ4_RAW");
        };
    }

    @Override
    public void release() {
        // nothing is held
    }

    private record Compressor(CompressionCodecName codec) implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput page) throws IOException {
            if (codec == CompressionCodecName.UNCOMPRESSED) {
                return page;
            }
            SnappyCompressor snappy = new SnappyCompressor();
            byte[] in = page.toByteArray();
            byte[] out = new byte[snappy.maxCompressedLength(in.length)];
            return BytesInput.from(out, 0, snappy.compress(in, 0, in.length, out, 0, out.length));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {
            // nothing is held
        }
    }

    private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput page, int size) throws IOException {
            return BytesInput.from(decompress(page.toByteArray(), size));
        }

        @Override
        public void decompress(ByteBuffer in, int inSize, ByteBuffer out, int size) throws IOException {
            byte[] bytes = new byte[inSize];
            in.get(bytes);
            out.put(decompress(bytes, size));
        }

        private byte[] decompress(byte[] in, int size) throws IOException {
            if (size < 0 || size > MAX_PAGE_BYTES) {
                throw new IOException("a page of " + size + " bytes, expected at most " + MAX_PAGE_BYTES);
            }
            byte[] out = new byte[size];
            int got = switch (codec) {
                case SNAPPY -> new SnappyDecompressor().decompress(in, 0, in.length, out, 0, size);
                case ZSTD -> new ZstdDecompressor().decompress(in, 0, in.length, out, 0, size);
                case LZ4_RAW -> new Lz4Decompressor().decompress(in, 0, in.length, out, 0, size);
                case GZIP -> unzip(in, out);
                default -> {
                    System.arraycopy(in, 0, out, 0, Math.min(in.length, size));
                    yield in.length;
                }
            };
            if (got != size) {
                throw new IOException("a page of " + size + " bytes has " + got + " after " + codec);
            }
            return out;
        }

        private static int unzip(byte[] in, byte[] out) throws IOException {
            try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(in))) {
                int got = unzipped.readNBytes(out, 0, out.length);
                return unzipped.read() < 0 ? got : got + 1;
            }
        }

        @Override
        public void release() {
            // nothing is held
        }
    }
}
