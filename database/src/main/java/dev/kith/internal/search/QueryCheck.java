package dev.kith.internal.search;

import dev.kith.Boost;
import dev.kith.Clause;
import dev.kith.Facet;
import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.InvalidQueryException;
import dev.kith.Limits;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.MultiVectorField;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.Shaping;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.VectorEncoding;
import dev.kith.internal.model.RecordCheck;
import dev.kith.internal.model.Refusal;
import dev.kith.internal.model.Utf8;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Checks queries against a schema.
final class QueryCheck {
    private static final Set<FieldType> NUMBERS = EnumSet.of(FieldType.INTEGER, FieldType.LONG, FieldType.FLOAT,
            FieldType.DOUBLE);

    private QueryCheck() {}

    /// @throws InvalidQueryException naming field, expected and found
    static void check(Schema schema, Query query) {
        for (Clause clause : query.clauses()) {
            checkClause(schema, clause);
        }
        for (Boost boost : query.scoring().boosts()) {
            switch (boost) {
                case Boost.Value value -> checkValue(schema, value.field(), NUMBERS, "a single-valued number field");
                case Boost.Recency recency ->
                    checkValue(schema, recency.field(), EnumSet.of(FieldType.INSTANT), "a single-valued instant field");
                case Boost.Matching _ -> {
                    // bound with the plan
                }
            }
        }
        checkShaping(schema, query.shaping());
        check(schema, query.projection());
    }

    private static void checkClause(Schema schema, Clause clause) {
        switch (clause) {
            case Clause.Nearest nearest -> checkVector(schema, nearest.field(), nearest.vector());
            case Clause.Within within -> checkVector(schema, within.field(), within.vector());
            case Clause.Like like -> checkExamples(schema, like);
            case Clause.Text text -> checkText(schema, text);
            case Clause.Sparse sparse -> {
                if (!(known(schema, sparse.field()) instanceof SparseVectorField)) {
                    throw new InvalidQueryException(sparse.field(), "a sparse vector field",
                            known(schema, sparse.field()).describe());
                }
            }
            case Clause.MaxSim maxSim -> checkMaxSim(schema, maxSim);
        }
    }

    private static void checkMaxSim(Schema schema, Clause.MaxSim maxSim) {
        if (!(known(schema, maxSim.field()) instanceof MultiVectorField field)) {
            throw new InvalidQueryException(maxSim.field(), "a multi-vector field", known(schema, maxSim.field()).describe());
        }
        if (maxSim.query().dimension() != field.dimension()) {
            throw new InvalidQueryException(field.name(), field.describe(), "vectors of dimension " + maxSim.query().dimension());
        }
        Clause candidates = maxSim.candidates();
        if (candidates != null) {
            checkClause(schema, candidates);
        }
    }

    private static void checkShaping(Schema schema, Shaping shaping) {
        Shaping.Grouping grouping = shaping.grouping();
        if (grouping != null) {
            checkValue(schema, grouping.field(), EnumSet.allOf(FieldType.class), "a single-valued metadata field to group by");
        }
        Shaping.Diversity diversity = shaping.diversity();
        if (diversity != null && !(known(schema, diversity.field()) instanceof VectorField)) {
            throw new InvalidQueryException(diversity.field(), "a vector field", known(schema, diversity.field()).describe());
        }
        for (Facet.Request facet : shaping.facets()) {
            if (!(known(schema, facet.field()) instanceof ScalarField)) {
                throw new InvalidQueryException(facet.field(), "a metadata field to count",
                        known(schema, facet.field()).describe());
            }
        }
    }

    private static void checkValue(Schema schema, String name, Set<FieldType> types, String expected) {
        Field field = known(schema, name);
        if (!(field instanceof ScalarField scalar) || scalar.list() || !types.contains(scalar.type())) {
            throw new InvalidQueryException(name, expected, field.describe());
        }
    }

    private static void checkExamples(Schema schema, Clause.Like like) {
        for (List<Clause.Example> side : List.of(like.positive(), like.negative())) {
            for (Clause.Example example : side) {
                switch (example) {
                    case Clause.Example.ById(String id) -> {
                        RecordCheck.checkId(id);
                        vectorField(schema, like.field());
                    }
                    case Clause.Example.ByVector(VectorValue vector) -> checkVector(schema, like.field(), vector);
                }
            }
        }
    }

    private static VectorField vectorField(Schema schema, String name) {
        if (known(schema, name) instanceof VectorField field) {
            return field;
        }
        throw new InvalidQueryException(name, "a vector field", known(schema, name).describe());
    }

    static void check(Schema schema, Projection projection) {
        if (projection.fields() == null) {
            return;
        }
        for (String name : projection.fields()) {
            switch (known(schema, name)) {
                case ScalarField _,TextField _ -> {
                }
                case VectorField v -> throw byVectors(v);
                case SparseVectorField s -> throw byVectors(s);
                case MultiVectorField m -> throw byVectors(m);
            }
        }
    }

    private static InvalidQueryException byVectors(Field field) {
        return new InvalidQueryException(field.name(), "a metadata or text field to return (vectors are returned"
                + " by withVectors)", field.describe());
    }

    private static void checkVector(Schema schema, String name, VectorValue vector) {
        VectorField field = vectorField(schema, name);
        Refusal refusal = (e, f) -> new InvalidQueryException(name, e, f);
        boolean floatsForBytes = vector instanceof VectorValue.Floats && field.encoding() == VectorEncoding.INT8;
        if (floatsForBytes && vector.dimension() == field.dimension()) {
            RecordCheck.checkComponents(field, vector, refusal);
        } else {
            RecordCheck.checkVector(field, vector, refusal);
        }
    }

    private static void checkText(Schema schema, Clause.Text text) {
        if (!(known(schema, text.field()) instanceof TextField)) {
            throw new InvalidQueryException(text.field(), "a text field", known(schema, text.field()).describe());
        }
        Utf8.check(text.text(), Limits.MAX_TEXT_BYTES, (e, f) -> new InvalidQueryException(text.field(), e, f));
    }

    private static Field known(Schema schema, String name) {
        Field field = schema.field(name);
        if (field == null) {
            String nearest = schema.nearestName(name);
            throw new InvalidQueryException(name,
                    "a field of the schema" + (nearest == null ? "" : ", such as '" + nearest + "'"),
                    "an unknown field");
        }
        return field;
    }
}
