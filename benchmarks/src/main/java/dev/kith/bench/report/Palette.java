package dev.kith.bench.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One colour per engine, the same in every picture of a report: ours warm and thick, the others cool and thin. Chosen to
/// differ for colour-blind eyes too (after Okabe and Ito).
final class Palette {
    private static final List<String> OURS = List.of("#d55e00", "#b3003c", "#e69f00", "#8c4a00", "#ff7a45", "#ff9ecf");
    private static final List<String> PEERS = List.of("#0072b2", "#009e73", "#56b4e9", "#7a5fb8", "#4d4d4d", "#8fa31e", "#1f3c88",
            "#a05195", "#5f9ea0", "#999999", "#2f7f4f", "#30a0c8");
    private final Map<String, String> colours = new TreeMap<>();
    private int ours;
    private int peers;

    /// The engine's colour.
    String of(String engine) {
        return colours.computeIfAbsent(engine, name -> ours(name)
                ? OURS.get(ours++ % OURS.size())
                : PEERS.get(peers++ % PEERS.size()));
    }

    static boolean ours(String engine) {
        return engine.startsWith("kith-");
    }
}
