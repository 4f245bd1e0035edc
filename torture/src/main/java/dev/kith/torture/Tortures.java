package dev.kith.torture;

import dev.kith.torture.crash.CrashPoints;
import dev.kith.torture.crash.Kill;
import dev.kith.torture.crash.PowerCut;
import dev.kith.torture.damage.Damage;
import dev.kith.torture.damage.Fuzz;
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
                Map.entry("hostile", new Hostile()),
                Map.entry("kill", new Kill()),
                Map.entry("crashpoints", new CrashPoints()),
                Map.entry("damage", new Damage()),
                Map.entry("powercut", new PowerCut()),
                Map.entry("model", new ModelTorture()),
                Map.entry("soak", new Soak()));
    }
}
