package dev.kith.documents;

import dev.kith.FieldType;
import dev.kith.ScalarField;

/// The kinds of metadata values, each with columns of its own.
enum Kind {
    TEXT("text", FieldType.KEYWORD, false, 128), WHOLE("whole", FieldType.LONG, false, 96), REAL("real", FieldType.DOUBLE, false,
            96), TRUTH("truth", FieldType.BOOLEAN, false, 48), TEXTS("texts", FieldType.KEYWORD, true, 48), WHOLES("wholes",
                    FieldType.LONG, true,
                    24), REALS("reals", FieldType.DOUBLE, true, 24), TRUTHS("truths", FieldType.BOOLEAN, true, 8);

    final String word;
    private final FieldType type;
    final boolean list;
    final int columns;

    Kind(String word, FieldType type, boolean list, int columns) {
        this.word = word;
        this.type = type;
        this.list = list;
        this.columns = columns;
    }

    /// The name of column `number`, counted from 1.
    String column(int number) {
        return "meta." + word + "." + number;
    }

    ScalarField field(int number) {
        return new ScalarField(column(number), type, list);
    }
}
