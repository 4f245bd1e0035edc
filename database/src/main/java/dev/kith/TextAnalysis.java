package dev.kith;

/// How a text field is cut into terms for BM25. The same analysis is used for the query text.
public enum TextAnalysis {
    /// Unicode words (UAX #29), lower-cased; no stop words, no stemming. Right for mixed languages.
    STANDARD,
    /// English: possessives and stop words removed, Porter stemming.
    ENGLISH,
    /// German: stop words removed, umlauts normalized, light stemming.
    GERMAN,
    /// Chinese, Japanese, Korean: bigrams of ideographs, kana and hangul; other scripts as words.
    CJK
}
