package dev.kith.cli.columns;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// Makes a map of each row of a Parquet file. The shapes of lists and maps are those of the format's LogicalTypes.md, with its rules
/// for files of older writers.
final class ParquetRows extends RecordMaterializer<Map<String, @Nullable Object>> {
    private final Group root;
    private Map<String, @Nullable Object> current = new LinkedHashMap<>();
    private @Nullable String problem;

    ParquetRows(MessageType schema) {
        this.root = new Group(schema, this::take);
    }

    @SuppressWarnings("unchecked")
    private void take(@Nullable Object members) {
        current = (Map<String, @Nullable Object>) Objects.requireNonNull(members);
    }

    @Override
    public Map<String, @Nullable Object> getCurrentRecord() {
        return current;
    }

    @Override
    public GroupConverter getRootConverter() {
        return root;
    }

    /// @throws IllegalArgumentException if a value of the row could not be taken
    void refuseProblems() {
        String found = problem;
        problem = null;
        if (found != null) {
            throw new IllegalArgumentException(found);
        }
    }

    private void problem(String text) {
        problem = problem == null ? text : problem;
    }

    private Converter converter(Type type, Sink sink) {
        if (type.isPrimitive()) {
            return new ParquetValue(type.asPrimitiveType(), sink, this::problem);
        }
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        GroupType group = type.asGroupType();
        boolean oneRepeated = group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
        if (oneRepeated && logical instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation) {
            return new Elements(group, sink);
        }
        boolean map = logical instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
                || logical instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
        if (oneRepeated && map && !group.getType(0).isPrimitive() && group.getType(0).asGroupType().getFieldCount() == 2) {
            return new Entries(group.getType(0).asGroupType(), sink);
        }
        return new Group(group, sink);
    }

    /// A row or a group: its fields by name. A repeated field without annotation is a list.
    private final class Group extends GroupConverter {
        private final Sink sink;
        private final Converter[] fields;
        private final Map<String, Gathered> repeated = new LinkedHashMap<>();
        private Map<String, @Nullable Object> members = new LinkedHashMap<>();

        Group(GroupType type, Sink sink) {
            this.sink = sink;
            this.fields = new Converter[type.getFieldCount()];
            for (int i = 0; i < fields.length; i++) {
                Type field = type.getType(i);
                if (field.isRepetition(Type.Repetition.REPEATED)) {
                    Gathered list = new Gathered();
                    repeated.put(field.getName(), list);
                    fields[i] = converter(field, list);
                } else {
                    fields[i] = converter(field, value -> members.put(field.getName(), value));
                }
            }
        }

        @Override
        public Converter getConverter(int index) {
            return fields[index];
        }

        @Override
        public void start() {
            members = new LinkedHashMap<>();
            repeated.values().forEach(Gathered::clear);
        }

        @Override
        public void end() {
            repeated.forEach((name, list) -> {
                if (!list.isEmpty()) {
                    members.put(name, list.take());
                }
            });
            sink.add(members);
        }
    }

    /// A list: a group around one repeated field, which is the element or, usually, a group around it.
    private final class Elements extends GroupConverter {
        private final Sink sink;
        private final Gathered gathered = new Gathered();
        private final Converter repeated;

        Elements(GroupType type, Sink sink) {
            this.sink = sink;
            Type inner = type.getType(0);
            boolean isElement = inner.isPrimitive() || inner.asGroupType().getFieldCount() != 1
                    || inner.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED) || inner.getName().equals("array")
                    || inner.getName().equals(type.getName() + "_tuple");
            this.repeated = isElement ? converter(inner, gathered) : new Wrapper(inner.asGroupType().getType(0), gathered);
        }

        @Override
        public Converter getConverter(int index) {
            return repeated;
        }

        @Override
        public void start() {
            gathered.clear();
        }

        @Override
        public void end() {
            sink.add(gathered.take());
        }
    }

    /// The group around one element, which is not there if the element is null.
    private final class Wrapper extends GroupConverter {
        private final Gathered gathered;
        private final Converter element;
        private int before;

        Wrapper(Type element, Gathered gathered) {
            this.gathered = gathered;
            this.element = converter(element, gathered);
        }

        @Override
        public Converter getConverter(int index) {
            return element;
        }

        @Override
        public void start() {
            before = gathered.size();
        }

        @Override
        public void end() {
            if (gathered.size() == before) {
                gathered.add(null);
            }
        }
    }

    /// A map, its keys as text.
    private final class Entries extends GroupConverter {
        private final Sink sink;
        private Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        private final GroupConverter pair;

        Entries(GroupType type, Sink sink) {
            this.sink = sink;
            List<@Nullable Object> both = new ArrayList<>(List.of("", ""));
            Converter key = converter(type.getType(0), value -> both.set(0, value));
            Converter value = converter(type.getType(1), v -> both.set(1, v));
            this.pair = new GroupConverter() {
                @Override
                public Converter getConverter(int index) {
                    return index == 0 ? key : value;
                }

                @Override
                public void start() {
                    both.set(0, null);
                    both.set(1, null);
                }

                @Override
                public void end() {
                    entries.put(String.valueOf(both.get(0)), both.get(1));
                }
            };
        }

        @Override
        public Converter getConverter(int index) {
            return pair;
        }

        @Override
        public void start() {
            entries = new LinkedHashMap<>();
        }

        @Override
        public void end() {
            sink.add(entries);
        }
    }
}
