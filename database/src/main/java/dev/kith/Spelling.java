package dev.kith;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the name a caller probably meant.
final class Spelling {
    private Spelling() {}

    /// The known name with the fewest edits from `name`, ignoring case, if that is at most two or a third of its length.
    static @Nullable String nearest(String name, Collection<String> known) {
        if (name.length() > Limits.MAX_NAME_LENGTH) {
            return null;
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        int best = (name.length() < 3 ? 1 : Math.max(2, name.length() / 3)) + 1; // two, so that swapped letters are found
        String nearest = null;
        for (String candidate : known) {
            int edits = edits(wanted, candidate.toLowerCase(Locale.ROOT));
            if (edits < best) {
                best = edits;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// Levenshtein distance.
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
