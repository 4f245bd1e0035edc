package dev.kith.bench.harness;

import dev.kith.bench.data.ExactTruth;
import dev.kith.bench.data.RowRanks;
import dev.kith.bench.data.SetFilters;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.AcceptSet;
import dev.kith.core.DenseVectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes the filters of a run and their exact answers.
///
/// - `random:P`: P % of the rows by chance, independent of everything;
/// - `region:P`: the P % of the rows that are nearest to one row of the set, so the filter goes along with the vectors and
///   nearly all queries lie outside of it: what makes a graph walk far;
/// - `set:PREDICATE`: a filter of the set's own metadata; `set` alone: all of them;
/// - `random` and `region` alone: at 0.1, 1, 10 and 50 %.
public final class FilterCases {
    private static final List<Double> SHARES = List.of(0.1, 1.0, 10.0, 50.0);
    private final VectorSet set;
    private final @Nullable Path setFolder;
    private final int truthK;
    private final Consumer<String> log;

    /// @param setFolder where the set's own filters are, null if the set has no folder
    /// @param truthK exact neighbours to compute for each query
    public FilterCases(VectorSet set, @Nullable Path setFolder, int truthK, Consumer<String> log) {
        this.set = set;
        this.setFolder = setFolder;
        this.truthK = truthK;
        this.log = log;
    }

    /// The cases that the names stand for.
    ///
    /// @throws IllegalArgumentException if a name is none of the forms
    public List<FilterCase> of(List<String> names) throws IOException {
        List<FilterCase> cases = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            float[][] queries = set.queries();
            for (AcceptSet accept : accepts(names, vectors)) {
                if (accept.cardinality() > 0) {
                    log.accept("exact neighbours under filter " + accept.name() + " (" + accept.cardinality() + " rows)");
                    cases.add(new FilterCase(accept.name(), accept,
                            ExactTruth.compute(vectors, queries, truthK, accept.ordinals())));
                }
            }
        }
        return cases;
    }

    private List<AcceptSet> accepts(List<String> names, DenseVectors vectors) throws IOException {
        List<AcceptSet> accepts = new ArrayList<>();
        for (String name : names) {
            int colon = name.indexOf(':');
            String kind = colon < 0 ? name : name.substring(0, colon);
            String rest = colon < 0 ? "" : name.substring(colon + 1);
            switch (kind) {
                case "random", "region" -> {
                    int[] ranks = kind.equals("random") ? RowRanks.random(set.rows()) : RowRanks.region(vectors);
                    for (double percent : rest.isEmpty() ? SHARES : List.of(percent(name, rest))) {
                        accepts.add(AcceptSet.first(name(kind, percent), kind, ranks, count(percent)));
                    }
                }
                case "set" -> accepts.addAll(ofSet(rest));
                default -> throw new IllegalArgumentException(
                        "a filter is random[:PERCENT], region[:PERCENT] or set[:PREDICATE], was " + name);
            }
        }
        return accepts;
    }

    private static double percent(String name, String text) {
        try {
            double percent = Double.parseDouble(text);
            if (percent > 0 && percent <= 100) {
                return percent;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a percentage in filter " + name, e);
        }
        throw new IllegalArgumentException("the percentage must be above 0 and at most 100 in filter " + name);
    }

    private static String name(String kind, double percent) {
        return kind + " " + String.format(Locale.ROOT, percent < 1 ? "%.1f" : "%.0f", percent) + "%";
    }

    private int count(double percent) {
        return (int) Math.max(1, Math.round(set.rows() * percent / 100));
    }

    private List<AcceptSet> ofSet(String predicate) throws IOException {
        if (setFolder == null) {
            throw new IllegalArgumentException("filter set: this data set has no folder with filters.json");
        }
        List<AcceptSet> accepts = new ArrayList<>();
        for (SetFilters.Named filter : SetFilters.read(setFolder, set.rows())) {
            if (predicate.isEmpty() || predicate.equals(filter.predicate())) {
                accepts.add(AcceptSet.of(filter.predicate(), filter.words(), set.rows()));
            }
        }
        if (accepts.isEmpty()) {
            throw new IllegalArgumentException("the set has no filter " + predicate);
        }
        return accepts;
    }
}
