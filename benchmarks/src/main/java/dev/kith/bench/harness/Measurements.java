package dev.kith.bench.harness;

import dev.kith.bench.engine.SearchSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What the rounds gave for one engine under one filter.
final class Measurements {
    /// One round at one setting.
    record Sample(RunResult run, RecallJudge.Hits hits) {}

    /// Settings to report, chosen on the other half of the queries.
    private List<SearchSetting> chosen = List.of();
    private final Map<SearchSetting, List<Sample>> samples = new LinkedHashMap<>();
    private boolean slow;
    private boolean unsteady;
    private double warmSeconds;

    void choose(List<SearchSetting> settings) {
        chosen = List.copyOf(settings);
    }

    List<SearchSetting> chosen() {
        return chosen;
    }

    void add(SearchSetting setting, Sample sample) {
        samples.computeIfAbsent(setting, _ -> new ArrayList<>()).add(sample);
    }

    void warmed(WorkerProcess.Warmed warmed) {
        slow |= warmed.slow();
        unsteady |= !warmed.steady();
        warmSeconds = Math.max(warmSeconds, warmed.nanos() / 1e9);
    }

    boolean slow() {
        return slow;
    }

    boolean unsteady() {
        return unsteady;
    }

    double warmSeconds() {
        return warmSeconds;
    }

    Map<SearchSetting, List<Sample>> samples() {
        return samples;
    }

    /// The median over the rounds.
    static double median(List<Sample> rounds, ToDoubleFunction<Sample> value) {
        double[] values = rounds.stream().mapToDouble(value).toArray();
        Arrays.sort(values);
        int n = values.length;
        return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
    }
}
