package dev.kith;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A change of parts of one record: fields, vectors, payload, expiry. What it does not name stays as it is. Immutable; each
/// method gives a new one.
///
/// {@snippet :
/// collection.update(Update.of("a").set("price", 9.5).remove("discount"), Update.of("b").vector("embedding", vector));
/// }
public final class Update {
    private final String id;
    private final List<Step> steps;

    /// One change, in the order it was asked for; later ones win.
    private sealed interface Step {
        record SetField(String name, @Nullable Object value) implements Step {}

        record RemoveField(String name) implements Step {}

        record SetVector(String name, VectorValue value) implements Step {}

        record RemoveVector(String name) implements Step {}

        record Payload(@Nullable String json) implements Step {}

        record Expiry(@Nullable Instant at) implements Step {}
    }

    private Update(String id, List<Step> steps) {
        this.id = id;
        this.steps = steps;
    }

    /// Starts a change of the record of that id.
    public static Update of(String id) {
        return new Update(Objects.requireNonNull(id, "id"), List.of());
    }

    private Update with(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Update(id, List.copyOf(more));
    }

    /// The record that is changed.
    public String id() {
        return id;
    }

    /// The same change of the record of another id.
    public Update withId(String other) {
        return new Update(Objects.requireNonNull(other, "id"), steps);
    }

    /// Sets a field as [Record.Builder#field] does, null included, in place of what it holds.
    public Update set(String name, @Nullable Object value) {
        return with(new Step.SetField(Objects.requireNonNull(name, "name"), value));
    }

    /// Lets the record lack a field and everything nested under it; a default value of the field comes in its place.
    public Update remove(String name) {
        return with(new Step.RemoveField(Objects.requireNonNull(name, "name")));
    }

    /// Sets a float32 vector.
    public Update vector(String name, float[] components) {
        return vector(name, VectorValue.of(components));
    }

    /// Sets a vector.
    public Update vector(String name, VectorValue value) {
        return with(new Step.SetVector(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")));
    }

    /// Lets the record lack an optional vector.
    public Update removeVector(String name) {
        return with(new Step.RemoveVector(Objects.requireNonNull(name, "name")));
    }

    /// Sets the JSON payload.
    public Update payload(String json) {
        return with(new Step.Payload(Objects.requireNonNull(json, "json")));
    }

    /// Takes the payload away.
    public Update removePayload() {
        return with(new Step.Payload(null));
    }

    /// Sets when the record expires; see [Record.Builder#expiresAt].
    public Update expiresAt(Instant at) {
        return with(new Step.Expiry(Objects.requireNonNull(at, "at")));
    }

    /// Takes the record's own expiry away.
    public Update neverExpires() {
        return with(new Step.Expiry(null));
    }

    /// The record as it is after the change.
    ///
    /// @param before the record of this id
    /// @throws IllegalArgumentException if it has another id
    public Record applyTo(Record before) {
        if (!before.id().equals(id)) {
            throw new IllegalArgumentException("an update of '" + id + "' does not apply to '" + before.id() + "'");
        }
        Record.Builder after = before.toBuilder();
        for (Step step : steps) {
            switch (step) {
                case Step.SetField(String name, Object value) -> after.without(name).field(name, value);
                case Step.RemoveField(String name) -> after.without(name);
                case Step.SetVector(String name, VectorValue value) -> after.withoutVector(name).vector(name, value);
                case Step.RemoveVector(String name) -> after.withoutVector(name);
                case Step.Payload(String json) -> after.payloadOrNone(json);
                case Step.Expiry(Instant at) -> after.expiryOrNone(at);
            }
        }
        return after.build();
    }

    /// The names of the fields that are set.
    public List<String> fieldsSet() {
        return steps.stream().filter(Step.SetField.class::isInstance).map(s -> ((Step.SetField) s).name()).distinct().toList();
    }

    @Override
    public String toString() {
        return "Update[" + id + ", " + steps + "]";
    }
}
