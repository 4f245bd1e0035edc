package dev.kith.internal.search;

import dev.kith.Explanation.ClausePlan;
import dev.kith.Explanation.PartPlan;
import dev.kith.Explanation.Stage;
import java.util.ArrayList;
import java.util.List;

/// What a search notes for an explanation. Used by one thread at a time.
final class Trace {
    private final List<ClausePlan> clauses = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private List<PartPlan> parts = new ArrayList<>();

    void part(PartPlan part) {
        parts.add(part);
    }

    /// Ends a clause: the parts noted since the last one are its.
    void clause(String kind, String field, int wanted, int found, long nanos) {
        clauses.add(new ClausePlan(kind, field, wanted, found, List.copyOf(parts), nanos));
        parts = new ArrayList<>();
    }

    void stage(String name, String detail, long nanos) {
        stages.add(new Stage(name, detail, nanos));
    }

    List<ClausePlan> clauses() {
        return clauses;
    }

    List<Stage> stages() {
        return stages;
    }
}
