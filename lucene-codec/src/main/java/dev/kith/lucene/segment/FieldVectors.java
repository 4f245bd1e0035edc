package dev.kith.lucene.segment;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.storage.MappedMemory;
import dev.kith.storage.ReadAhead;
import org.jspecify.annotations.Nullable;

/// The vectors of one field in one segment, with the documents they belong to and, if it has one, their index. Immutable and
/// thread-safe; usable as long as the memory of the files is open.
public final class FieldVectors {
    private final FieldEntry entry;
    private final DenseVectors vectors;
    private final DocMap docs;
    private final @Nullable FieldIndex index;
    private final boolean scattered;

    FieldVectors(FieldEntry entry, DenseVectors vectors, DocMap docs) {
        this(entry, vectors, docs, null, false);
    }

    private FieldVectors(FieldEntry entry, DenseVectors vectors, DocMap docs, @Nullable FieldIndex index, boolean scattered) {
        this.entry = entry;
        this.vectors = vectors;
        this.docs = docs;
        this.index = index;
        this.scattered = scattered;
    }

    /// These vectors with an index over them.
    public FieldVectors with(@Nullable FieldIndex built) {
        return new FieldVectors(entry, vectors, docs, built, scattered);
    }

    /// These vectors, of whose rows the system reads only the pages that are touched ([PageAdvice]).
    FieldVectors scattered(boolean readAsTouched) {
        return new FieldVectors(entry, vectors, docs, index, readAsTouched);
    }

    /// What reads the rows ahead of somebody who goes through all of them; null where the system does that by itself.
    public @Nullable ReadAhead ahead() {
        return ReadAhead.where(scattered, vectors.rows());
    }

    /// What the field table says.
    public FieldEntry entry() {
        return entry;
    }

    /// The rows as they were given.
    public DenseVectors vectors() {
        return vectors;
    }

    /// Which document each ordinal belongs to.
    public DocMap docs() {
        return docs;
    }

    /// The index, or null if searches are exact scans.
    public @Nullable FieldIndex index() {
        return index;
    }

    /// Number of vectors; ordinals are `[0, size)`.
    public int size() {
        return vectors.count();
    }

    /// Bytes of the rows, the inverse norms and the docIds on disk and, mapped, in memory.
    public long vectorBytes() {
        long docIds = docs.dense() ? 0 : 4L * size();
        return vectors.rows().byteSize() + vectors.inverseNorms().byteSize() + docIds;
    }

    /// Checks a query against these vectors.
    ///
    /// @throws IllegalArgumentException if the query has another dimension, a component that is not finite, or under COSINE no
    ///         direction
    public FieldQuery query(float[] query) {
        if (query.length != vectors.dimension()) {
            throw new IllegalArgumentException(
                    "the query has " + query.length + " components, the vectors have " + vectors.dimension());
        }
        boolean zero = true;
        for (int i = 0; i < query.length; i++) {
            if (!Float.isFinite(query[i])) {
                throw new IllegalArgumentException("component " + i + " of the query must be finite, was " + query[i]);
            }
            zero &= query[i] == 0;
        }
        if (zero && vectors.metric() == Metric.COSINE) {
            throw new IllegalArgumentException("the query is all zeros: under COSINE it has no direction");
        }
        return new FieldQuery(query, vectors.scorer(query));
    }

    /// A look at every accepted vector.
    ///
    /// @param query from [#query(float[])]
    /// @param accept which ordinals may be answered; null for all
    public ExactScan.Plan scan(FieldQuery query, @Nullable AcceptOrdinals accept) {
        return new ExactScan.Plan(query.scorer(), accept, vectors.strideBytes(), readsMostPages(accept) ? ahead() : null);
    }

    /// Whether the accepted rows lie on most of the pages; else reading ahead would read more than is wanted.
    private boolean readsMostPages(@Nullable AcceptOrdinals accept) {
        return accept == null || accept.cardinality() * (long) MappedMemory.pageBytes() >= size() * vectors.strideBytes();
    }

    /// Offers the nearest `k` accepted vectors to `into`, as distances of the metric.
    ///
    /// @param query from [#query(float[])]
    /// @param k at least 1
    /// @param accept which ordinals may be answered; null for all
    public SearchStats search(FieldQuery query, int k, SearchEffort effort, @Nullable AcceptOrdinals accept, TopK into) {
        return search(query, k, new FieldIndex.Wanted(effort, Float.POSITIVE_INFINITY), accept, into);
    }

    /// The same where vectors beyond a distance need not be offered.
    public SearchStats search(FieldQuery query, int k, FieldIndex.Wanted wanted, @Nullable AcceptOrdinals accept, TopK into) {
        SearchEffort effort = wanted.effort();
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
        int accepted = accept == null ? size() : Math.min(accept.cardinality(), size());
        if (accepted == 0) {
            return SearchStats.NOTHING;
        }
        if (index == null || effort instanceof SearchEffort.Exact) {
            return new SearchStats(SearchStats.Strategy.EXACT, ExactScan.run(scan(query, accept), into), 0);
        }
        int candidates = index.candidates(effort, k);
        if (accepted <= candidates) {
            return new SearchStats(SearchStats.Strategy.EXACT, ExactScan.run(scan(query, accept), into), 0);
        }
        return index.search(query, candidates, wanted, accept, into);
    }
}
