package dev.kith.bench.report;

/// What a chart is drawn on; units are pixels from the upper left corner, colours are `#rrggbb`.
interface Canvas {
    /// Where a text is held.
    enum Anchor {
        START, MIDDLE, END
    }

    /// How a line is drawn.
    record Pen(String colour, double width, boolean dashed) {}

    /// How a text is drawn.
    record Type(String colour, int size, boolean bold, Anchor anchor) {}

    void line(double x1, double y1, double x2, double y2, Pen pen);

    /// Straight pieces through all points.
    void path(double[] xs, double[] ys, Pen pen);

    void dot(double x, double y, double radius, String colour);

    void box(double x, double y, double width, double height, String colour);

    /// A text on the base line `y`.
    void text(double x, double y, String text, Type type);
}
