package dev.kith.torture;

import dev.kith.torture.crash.CrashPoints;
import dev.kith.torture.crash.Kill;
import dev.kith.torture.crash.Mutants;
import dev.kith.torture.crash.PowerCut;
import dev.kith.torture.crash.Recovery;
import dev.kith.torture.crash.Syscalls;
import dev.kith.torture.damage.Damage;
import dev.kith.torture.damage.Forged;
import dev.kith.torture.damage.Fuzz;
import dev.kith.torture.damage.Guided;
import dev.kith.torture.load.Churn;
import dev.kith.torture.load.ClockJumps;
import dev.kith.torture.load.Concurrency;
import dev.kith.torture.load.Cost;
import dev.kith.torture.load.Hostile;
import dev.kith.torture.load.ModelTorture;
import dev.kith.torture.load.Soak;
import dev.kith.torture.run.Torture;
import java.util.Map;

/// All tortures by name.
final class Tortures {
    private Tortures() {}

    static Map<String, Torture> all() {
        return Map.ofEntries(
                Map.entry("fuzz", new Fuzz()),
                Map.entry("guided", new Guided()),
                Map.entry("hostile", new Hostile()),
                Map.entry("kill", new Kill()),
                Map.entry("churn", new Churn()),
                Map.entry("clock", new ClockJumps()),
                Map.entry("concurrency", new Concurrency()),
                Map.entry("cost", new Cost()),
                Map.entry("syscalls", new Syscalls()),
                Map.entry("crashpoints", new CrashPoints()),
                Map.entry("damage", new Damage()),
                Map.entry("forged", new Forged()),
                Map.entry("mutants", new Mutants()),
                Map.entry("powercut", new PowerCut()),
                Map.entry("model", new ModelTorture()),
                Map.entry("recovery", new Recovery()),
                Map.entry("soak", new Soak()));
    }
}
