package dev.kith.documents;

import dev.kith.VectorValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What to look for in [Documents]. Immutable: every method returns a changed copy.
///
/// @param embedding the vector to be near to; null lets the embedding function make it of `text`
/// @param text the words to be matched by BM25 besides the vector if `hybrid`, and to be embedded if there is no vector
/// @param hybrid whether words count besides the vector
/// @param k how many at most, at least 1
/// @param minScore the least [Match#score()]; null for any
/// @param filter which chunks may be found
/// @param withEmbeddings whether vectors are returned
public record Search(@Nullable VectorValue embedding, @Nullable String text, boolean hybrid, int k, @Nullable Double minScore,
        MetadataFilter filter, boolean withEmbeddings) {
    /// Checks.
    public Search {
        Objects.requireNonNull(filter, "filter");
        if (embedding == null && text == null) {
            throw new IllegalArgumentException("a search needs an embedding or a text");
        }
        if (hybrid && text == null) {
            throw new IllegalArgumentException("a hybrid search needs a text");
        }
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
    }

    /// The ten nearest to a vector.
    public static Search near(float[] embedding) {
        return new Search(VectorValue.of(embedding), null, false, 10, null, MetadataFilter.all(), false);
    }

    /// The ten nearest in meaning to a text, which the embedding function of the [Documents] embeds.
    public static Search near(String text) {
        return new Search(null, text, false, 10, null, MetadataFilter.all(), false);
    }

    /// The ten best by meaning and by the words of a text together.
    public static Search hybrid(String text) {
        return new Search(null, text, true, 10, null, MetadataFilter.all(), false);
    }

    /// The ten best by a vector and by the words of a text together.
    public static Search hybrid(float[] embedding, String text) {
        return new Search(VectorValue.of(embedding), text, true, 10, null, MetadataFilter.all(), false);
    }

    /// At most `newK` matches.
    public Search k(int newK) {
        return new Search(embedding, text, hybrid, newK, minScore, filter, withEmbeddings);
    }

    /// Leaves out what scores less.
    public Search minScore(@Nullable Double newMinScore) {
        return new Search(embedding, text, hybrid, k, newMinScore, filter, withEmbeddings);
    }

    /// Only chunks that match; replaces an earlier filter.
    public Search filter(MetadataFilter newFilter) {
        return new Search(embedding, text, hybrid, k, minScore, newFilter, withEmbeddings);
    }

    /// Returns vectors too, or not.
    public Search withEmbeddings(boolean newWithEmbeddings) {
        return new Search(embedding, text, hybrid, k, minScore, filter, newWithEmbeddings);
    }
}
