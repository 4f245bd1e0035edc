package dev.kith.bench.engine;

import java.util.ArrayList;
import java.util.List;

/// Ladders of settings.
final class Sweeps {
    private static final int[] EF = {10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448, 640, 900};

    private static final int[] NPROBE = {4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};

    private Sweeps() {}

    /// efSearch from `k` to 900, about a factor of 1.4 apart.
    static List<SearchSetting> ef(int k) {
        List<SearchSetting> sweep = new ArrayList<>();
        for (int ef : EF) {
            if (ef >= k) {
                sweep.add(SearchSetting.ef(ef));
            }
        }
        return sweep;
    }

    /// Each efSearch with reranking of `factor * k` candidates, where that many are kept.
    static List<SearchSetting> efRerank(int k, int... factors) {
        List<SearchSetting> sweep = new ArrayList<>();
        for (int ef : EF) {
            for (int factor : factors) {
                if (ef >= k * factor) {
                    sweep.add(new SearchSetting(ef, k * factor, "ef=" + ef + ",rerank=" + k * factor));
                }
            }
        }
        return sweep;
    }

    /// Lists visited, each with reranking of several times `k` candidates.
    static List<SearchSetting> lists(int k) {
        List<SearchSetting> sweep = new ArrayList<>();
        for (int nprobe : NPROBE) {
            for (int factor : new int[]{4, 10, 30}) {
                sweep.add(new SearchSetting(nprobe, factor * k, "nprobe=" + nprobe + ",rerank=" + factor * k));
            }
        }
        return sweep;
    }
}
