package dev.kith.internal.view;

/// The current view of a collection, handed out to searches and replaced by writes and refreshes. Thread-safe.
public final class Views extends Current<View> {}
