package dev.kith.lucene.segment;

/// Range checks with one kind of message.
final class Checks {
    private Checks() {}

    static void inRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], was " + value);
        }
    }
}
