package dev.kith;

/// Writes JSON, with commas where they belong. Nothing more than explanations need.
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private boolean comma;

    JsonText open(String bracket) {
        separate();
        text.append(bracket);
        comma = false;
        return this;
    }

    JsonText close(String bracket) {
        text.append(bracket);
        comma = true;
        return this;
    }

    JsonText name(String name) {
        separate();
        quote(name);
        text.append(':');
        comma = false;
        return this;
    }

    JsonText member(String name, String value) {
        name(name);
        quote(value);
        comma = true;
        return this;
    }

    JsonText member(String name, long value) {
        name(name);
        text.append(value);
        comma = true;
        return this;
    }

    JsonText member(String name, float value) {
        name(name);
        text.append(value);
        comma = true;
        return this;
    }

    JsonText element(String value) {
        separate();
        quote(value);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            text.append(',');
        }
        comma = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
