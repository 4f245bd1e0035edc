package dev.kith.bench.store;

import java.util.LinkedHashMap;
import java.util.Map;

/// One line of a store's report: named figures, in order.
///
/// @param values name to text; names are column headers
public record StoreRow(Map<String, String> values) {
    /// An empty row.
    public StoreRow() {
        this(new LinkedHashMap<>());
    }

    StoreRow with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new StoreRow(more);
    }

    StoreRow with(String name, double value) {
        return with(name, String.format(java.util.Locale.ROOT,
                value == Math.rint(value) ? "%.0f" : Math.abs(value) < 10 ? "%.4f" : "%.1f", value));
    }

    /// `name=value` pairs, tab between them: how a row leaves the store's process.
    String line() {
        StringBuilder out = new StringBuilder();
        values.forEach((n, v) -> out.append(out.isEmpty() ? "" : "\t").append(n).append('=').append(v));
        return out.toString();
    }

    static StoreRow parse(String line) {
        StoreRow row = new StoreRow();
        for (String pair : line.split("\t")) {
            int equals = pair.indexOf('=');
            row = row.with(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return row;
    }
}
