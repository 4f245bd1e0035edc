package dev.kith;

import java.util.LinkedHashMap;
import java.util.Map;

/// Maps in maps for names with dots.
final class Nested {
    private Nested() {}

    /// Puts a value at a path. A value whose path is also the beginning of longer ones goes under the empty name.
    static void put(Map<String, Object> object, String path, Object value) {
        int dot = path.indexOf('.');
        String name = dot <= 0 ? path : path.substring(0, dot);
        Object there = object.get(name);
        if (dot <= 0 && !(there instanceof Map<?, ?>)) {
            object.put(name, value);
            return;
        }
        Map<String, Object> inner = new LinkedHashMap<>();
        if (there instanceof Map<?, ?> map) {
            map.forEach((k, v) -> inner.put((String) k, v));
        } else if (there != null) {
            inner.put("", there);
        }
        put(inner, dot <= 0 ? "" : path.substring(dot + 1), value);
        object.put(name, inner);
    }
}
