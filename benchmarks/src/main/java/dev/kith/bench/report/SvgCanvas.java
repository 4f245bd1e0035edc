package dev.kith.bench.report;

import java.util.Locale;

/// Draws as SVG text, without scripts or outside references.
final class SvgCanvas implements Canvas {
    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;

    SvgCanvas(int width, int height) {
        this.width = width;
        this.height = height;
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, Pen pen) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"%s/>", x1, y1, x2, y2, stroke(pen));
    }

    @Override
    public void path(double[] xs, double[] ys, Pen pen) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < xs.length; i++) {
            points.append(String.format(Locale.ROOT, i == 0 ? "%.1f,%.1f" : " %.1f,%.1f", xs[i], ys[i]));
        }
        add("<polyline points=\"%s\" fill=\"none\"%s/>", points, stroke(pen));
    }

    private static String stroke(Pen pen) {
        return String.format(Locale.ROOT, " stroke=\"%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\"%s", pen.colour(),
                pen.width(), pen.dashed() ? " stroke-dasharray=\"5 4\"" : "");
    }

    @Override
    public void dot(double x, double y, double radius, String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>", x, y, radius, colour);
    }

    @Override
    public void box(double x, double y, double w, double h, String colour) {
        add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, w, h, colour);
    }

    @Override
    public void text(double x, double y, String text, Type type) {
        add("<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"%s\" text-anchor=\"%s\"%s>%s</text>", x, y, type.size(),
                type.colour(), type.anchor().name().toLowerCase(Locale.ROOT), type.bold() ? " font-weight=\"bold\"" : "",
                escape(text));
    }

    private void add(String form, Object... arguments) {
        body.append(String.format(Locale.ROOT, form, arguments)).append('\n');
    }

    /// Text made safe for XML and HTML.
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /// The whole picture.
    String svg() {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width
                + "\" height=\"" + height + "\" font-family=\"Helvetica, Arial, sans-serif\">\n<rect width=\"" + width
                + "\" height=\""
                + height + "\" fill=\"#ffffff\"/>\n" + body + "</svg>\n";
    }
}
