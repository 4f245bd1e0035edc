package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.AcceleratorProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine has many ways of having no GPU; each must end in a sentence that says which.
class CudaSearchTest {
    @Test
    void aFolderWithoutLibrariesSaysWhatIsMissingAndWhere(@TempDir Path folder) {
        Assumptions.assumeFalse(System.getProperty("os.name").contains("Windows"), "library names of Linux");
        assertEquals("libcudart.so.13 and libcudart.so.12 not found in " + folder
                + ". Install the CUDA 12 or 13 runtime with cuBLAS, or name its folder in KITH_CUDA_FOLDERS", reason(folder));
    }

    @Test
    void cublasAloneMissingIsSaid(@TempDir Path folder) throws IOException {
        Files.copy(CudaDouble.folder().resolve("libcudart.so.13"), folder.resolve("libcudart.so.13"));
        String reason = reason(folder);
        assertTrue(reason.startsWith("libcudart.so.13 is there, but libcublas.so.13 was not found in " + folder), reason);
    }

    @Test
    void aFileThatIsNoLibraryIsSaid(@TempDir Path folder) throws IOException {
        Assumptions.assumeFalse(System.getProperty("os.name").contains("Windows"), "library names of Linux");
        Files.writeString(folder.resolve("libcudart.so.12"), "not a library");
        String reason = reason(folder);
        assertTrue(reason.startsWith(folder.resolve("libcudart.so.12") + " cannot be loaded ("), reason);
    }

    @Test
    void aLibraryWithoutTheFunctionsIsSaid(@TempDir Path folder) throws IOException {
        CudaDouble.folder();
        Path empty = folder.resolve("empty.c");
        Files.writeString(empty, "int kith_nothing(void) { return 0; }\n");
        for (String name : List.of("libcudart.so.12", "libcublas.so.12")) {
            CudaDouble.compile(List.of("-shared", "-fPIC", "-o", folder.resolve(name).toString(), empty.toString()));
        }
        String reason = reason(folder);
        assertTrue(reason.endsWith(" cannot be used: the library has no function cudaDriverGetVersion"), reason);
    }

    @Test
    void noDriverAnOldDriverAndNoDeviceAreToldApart() {
        CudaDouble.reset(1, 1 << 20, 0, 0);
        assertEquals("no NVIDIA driver is installed", reason(CudaDouble.folder()));
        CudaDouble.reset(1, 1 << 20, 12040, 0);
        assertEquals("the NVIDIA driver is too old: it supports CUDA 12.4, the runtime found is 13.0",
                reason(CudaDouble.folder()));
        CudaDouble.reset(0, 1 << 20, 13000, 0);
        assertEquals("no CUDA device: the driver is there, but shows none (check nvidia-smi and CUDA_VISIBLE_DEVICES)",
                reason(CudaDouble.folder()));
        CudaDouble.reset(2, 1 << 20, 13000, 0);
        var options = CudaDouble.options(AcceleratorOptions.AUTO.withDevice(2), GpuPrecision.FLOAT32);
        assertEquals("device 2 was asked for, this machine has 2", absent(options));
    }

    @Test
    void theDoubleIsDescribed() {
        CudaDouble.reset(2, 1L << 30, 13000, 0);
        try (GpuBatchScorer scorer = CudaDouble.open(CudaDouble.options(AcceleratorOptions.AUTO.withDevice(1),
                GpuPrecision.FLOAT32))) {
            GpuInfo info = scorer.info();
            assertEquals("CPU double (tests only)", info.name());
            assertEquals(86, info.computeCapability());
            assertEquals(40 * 128 * 2 * 1.5e9, info.peakFlops());
            assertEquals(2 * 5e9 * 256 / 8, info.memoryBytesPerSecond());
            assertEquals("cuda:1", scorer.name());
            assertEquals(1L << 30, info.memoryBytes());
        }
        CudaDouble.assertClean("described");
    }

