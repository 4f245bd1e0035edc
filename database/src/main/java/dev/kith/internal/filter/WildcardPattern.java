package dev.kith.internal.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A pattern of `*` and `?`, matched by running all of its states at once, one bit each: as many steps as the text has code
/// points, whatever the pattern. (The bit-parallel automaton of Baeza-Yates and Gonnet, "A New Approach to Text Searching", 1992.)
/// Immutable.
public final class WildcardPattern {
    private static final int ANY = -1;
    private final String text;
    private final int[] units;
    /// Bit i: in state i any code point may be skipped.
    private final long[] loops;

    private WildcardPattern(String text, int[] units, long[] loops) {
        this.text = text;
        this.units = units;
        this.loops = loops;
    }

    /// @param pattern `\` takes the next code point as it is; at the end it stands for itself
    public static WildcardPattern of(String pattern) {
        int[] points = pattern.codePoints().toArray();
        List<Integer> units = new ArrayList<>();
        long[] loops = new long[(points.length + 64) / 64];
        for (int i = 0; i < points.length; i++) {
            if (points[i] == '*') {
                loops[units.size() >> 6] |= 1L << units.size();
            } else if (points[i] == '?') {
                units.add(ANY);
            } else {
                i += points[i] == '\\' && i + 1 < points.length ? 1 : 0;
                units.add(points[i]);
            }
        }
        return new WildcardPattern(pattern, units.stream().mapToInt(u -> u).toArray(), loops);
    }

    /// The text every match begins with.
    public String prefix() {
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < units.length && units[i] != ANY && (loops[i >> 6] & 1L << i) == 0; i++) {
            prefix.appendCodePoint(units[i]);
        }
        return prefix.toString();
    }

    /// Whether the whole text fits.
    public boolean matches(String text) {
        long[] states = new long[loops.length];
        long[] next = new long[loops.length];
        states[0] = 1;
        for (int i = 0; i < text.length();) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (!step(states, next, point)) {
                return false;
            }
            long[] swap = states;
            states = next;
            next = swap;
        }
        return (states[units.length >> 6] & 1L << units.length) != 0;
    }

    @Override
    public String toString() {
        return text;
    }

    /// The states after one more code point; false if there are none.
    private boolean step(long[] states, long[] next, int point) {
        Arrays.fill(next, 0);
        boolean alive = false;
        for (int w = 0; w < states.length; w++) {
            next[w] |= states[w] & loops[w];
            for (long rest = states[w]; rest != 0; rest &= rest - 1) {
                int state = (w << 6) + Long.numberOfTrailingZeros(rest);
                if (state < units.length && (units[state] == ANY || units[state] == point)) {
                    next[state + 1 >> 6] |= 1L << state + 1;
                }
            }
            alive |= next[w] != 0;
        }
        return alive;
    }
}
