package dev.kith.bench.cold;

import dev.kith.bench.engine.SearchSetting;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Looks for the setting of least effort that reaches a recall.
final class SettingSearch {
    private SettingSearch() {}

    /// The recall at a setting.
    @FunctionalInterface
    interface Recall {
        /// Measures it.
        double at(SearchSetting setting) throws IOException;
    }

    /// The first of the sweep that reaches the recall; between it and the one before, where both are efforts of an efSearch and nothing else, the
    /// least effort found by halving.
    ///
    /// @param sweep from fast to accurate
    static Optional<SearchSetting> least(List<SearchSetting> sweep, double recall, Recall measure) throws IOException {
        for (int i = 0; i < sweep.size(); i++) {
            if (measure.at(sweep.get(i)) >= recall) {
                return Optional.of(i == 0 ? sweep.get(0) : between(sweep.get(i - 1), sweep.get(i), recall, measure));
            }
        }
        return Optional.empty();
    }

    private static SearchSetting between(SearchSetting misses, SearchSetting reaches, double recall, Recall measure)
            throws IOException {
        if (!plain(misses) || !plain(reaches)) {
            return reaches;
        }
        int low = misses.effort();
        int high = reaches.effort();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (measure.at(SearchSetting.ef(middle)) >= recall) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return SearchSetting.ef(high);
    }

    private static boolean plain(SearchSetting setting) {
        return setting.equals(SearchSetting.ef(setting.effort()));
    }
}
