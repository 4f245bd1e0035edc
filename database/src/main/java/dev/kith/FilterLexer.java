package dev.kith;

import dev.kith.FilterToken.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts a filter's text into tokens.
///
/// | token | form |
/// |---|---|
/// | word | a letter or `_`, then letters, digits, `_`, `-`, `.` |
/// | name | any characters between backticks, a backtick doubled |
/// | string | any characters between `'` or between `"`, that quote doubled |
/// | number | digits, perhaps a sign before, a fraction and an exponent after |
/// | parameter | `:` and a word |
/// | symbol | `( ) , = != <> < <= > >=` |
final class FilterLexer {
    private static final String DOUBLE_SYMBOLS = "!= <> <= >=";
    private final String text;
    private final List<FilterToken> tokens = new ArrayList<>();
    private int at;

    private FilterLexer(String text) {
        this.text = text;
    }

    /// All tokens; the last is [Kind#END].
    static List<FilterToken> tokens(String text) {
        if (text.length() > Limits.MAX_FILTER_TEXT) {
            throw new InvalidFilterException(Limits.MAX_FILTER_TEXT + 1, "at most " + Limits.MAX_FILTER_TEXT + " characters",
                    text.length() + " characters");
        }
        return new FilterLexer(text).all();
    }

    private List<FilterToken> all() {
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (Character.isWhitespace(c)) {
                at += Character.charCount(c);
            } else if (c == '\'' || c == '"') {
                quoted(Kind.STRING, (char) c);
            } else if (c == '`') {
                quoted(Kind.NAME, '`');
            } else if (isDigit(c) || (c == '-' || c == '+') && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
                number();
            } else if (c == ':') {
                parameter();
            } else if (Character.isLetter(c) || c == '_') {
                int start = at;
                String word = word();
                add(Kind.WORD, start, word);
            } else {
                symbol();
            }
        }
        tokens.add(new FilterToken(Kind.END, at + 1, "", ""));
        return tokens;
    }

    private void add(Kind kind, int start, Object content) {
        tokens.add(new FilterToken(kind, start + 1, text.substring(start, at), content));
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private String word() {
        int start = at;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (!isWordPart(c)) {
                break;
            }
            at += Character.charCount(c);
        }
        return text.substring(start, at);
    }

    /// As in the names of fields.
    static boolean isWordPart(int c) {
        return Character.isLetter(c) || isNumber(c) || c == '_' || c == '-' || c == '.';
    }

    private static boolean isNumber(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    private void quoted(Kind kind, char quote) {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (true) {
            int end = text.indexOf(quote, at);
            if (end < 0) {
                throw new InvalidFilterException(start + 1, "a closing " + quote, "none up to the end");
            }
            content.append(text, at, end);
            at = end + 1;
            if (at >= text.length() || text.charAt(at) != quote) {
                break;
            }
            content.append(quote);
            at++;
        }
        add(kind, start, content.toString());
    }

    private void number() {
        int start = at++;
        digits();
        boolean whole = true;
        if (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
            whole = false;
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int sign = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? 2 : 1;
            if (at + sign < text.length() && isDigit(text.charAt(at + sign))) {
                whole = false;
                at += sign;
                digits();
            }
        }
        if (at < text.length() && isWordPart(text.codePointAt(at))) {
            throw new InvalidFilterException(start + 1, "a number", "'" + text.substring(start, at)
                    + Character.toString(text.codePointAt(at)) + "'");
        }
        add(Kind.NUMBER, start, value(start, whole));
    }

    private void digits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private Object value(int start, boolean whole) {
        String digits = text.substring(start, at);
        if (!whole) {
            double value = Double.parseDouble(digits);
            if (Double.isInfinite(value)) {
                throw new InvalidFilterException(start + 1, "a number that a float64 holds", "'" + digits + "'");
            }
            return value;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            InvalidFilterException invalid = new InvalidFilterException(start + 1,
                    "a whole number in [" + Long.MIN_VALUE + ", " + Long.MAX_VALUE + "]", "'" + digits + "'");
            invalid.initCause(e);
            throw invalid;
        }
    }

    private void parameter() {
        int start = at++;
        String name = word();
        if (name.isEmpty()) {
            throw new InvalidFilterException(start + 1, "the name of a parameter after ':'", "none");
        }
        add(Kind.PARAMETER, start, name);
    }

    private void symbol() {
        int start = at;
        String two = text.substring(at, Math.min(at + 2, text.length()));
        if (two.length() == 2 && DOUBLE_SYMBOLS.contains(two) && two.indexOf(' ') < 0) {
            at += 2;
            add(Kind.SYMBOL, start, two.equals("<>") ? "!=" : two);
            return;
        }
        int c = text.codePointAt(at);
        if ("(),=<>".indexOf(c) < 0) {
            throw new InvalidFilterException(start + 1, "a name, a value or an operator", "'" + Character.toString(c) + "'");
        }
        at++;
        add(Kind.SYMBOL, start, Character.toString(c));
    }
}
