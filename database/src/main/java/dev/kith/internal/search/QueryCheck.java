package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Field;
import dev.kith.InvalidQueryException;
import dev.kith.Limits;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.MultiVectorField;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.VectorEncoding;
import dev.kith.internal.model.RecordCheck;
import dev.kith.internal.model.Refusal;
import dev.kith.internal.model.Utf8;

/// Checks queries against a schema.
final class QueryCheck {
    private QueryCheck() {}

    /// @throws InvalidQueryException naming field, expected and found
    static void check(Schema schema, Query query) {
        for (Clause clause : query.clauses()) {
            switch (clause) {
                case Clause.Nearest nearest -> checkNearest(schema, nearest);
                case Clause.Text text -> checkText(schema, text);
            }
        }
        check(schema, query.projection());
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

    private static void checkNearest(Schema schema, Clause.Nearest nearest) {
        String name = nearest.field();
        if (!(known(schema, name) instanceof VectorField field)) {
            throw new InvalidQueryException(name, "a vector field", known(schema, name).describe());
        }
        Refusal refusal = (e, f) -> new InvalidQueryException(name, e, f);
        VectorValue vector = nearest.vector();
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
