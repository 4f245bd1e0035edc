package dev.kith.documents;

import dev.kith.VectorValue;
import org.jspecify.annotations.Nullable;

/// A chunk found.
///
/// @param chunk what was found
/// @param score larger is nearer: the cosine in [-1, 1] of a search by vector alone; in (0, 1] the fused score of a search by
///        vector and words, 1 being first in both
/// @param embedding its vector if it was asked for, else null
public record Match(Chunk chunk, double score, @Nullable VectorValue embedding) {}