    @Test
    void theServiceLoaderFindsTheProviderAndItNeverThrows() {
        List<AcceleratorProvider> providers = ServiceLoader.load(AcceleratorProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        assertEquals(1, providers.size());
        assertEquals("cuda", providers.getFirst().name());
        switch (providers.getFirst().open(AcceleratorOptions.AUTO)) {
            case AcceleratorProvider.Found.Usable(var accelerator) -> accelerator.close();
            case AcceleratorProvider.Found.Unavailable(var reason) -> assertFalse(reason.isBlank());
        }
    }

    @Test
    void theRealRuntimeSaysWhyThereIsNoDevice() {
        var symbols = CudaLibraries.findRuntime(List.of());
        Assumptions.assumeTrue(symbols != null, "no CUDA runtime library on this machine");
        GpuDevice.Count count = GpuDevice.count(new CudaRuntime(symbols));
        Assumptions.assumeTrue(count.devices() == 0, "this machine has a CUDA device");
        assertTrue(count.reason().startsWith("no NVIDIA driver") || count.reason().startsWith("the NVIDIA driver is too old")
                || count.reason().startsWith("no CUDA device"), count.reason());
    }

    @Test
    void theRealCublasHasEveryFunctionAndRefusesWithoutADevice() {
        CudaLibraries libraries = CudaLibraries.find(List.of()).libraries();
        Assumptions.assumeTrue(libraries != null, "no CUDA runtime with cuBLAS on this machine");
        Cublas blas = new Cublas(libraries.blas());
        Assumptions.assumeTrue(GpuDevice.count(new CudaRuntime(libraries.runtime())).devices() == 0,
                "this machine has a CUDA device");
        assertThrows(CudaException.class, blas::create);
    }

    @Test
    void theUsualFoldersFollowTheEnvironment() {
        var folders = List.copyOf(CudaLibraries.usualFolders(
                Map.of("KITH_CUDA_FOLDERS", "/a" + java.io.File.pathSeparator + "/b", "CUDA_PATH", "/c", "CUDA_HOME", ""),
                false));
        assertEquals(List.of(Path.of("/a"), Path.of("/b"), Path.of("/c/lib64"), Path.of("/c/lib")), folders.subList(0, 4));
        assertTrue(folders.contains(Path.of("/usr/local/cuda/lib64")));
        var windows = CudaLibraries.usualFolders(Map.of("CUDA_PATH", "C"), true);
        assertTrue(windows.contains(Path.of("C", "bin", "x64")));
        assertEquals("cudart64_13.dll", CudaLibraries.runtimeName(true, 13));
        assertEquals("cublas64_12.dll", CudaLibraries.blasName(true, 12));
    }

    /// The double is compiled against the vendor's headers where they are, so that its prototypes cannot drift from them.
    @Test
    void prototypesAgreeWithTheVendorsHeaders() {
        CudaDouble.folder();
        Path runtime = header("cuda_runtime_api.h");
        Assumptions.assumeTrue(runtime != null, "no cuda_runtime_api.h on this machine");
        check(runtime, null, "cuda_double.c");
    }

    @Test
    void cublasPrototypesAgreeWithTheVendorsHeaders() {
        CudaDouble.folder();
        Path runtime = header("cuda_runtime_api.h");
        Path blas = header("cublas_v2.h");
        Assumptions.assumeTrue(runtime != null && blas != null, "no cublas_v2.h on this machine");
        check(runtime, blas, "cublas_double.c");
    }

    private static void check(Path include, Path second, String source) {
        CudaDouble.compile(List.of("-fsyntax-only", "-Wno-enum-conversion", "-Wno-enum-compare", "-DKITH_CHECK_PROTOTYPES",
                "-isystem", include.toString(), "-isystem",
                (second == null ? include : second).toString(), Path.of("src/test/c", source).toString()));
    }

    private static Path header(String name) {
        for (Path folder : CudaLibraries.usualFolders(System.getenv(), false)) {
            Path include = folder.resolveSibling("include");
            if (Files.exists(include.resolve(name))) {
                return include;
            }
        }
        return null;
    }

    private static String reason(Path folder) {
        return absent(GpuOptions.DEFAULTS.withLibraryFolders(List.of(folder)));
    }

    private static String absent(GpuOptions options) {
        return switch (GpuBatchScorer.open(options)) {
            case GpuBatchScorer.Search.Absent(var reason) -> reason;
            case GpuBatchScorer.Search.Found(var scorer) -> {
                scorer.close();
                throw new AssertionError("found " + scorer.info());
            }
        };
    }
}
