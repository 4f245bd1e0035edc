package dev.kith.cli;

import dev.kith.gpu.GpuCheck;
import dev.kith.gpu.GpuOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "gpu-check", mixinStandardHelpOptions = true, description = "Looks for a CUDA device, compares its answers with the CPU's and measures both; prints a table to paste.")
final class GpuCheckCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Option(names = "--rows", defaultValue = "100000", description = "Rows searched; default ${DEFAULT-VALUE}.") int rows = 100_000;
    @Option(names = "--dimension", defaultValue = "384", description = "Components of each; default ${DEFAULT-VALUE}.") int dimension = 384;

    @Override
    public Integer call() throws IOException {
        GpuCheck.Outcome outcome = GpuCheck.run(GpuOptions.DEFAULTS, new GpuCheck.Size(rows, dimension),
                spec.commandLine().getOut());
        return switch (outcome) {
            case NO_DEVICE, CONFORMS -> 0;
            case FAILED -> Main.ANSWER_IS_NO;
        };
    }
}
