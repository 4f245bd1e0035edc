package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What only another JVM can show: other register widths, missing flags, and a mapped file that is truncated under a search.
class ForcedJvmTest {
    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    @ParameterizedTest
    @CsvSource({
            "RAW, --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:MaxVectorSize=16",
            "RAW, --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:MaxVectorSize=32",
            "CHECKED, --add-modules=jdk.incubator.vector --illegal-native-access=deny",
            "SCALAR, -Dnothing=1",
            "SCALAR, --add-modules=jdk.incubator.vector -XX:TieredStopAtLevel=1",
    })
    void otherJvmsAgreeToTheBit(String kind, String flags) throws Exception {
        Result result = run(List.of(flags.split(" ")), AgreementMain.class);
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains("kind " + kind), result.output());
        assertTrue(result.output().contains("sum " + AgreementMain.sum()), "own " + AgreementMain.sum() + "; " + result.output());
        assertEquals(kind.equals("SCALAR") ? 1 : 0, result.output().split("Kith runs its scalar kernels", -1).length - 1,
                "one line says what is missing: " + result.output());
    }

    /// As this machine has them, with 256 bits (AVX2) and with 128 (NEON).
    @ParameterizedTest
    @ValueSource(ints = {64, 32, 16})
    void scoringAllocatesNothing(int registerBytes) throws Exception {
        Result result = run(List.of(MODULE, NATIVE, "-XX:MaxVectorSize=" + registerBytes), AllocationMain.class);
        assertEquals(0, result.exit(), result.output());
        int scorers = Metric.values().length * VectorEncoding.values().length * KernelAgreementTest.kinds().length * 2;
        assertTrue(result.output().contains("0 of " + scorers + " scorers allocate"), result.output());
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 32, 16})
    void drilledKernelsAllocateNothing(int registerBytes) throws Exception {
        Result result = run(List.of(MODULE, NATIVE, "-XX:MaxVectorSize=" + registerBytes), DrillMain.class);
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains("\n0 of ") || result.output().startsWith("0 of "), result.output());
    }

    /// The classes whose methods load registers from mappings, and the one that guards them.
    private static final List<String> KERNELS = List.of("RawKernels", "RawBfloat16", "RawFloat16", "ByteKernels", "NodeKernels",
            "SignKernels",
            "NeighbourKernels", "SimdDecoder", "SimdFloats", "RawFloats", "pq.SimdBfloat16", "pq.SimdBlockScan",
            "pq.NarrowBlockScan", "pq.SimdScalarCodes",
            "cluster.SimdCentroidCodes");

    /// As HotSpot likes it; with each helper, or the guard, compiled by itself; with kernels that stay in the interpreter
    /// or in C1 while the JDK's methods that they call are compiled by C2.
    @ParameterizedTest
    @ValueSource(strings = {"AS_IT_COMES", "HELPERS_ALONE", "GUARD_ALONE", "INTERPRETED", "C1"})
    void aTruncatedMappedFileIsAnErrorNotADeadJvm(String compiled, @TempDir Path folder) throws Exception {
        List<String> flags = new ArrayList<>(List.of(MODULE, NATIVE, "-XX:CompileCommand=quiet"));
        switch (compiled) {
            case "HELPERS_ALONE" -> KERNELS
                    .forEach(name -> flags.add(command("dontinline", name)));
            case "GUARD_ALONE" -> flags.add(command("dontinline", "FaultGuard"));
            case "INTERPRETED" -> KERNELS.forEach(name -> flags.add(command("exclude", name)));
            case "C1" -> flags.addAll(List.of("-XX:+UnlockDiagnosticVMOptions",
                    "-XX:CompilerDirectivesFile=" + withoutC2(folder.resolve("directives"))));
            default -> {
            }
        }
        Result result = run(flags, TruncationMain.class, folder.toString(), "40");
        assertEquals(0, result.exit(), result.output());
        assertTrue(result.output().contains("every pass was an error"), result.output());
    }

    private static String command(String what, String name) {
        return "-XX:CompileCommand=" + what + ",dev.kith.core." + name + "::*";
    }

    private static Path withoutC2(Path directives) throws IOException {
        StringBuilder text = new StringBuilder("[");
        for (String name : KERNELS) {
            text.append("{match: \"dev/kith/core/").append(name.replace('.', '/')).append(".*\", c2: {Exclude: true}},");
        }
        return Files.writeString(directives, text.append("]"));
    }

    /// Between what C1 and what C2 inlines: [FaultGuard] says why.
    @Test
    void theGuardIsInlinedByC2AndNeverByC1() throws IOException {
        try (InputStream bytes = FaultGuard.class.getResourceAsStream("FaultGuard.class")) {
            int guards = 0;
            for (MethodModel method : ClassFile.of().parse(Objects.requireNonNull(bytes).readAllBytes()).methods()) {
                if (method.methodName().equalsString("check")) {
                    int length = method.findAttribute(Attributes.code()).orElseThrow().codeLength();
                    assertTrue(length > 35 && length < 325, "bytes of code: " + length);
                    guards++;
                }
            }
            assertEquals(2, guards);
        }
    }

    private record Result(int exit, String output) {}

    private static Result run(List<String> flags, Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m"));
        command.addAll(flags);
        command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("kith-child", ".txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        int exit = process.waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return new Result(exit, text);
    }
}
