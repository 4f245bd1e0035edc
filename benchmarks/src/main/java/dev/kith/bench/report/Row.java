package dev.kith.bench.report;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// One measured point. Immutable.
public final class Row {
    private final Map<Column, String> values;

    private Row(Map<Column, String> values) {
        this.values = values;
    }

    /// An empty row.
    public static Row empty() {
        return new Row(new EnumMap<>(Column.class));
    }

    /// This row with one more value.
    public Row with(Column column, String value) {
        Map<Column, String> copy = new EnumMap<>(Column.class);
        copy.putAll(values);
        copy.put(column, value);
        return new Row(copy);
    }

    /// This row with one more number; NaN and -1 are left empty, because nothing was told.
    public Row with(Column column, double value) {
        if (Double.isNaN(value) || value == -1) {
            return this;
        }
        String text = value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.5f" : "%.2f", value);
        return with(column, text);
    }

    /// The text, or empty.
    public String text(Column column) {
        return values.getOrDefault(column, "");
    }

    /// The number, or NaN if there is none.
    ///
    /// @throws NumberFormatException if the text is not a number
    public double number(Column column) {
        String text = text(column);
        return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    }
}
