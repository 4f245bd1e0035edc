package dev.kith.internal.model;

import dev.kith.FieldType;
import dev.kith.GeoPoint;
import dev.kith.Limits;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/// The rules of [FieldType] in code: what a value becomes in a field of a type, and how two such values compare.
public final class FieldValues {
    private static final long NANOS = 1_000_000_000L;

    private FieldValues() {}

    /// The value as a field of that type holds it.
    ///
    /// @return a `String`, `Integer`, `Long`, `Float`, `Double`, `Boolean`, `Instant`, `GeoPoint` or `UUID`, as [FieldType] says
    public static Object convert(FieldType type, Object value, Refusal refusal) {
        return switch (type) {
            case KEYWORD -> keyword(value, refusal);
            case INTEGER -> (int) integer(type, value, Integer.MIN_VALUE, Integer.MAX_VALUE, refusal);
            case LONG -> integer(type, value, Long.MIN_VALUE, Long.MAX_VALUE, refusal);
            case FLOAT -> float32(value, refusal);
            case DOUBLE -> float64(value, refusal);
            case BOOLEAN -> {
                if (value instanceof Boolean) {
                    yield value;
                }
                throw mismatch(type, value, refusal);
            }
            case INSTANT -> {
                if (value instanceof Instant instant) {
                    nanos(instant, refusal);
                    yield value;
                }
                if (value instanceof String text) {
                    yield instant(text, refusal);
                }
                throw mismatch(type, value, refusal);
            }
            case GEO_POINT -> {
                if (value instanceof GeoPoint point) {
                    yield GeoMath.kept(point);
                }
                throw mismatch(type, value, refusal);
            }
            case UUID -> uuid(value, refusal);
        };
    }

    private static Instant instant(String text, Refusal refusal) {
        Instant instant;
        try {
            instant = Instant.parse(text);
        } catch (DateTimeParseException e) {
            RuntimeException refused = refusal.of("instant, such as 2026-01-31T12:00:00Z", "'" + text + "'");
            refused.addSuppressed(e);
            throw refused;
        }
        nanos(instant, refusal);
        return instant;
    }

    private static Object uuid(Object value, Refusal refusal) {
        if (value instanceof UUID) {
            return value;
        }
        if (!(value instanceof String text)) {
            throw mismatch(FieldType.UUID, value, refusal);
        }
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            RuntimeException refused = refusal.of("uuid of 36 characters", "'" + text + "'");
            refused.addSuppressed(e);
            throw refused;
        }
        throw refusal.of("uuid of 36 characters", "'" + text + "'");
    }

    private static Object keyword(Object value, Refusal refusal) {
        if (!(value instanceof String text)) {
            throw mismatch(FieldType.KEYWORD, value, refusal);
        }
        Utf8.check(text, Limits.MAX_KEYWORD_BYTES, refusal);
        return text;
    }

    private static long integer(FieldType type, Object value, long least, long most, Refusal refusal) {
        long number = switch (value) {
            case Byte n -> n;
            case Short n -> n;
            case Integer n -> n;
            case Long n -> n;
            default -> throw mismatch(type, value, refusal);
        };
        if (number < least || number > most) {
            throw refusal.of(type.displayName() + " in [" + least + ", " + most + "]", Long.toString(number));
        }
        return number;
    }

    private static Object float32(Object value, Refusal refusal) {
        float number = switch (value) {
            case Float n -> n;
            case Double n -> n.floatValue();
            default -> {
                long whole = integer(FieldType.FLOAT, value, Long.MIN_VALUE, Long.MAX_VALUE, refusal);
                yield (float) exact(whole, new BigDecimal((float) whole), FieldType.FLOAT, refusal);
            }
        };
        if (!Float.isFinite(number)) {
            throw refusal.of("a finite float32", value.toString());
        }
        return number + 0f; // + 0: one zero
    }

    private static Object float64(Object value, Refusal refusal) {
        double number = switch (value) {
            case Float n -> n;
            case Double n -> n;
            default -> {
                long whole = integer(FieldType.DOUBLE, value, Long.MIN_VALUE, Long.MAX_VALUE, refusal);
                yield (double) exact(whole, new BigDecimal((double) whole), FieldType.DOUBLE, refusal);
            }
        };
        if (!Double.isFinite(number)) {
            throw refusal.of("a finite float64", value.toString());
        }
        return number + 0d;
    }

    private static long exact(long whole, BigDecimal kept, FieldType type, Refusal refusal) {
        if (kept.compareTo(BigDecimal.valueOf(whole)) != 0) {
            throw refusal.of("a whole number that " + type.displayName() + " holds exactly", Long.toString(whole));
        }
        return whole;
    }

    private static RuntimeException mismatch(FieldType type, Object value, Refusal refusal) {
        return refusal.of(type.displayName(), value.getClass().getSimpleName() + " " + value);
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public static long nanos(Instant instant, Refusal refusal) {
        try {
            long seconds = instant.getEpochSecond();
            // The seconds of the least instant, times 10^9, overflow before its nanoseconds bring them back.
            return seconds < 0
                    ? Math.addExact(Math.multiplyExact(seconds + 1, NANOS), instant.getNano() - NANOS)
                    : Math.addExact(Math.multiplyExact(seconds, NANOS), instant.getNano());
        } catch (ArithmeticException e) {
            RuntimeException refused = refusal.of("an instant between " + instant(Long.MIN_VALUE) + " and "
                    + instant(Long.MAX_VALUE), instant.toString());
            refused.addSuppressed(e);
            throw refused;
        }
    }

    /// Nanoseconds of an instant known to be in range.
    public static long nanos(Instant instant) {
        return nanos(instant, (expected, found) -> new IllegalStateException("expected " + expected + ", found " + found));
    }

    /// The instant that many nanoseconds after 1970-01-01T00:00:00Z.
    public static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    private static int compareUnsigned(UUID a, UUID b) {
        int c = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return c != 0 ? c : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    /// Compares two converted values of that type.
    public static int compare(FieldType type, Object a, Object b) {
        return switch (type) {
            case KEYWORD -> Utf8.compare((String) a, (String) b);
            case INTEGER -> Integer.compare((Integer) a, (Integer) b);
            case LONG -> Long.compare((Long) a, (Long) b);
            case FLOAT -> Float.compare((Float) a, (Float) b);
            case DOUBLE -> Double.compare((Double) a, (Double) b);
            case BOOLEAN -> Boolean.compare((Boolean) a, (Boolean) b);
            case INSTANT -> ((Instant) a).compareTo((Instant) b);
            case UUID -> compareUnsigned((UUID) a, (UUID) b);
            case GEO_POINT -> throw new IllegalStateException("geo points have no order");
        };
    }
}
