package dev.kith;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One way of looking for records; a [Query] has one, or several that are fused.
public sealed interface Clause {
    /// The field that is searched.
    String field();

    /// How much this clause counts when several are fused; positive and finite.
    double weight();

    /// Nearest by vector.
    ///
    /// @param field a vector field
    /// @param vector the query vector, in the encoding of the field or floats
    /// @param effort how hard to try
    /// @param weight positive and finite
    record Nearest(String field, VectorValue vector, Effort effort, double weight) implements Clause {
        /// Checks for null and the weight.
        public Nearest {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(vector, "vector");
            Objects.requireNonNull(effort, "effort");
            checkWeight(weight);
        }

        @Override
        public Nearest effort(Effort newEffort) {
            return new Nearest(field, vector, newEffort, weight);
        }

        @Override
        public Nearest weight(double newWeight) {
            return new Nearest(field, vector, effort, newWeight);
        }
    }

    /// Nearest to a target made of examples: stored records, named by id, or vectors. With one positive example the target is that
    /// vector. Else it is `p + (p - n)`, where `p` is the mean of the positive and `n` that of the negative examples; without negative
    /// ones it is `p`. Under COSINE each example counts by its direction alone. Records named as examples are never found.
    ///
    /// @param field a vector field
    /// @param positive at least one
    /// @param negative none or more; at most [Limits#MAX_EXAMPLES] together with the positive ones
    /// @param effort how hard to try
    /// @param weight positive and finite
    record Like(String field, List<Example> positive, List<Example> negative, Effort effort, double weight) implements Clause {
        /// Copies and checks.
        public Like {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(effort, "effort");
            positive = List.copyOf(positive);
            negative = List.copyOf(negative);
            if (positive.isEmpty()) {
                throw new InvalidQueryException(field, "at least one positive example", "none");
            }
            if (positive.size() + negative.size() > Limits.MAX_EXAMPLES) {
                throw new InvalidQueryException(field, "at most " + Limits.MAX_EXAMPLES + " examples",
                        Integer.toString(positive.size() + negative.size()));
            }
            checkWeight(weight);
        }

        @Override
        public Like effort(Effort newEffort) {
            return new Like(field, positive, negative, newEffort, weight);
        }

        @Override
        public Like weight(double newWeight) {
            return new Like(field, positive, negative, effort, newWeight);
        }
    }

    /// All records that score at least so much, best first. Exact where records are scanned; with an index and an effort other than
    /// [Effort#exact()] the walk is widened until it meets records that score less, which finds nearly all.
    ///
    /// @param field a vector field
    /// @param vector the query vector, in the encoding of the field or floats
    /// @param minScore by the metric of the field, see [dev.kith.core.Metric]
    /// @param effort how hard to try
    /// @param weight positive and finite
    record Within(String field, VectorValue vector, float minScore, Effort effort, double weight) implements Clause {
        /// Checks for null, NaN and the weight.
        public Within {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(vector, "vector");
            Objects.requireNonNull(effort, "effort");
            if (!Float.isFinite(minScore)) {
                throw new InvalidQueryException("minScore", "a finite number", Float.toString(minScore));
            }
            checkWeight(weight);
        }

        @Override
        public Within effort(Effort newEffort) {
            return new Within(field, vector, minScore, newEffort, weight);
        }

        @Override
        public Within weight(double newWeight) {
            return new Within(field, vector, minScore, effort, newWeight);
        }
    }

    /// Best by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) for any of the
    /// words of a text.
    ///
    /// @param field a text field
    /// @param text words; they are analyzed like the field
    /// @param weight positive and finite
    record Text(String field, String text, double weight) implements Clause {
        /// Checks for null and the weight.
        public Text {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(text, "text");
            checkWeight(weight);
        }

        @Override
        public Text effort(Effort newEffort) {
            return this; // BM25 is always exact
        }

        @Override
        public Text weight(double newWeight) {
            return new Text(field, text, newWeight);
        }
    }

    /// Largest inner product of sparse vectors, computed for every record that has an index of the query; others are not found.
    ///
    /// @param field a sparse vector field
    /// @param vector weights by index; of one that is empty nothing is found
    /// @param weight positive and finite
    record Sparse(String field, SparseVector vector, double weight) implements Clause {
        /// Checks for null and the weight.
        public Sparse {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(vector, "vector");
            checkWeight(weight);
        }

        @Override
        public Sparse effort(Effort newEffort) {
            return this; // always exact
        }

