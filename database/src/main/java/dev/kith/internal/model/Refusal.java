package dev.kith.internal.model;

/// Makes the exception for a value that does not fit: a record's, a filter's or a query's.
@FunctionalInterface
public interface Refusal {
    /// The exception that says what was expected and what was found.
    RuntimeException of(String expected, String found);
}
