package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What only another JVM can show: other register widths, missing flags, and a mapped file that is truncated under a search.
class ForcedJvmTest {
    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    @ParameterizedTest
    @CsvSource({
            "CHECKED, --add-modules=jdk.incubator.vector -XX:MaxVectorSize=16",
            "CHECKED, --add-modules=jdk.incubator.vector -XX:MaxVectorSize=32",
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

    @Test
    void aTruncatedMappedFileIsAnErrorNotADeadJvm(@TempDir Path folder) throws Exception {
        for (String metric : new String[]{"SQUARED_L2", "INNER_PRODUCT"}) {
            for (String encoding : new String[]{"FLOAT32", "INT8"}) {
                Path file = folder.resolve(metric + encoding);
                Result result = run(List.of(MODULE, NATIVE), TruncationMain.class, file.toString(), metric, encoding);
                assertEquals(0, result.exit(), metric + " " + encoding + ": " + result.output());
                assertTrue(result.output().contains("caught InternalError"), result.output());
            }
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
