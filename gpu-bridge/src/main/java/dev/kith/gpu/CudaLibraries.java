package dev.kith.gpu;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the CUDA runtime and cuBLAS of one major version, 13 before 12, without asking for a build-time dependency.
///
/// Looked at, in this order: `KITH_CUDA_FOLDERS` (folders separated as in `PATH`), `CUDA_PATH`, `CUDA_HOME`, the usual
/// installation folders, and the system's own search path. Libraries stay loaded for the life of the JVM.
///
/// @param major major version of both
/// @param runtime symbols of the CUDA runtime
/// @param blas symbols of cuBLAS, [SymbolLookup] of nothing if it was not asked for
/// @param places where they were found
record CudaLibraries(int major, SymbolLookup runtime, SymbolLookup blas, String places) {
    private static final int[] MAJORS = {13, 12};

    /// What looking came to: libraries, or a reason to show.
    record Search(@Nullable CudaLibraries libraries, String reason) {}

    private record Loaded(SymbolLookup symbols, String place) {}

    /// @param folders the only folders to look in, or none for the usual places
    static Search find(List<Path> folders) {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
        Set<Path> places = folders.isEmpty() ? usualFolders(System.getenv(), windows) : new LinkedHashSet<>(folders);
        List<String> troubles = new ArrayList<>();
        for (int major : MAJORS) {
            Loaded runtime = load(runtimeName(windows, major), places, folders.isEmpty(), troubles);
            if (runtime == null) {
                continue;
            }
            Loaded blas = load(blasName(windows, major), places, folders.isEmpty(), troubles);
            if (blas != null) {
                return new Search(
                        new CudaLibraries(major, runtime.symbols, blas.symbols, runtime.place + " and " + blas.place), "");
            }
            troubles.add(runtimeName(windows, major) + " is there, but " + blasName(windows, major) + " was not found");
        }
        String looked = places.stream().filter(Files::isDirectory).map(Path::toString).reduce((a, b) -> a + ", " + b)
                .orElse("no folder that exists");
        String missing = troubles.isEmpty()
                ? runtimeName(windows, 13) + " and " + runtimeName(windows, 12) + " not found"
                : String.join("; ", troubles);
        return new Search(null, missing + " in " + looked + (folders.isEmpty() ? " or on the system's library path" : "")
                + ". Install the CUDA 12 or 13 runtime with cuBLAS, or name its folder in KITH_CUDA_FOLDERS");
    }

    /// The CUDA runtime alone, to learn about the driver and devices.
    static @Nullable SymbolLookup findRuntime(List<Path> folders) {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
        Set<Path> places = folders.isEmpty() ? usualFolders(System.getenv(), windows) : new LinkedHashSet<>(folders);
        for (int major : MAJORS) {
            Loaded runtime = load(runtimeName(windows, major), places, folders.isEmpty(), new ArrayList<>());
            if (runtime != null) {
                return runtime.symbols;
            }
        }
        return null;
    }

    static String runtimeName(boolean windows, int major) {
        return windows ? "cudart64_" + major + ".dll" : "libcudart.so." + major;
    }

    static String blasName(boolean windows, int major) {
        return windows ? "cublas64_" + major + ".dll" : "libcublas.so." + major;
    }

    private static @Nullable Loaded load(String name, Set<Path> folders, boolean system, List<String> troubles) {
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                try {
                    return new Loaded(SymbolLookup.libraryLookup(file, Arena.global()), file.toString());
                } catch (IllegalArgumentException e) {
                    troubles.add(file + " cannot be loaded (" + e.getMessage() + ")");
                }
            }
        }
        if (!system) {
            return null;
        }
        try {
            return new Loaded(SymbolLookup.libraryLookup(name, Arena.global()), name);
        } catch (IllegalArgumentException absent) {
            return null; // the ordinary case of a machine without CUDA; the caller says where it looked
        }
    }

    /// The folders CUDA is installed in, by the habits of its installers and of distributions.
    static Set<Path> usualFolders(Map<String, String> environment, boolean windows) {
        Set<Path> folders = new LinkedHashSet<>();
        String own = environment.get("KITH_CUDA_FOLDERS");
        if (own != null && !own.isBlank()) {
            for (String part : own.split(File.pathSeparator)) {
                folders.add(Path.of(part));
            }
        }
        for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
            String root = environment.get(variable);
            if (root != null && !root.isBlank()) {
                addRoot(folders, Path.of(root));
            }
        }
        if (!windows) {
            addRoot(folders, Path.of("/usr/local/cuda"));
            for (int major : MAJORS) {
                addVersions(folders, Path.of("/usr/local"), "cuda-" + major + "*");
            }
            addRoot(folders, Path.of("/opt/cuda"));
            for (String path : List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64",
                    "/usr/lib/wsl/lib")) {
                folders.add(Path.of(path));
            }
        } else {
            String programs = environment.getOrDefault("ProgramFiles", "C:\\Program Files");
            addVersions(folders, Path.of(programs, "NVIDIA GPU Computing Toolkit", "CUDA"), "v1[23]*");
        }
        return folders;
    }

    private static void addRoot(Set<Path> folders, Path root) {
        folders.add(root.resolve("lib64"));
        folders.add(root.resolve("lib"));
        folders.add(root.resolve("bin"));
        folders.add(root.resolve("bin").resolve("x64"));
    }

    private static void addVersions(Set<Path> folders, Path parent, String pattern) {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(parent, pattern)) {
            List<Path> sorted = new ArrayList<>();
            versions.forEach(sorted::add);
            sorted.sort((a, b) -> b.compareTo(a));
            sorted.forEach(root -> addRoot(folders, root));
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            System.getLogger("dev.kith").log(System.Logger.Level.DEBUG, "Cannot list " + parent + " while looking for CUDA", e);
        }
    }
}