        @Override
        public Sparse weight(double newWeight) {
            return new Sparse(field, vector, newWeight);
        }
    }

    /// Largest sum, over the vectors of the query, of the similarity to the nearest vector of the record (late interaction; Khattab
    /// and Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over BERT", 2020). Similarity
    /// is the cosine or the inner product, as the field says. Every record with a value in the field is scored, or, with `candidates`,
    /// the best `kCandidates` of that clause.
    ///
    /// @param field a multi-vector field
    /// @param query one vector or more, in the dimension of the field
    /// @param candidates finds what is worth scoring; null scores everything. Not itself a `MaxSim`
    /// @param kCandidates how many of those are scored, in `[1, Limits.MAX_K]`; never less than are asked for
    /// @param weight positive and finite
    record MaxSim(String field, MultiVector query, @Nullable Clause candidates, int kCandidates, double weight)
            implements
                Clause {
        /// Checks for null and the ranges.
        public MaxSim {
            Objects.requireNonNull(field, "field");
            Objects.requireNonNull(query, "query");
            if (candidates instanceof MaxSim) {
                throw new InvalidQueryException(field, "candidates by another kind of clause", "MaxSim");
            }
            if (kCandidates < 1 || kCandidates > Limits.MAX_K) {
                throw new InvalidQueryException("kCandidates", "a number in [1, " + Limits.MAX_K + "]",
                        Integer.toString(kCandidates));
            }
            checkWeight(weight);
        }

        @Override
        public MaxSim effort(Effort newEffort) {
            return candidates == null
                    ? this
                    : new MaxSim(field, query, candidates.effort(newEffort), kCandidates, weight);
        }

        @Override
        public MaxSim weight(double newWeight) {
            return new MaxSim(field, query, candidates, kCandidates, newWeight);
        }
    }

    /// What a record should be like, or unlike.
    sealed interface Example {
        /// A stored record.
        record ById(String id) implements Example {
            /// Checks for null.
            public ById {
                Objects.requireNonNull(id, "id");
            }
        }

        /// A vector.
        record ByVector(VectorValue vector) implements Example {
            /// Checks for null.
            public ByVector {
                Objects.requireNonNull(vector, "vector");
            }
        }

        /// The stored record of that id.
        static Example id(String id) {
            return new ById(id);
        }

        /// A float32 vector; copied.
        static Example vector(float[] vector) {
            return new ByVector(VectorValue.of(vector));
        }
    }

    /// This clause with another effort; one that is always exact stays as it is.
    Clause effort(Effort newEffort);

    /// This clause with another weight.
    Clause weight(double newWeight);

    /// Nearest to a float32 vector; copied.
    static Nearest nearest(String field, float[] vector) {
        return new Nearest(field, VectorValue.of(vector), Effort.auto(), 1);
    }

    /// Nearest to a vector, which may name the model that made it.
    static Nearest nearest(String field, VectorValue vector) {
        return new Nearest(field, vector, Effort.auto(), 1);
    }

    /// Nearest to an int8 vector; copied.
    static Nearest nearest(String field, byte[] vector) {
        return new Nearest(field, VectorValue.of(vector), Effort.auto(), 1);
    }

    /// Nearest to a stored record.
    static Like like(String field, String id) {
        return like(field, List.of(Example.id(id)), List.of());
    }

    /// Near to some examples and far from others.
    static Like like(String field, List<Example> positive, List<Example> negative) {
        return new Like(field, positive, negative, Effort.auto(), 1);
    }

    /// All that score at least `minScore` to a float32 vector; copied.
    static Within within(String field, float[] vector, float minScore) {
        return new Within(field, VectorValue.of(vector), minScore, Effort.auto(), 1);
    }

    /// Largest inner product with a sparse vector.
    static Sparse sparse(String field, SparseVector vector) {
        return new Sparse(field, vector, 1);
    }

    /// Late interaction with every record.
    static MaxSim maxSim(String field, MultiVector query) {
        return new MaxSim(field, query, null, Limits.MAX_K, 1);
    }

    /// Late interaction with the best `kCandidates` of another clause.
    static MaxSim maxSim(String field, MultiVector query, Clause candidates, int kCandidates) {
        return new MaxSim(field, query, candidates, kCandidates, 1);
    }

    /// Best by BM25 for any of the words of `text`.
    static Text text(String field, String text) {
        return new Text(field, text, 1);
    }

    private static void checkWeight(double weight) {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new InvalidQueryException("weight", "a positive finite number", Double.toString(weight));
        }
    }
}
