package dev.kith.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Draws into a bitmap of twice the size, for PNG.
final class ImageCanvas implements Canvas {
    private static final int SCALE = 2;
    private final BufferedImage image;
    private final Graphics2D g;

    ImageCanvas(int width, int height) {
        image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        g = image.createGraphics();
        g.scale(SCALE, SCALE);
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
    }

    private void pen(Pen pen) {
        g.setColor(Color.decode(pen.colour()));
        g.setStroke(new BasicStroke((float) pen.width(), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1,
                pen.dashed() ? new float[]{5, 4} : null, 0));
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, Pen pen) {
        pen(pen);
        g.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    @Override
    public void path(double[] xs, double[] ys, Pen pen) {
        pen(pen);
        Path2D path = new Path2D.Double();
        for (int i = 0; i < xs.length; i++) {
            if (i == 0) {
                path.moveTo(xs[i], ys[i]);
            } else {
                path.lineTo(xs[i], ys[i]);
            }
        }
        g.draw(path);
    }

    @Override
    public void dot(double x, double y, double radius, String colour) {
        g.setColor(Color.decode(colour));
        g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    @Override
    public void box(double x, double y, double width, double height, String colour) {
        g.setColor(Color.decode(colour));
        g.fill(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void text(double x, double y, String text, Type type) {
        g.setColor(Color.decode(type.colour()));
        g.setFont(new Font(Font.SANS_SERIF, type.bold() ? Font.BOLD : Font.PLAIN, type.size()));
        double width = g.getFontMetrics().stringWidth(text);
        double left = switch (type.anchor()) {
            case START -> x;
            case MIDDLE -> x - width / 2;
            case END -> x - width;
        };
        g.drawString(text, (float) left, (float) y);
    }

    void write(Path file) throws IOException {
        g.dispose();
        ImageIO.write(image, "png", file.toFile());
    }
}
