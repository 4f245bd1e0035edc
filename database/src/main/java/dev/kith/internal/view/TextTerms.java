package dev.kith.internal.view;

import java.util.Map;

/// The terms of one text value.
///
/// @param frequencies how often each term occurs
/// @param length number of terms, those at the place of another not counted
public record TextTerms(Map<String, Integer> frequencies, int length) {}
