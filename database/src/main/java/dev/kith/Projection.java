package dev.kith;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which parts of a record are read and returned. Less is faster: ids and scores need no stored data at all.
///
/// @param fields names of metadata and text fields; null means all
/// @param payload whether the payload is returned
/// @param vectors whether the vectors are returned
public record Projection(@Nullable List<String> fields, boolean payload, boolean vectors) {
    /// Ids only.
    public static final Projection NONE = new Projection(List.of(), false, false);
    /// All fields, the payload, no vectors.
    public static final Projection DOCUMENT = new Projection(null, true, false);
    /// Everything.
    public static final Projection EVERYTHING = new Projection(null, true, true);

    /// Copies.
    public Projection {
        fields = fields == null ? null : List.copyOf(fields);
    }

    /// Whether nothing but ids is asked for.
    public boolean none() {
        return fields != null && fields.isEmpty() && !payload && !vectors;
    }
}
