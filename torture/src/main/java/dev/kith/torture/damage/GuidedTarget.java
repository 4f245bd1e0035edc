package dev.kith.torture.damage;

import java.io.IOException;
import java.util.List;
import java.util.Random;

/// What Jazzer calls with each input: the parser named by a system property.
public final class GuidedTarget {
    /// Names the parser.
    static final String PROPERTY = "kith.torture.parser";
    private static Parsers.Target target = none();

    private GuidedTarget() {}

    private static Parsers.Target none() {
        return new Parsers.Target("none", List.of(), 0, _ -> {
            throw new IllegalStateException("not initialized");
        });
    }

    /// Called by Jazzer once, before the first input and without its bound on time: making the samples builds indexes.
    public static void fuzzerInitialize() {
        target = named();
    }

    private static Parsers.Target named() {
        String name = System.getProperty(PROPERTY);
        try {
            return Parsers.all(new Random(1)).stream().filter(t -> t.name().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalStateException("no parser is called '" + name + "'"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Called by Jazzer, found by its name; anything thrown is a finding.
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length > 0) {
            target.parse().taken(input);
        }
    }
}
