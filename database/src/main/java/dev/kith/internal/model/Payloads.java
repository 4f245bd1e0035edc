package dev.kith.internal.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.kith.Limits;
import java.io.IOException;

/// Checks that a payload is one JSON value, without building a tree.
final class Payloads {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.MAX_PAYLOAD_DEPTH)
                    .maxStringLength(Limits.MAX_PAYLOAD_BYTES)
                    .maxNumberLength(Limits.MAX_PAYLOAD_BYTES)
                    .maxNameLength(Limits.MAX_PAYLOAD_BYTES)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private Payloads() {}

    static void check(String json, Refusal refusal) {
        Utf8.check(json, Limits.MAX_PAYLOAD_BYTES, refusal);
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() == null) {
                throw refusal.of("one JSON value", "nothing");
            }
            parser.skipChildren();
            JsonToken next = parser.nextToken();
            if (next != null) {
                throw refusal.of("one JSON value", "more after it");
            }
        } catch (StreamConstraintsException e) {
            throw caused(refusal.of("JSON nested at most " + Limits.MAX_PAYLOAD_DEPTH + " deep", e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw caused(refusal.of("one JSON value", message(e)), e);
        }
    }

    private static String message(IOException e) {
        return e instanceof com.fasterxml.jackson.core.JacksonException j
                ? j.getOriginalMessage() + " at character " + j.getLocation().getCharOffset()
                : String.valueOf(e.getMessage());
    }

    private static RuntimeException caused(RuntimeException refused, Throwable cause) {
        refused.initCause(cause);
        return refused;
    }
}
