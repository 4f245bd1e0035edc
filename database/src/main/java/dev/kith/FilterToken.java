package dev.kith;

import java.util.Locale;

/// One token of a filter's text.
///
/// @param position its first character, counted from 1
/// @param text as it stands in the filter, for messages
/// @param content of a word or name the name, of a string its characters, of a number its value as `Long` or `Double`, of a
///        parameter its name, of a symbol the symbol
record FilterToken(Kind kind, int position, String text, Object content) {
    enum Kind {
        /// A bare name or keyword.
        WORD,
        /// A name between backticks: never a keyword.
        NAME, STRING, NUMBER, PARAMETER, SYMBOL, END
    }

    /// Whether it is this keyword, in upper or lower case.
    boolean is(String keyword) {
        return kind == Kind.WORD && ((String) content).toLowerCase(Locale.ROOT).equals(keyword);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && content.equals(symbol);
    }

    /// What it is, for messages.
    String describe() {
        return kind == Kind.END ? "the end" : "'" + text + "'";
    }
}
