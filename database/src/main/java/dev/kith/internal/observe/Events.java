package dev.kith.internal.observe;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The events of the JDK Flight Recorder; their names and fields are part of the face, see [dev.kith.Observation].
final class Events {
    private Events() {}

    @Category("Kith")
    @StackTrace(false)
    abstract static class KithEvent extends Event {
        @Label("Collection") String collection = "";
    }

    @Name("dev.kith.Open")
    @Label("Open")
    @Description("A collection was opened and recovered from its log")
    static final class Open extends KithEvent {
        @Label("Operations applied again") long operations;
        @Label("Log files read") int logFiles;
        @Label("Bytes of an unfinished write")
        @DataAmount long tornBytes;
    }

    @Name("dev.kith.Search")
    @Label("Search")
    @Description("A search was answered")
    static final class Search extends KithEvent {
        @Label("Clauses") int clauses;
        @Label("k") int k;
        @Label("Filtered") boolean filtered;
        @Label("Hits") int hits;
        @Label("Segments") int segments;
        @Label("Recent records scanned") int recentRecords;
    }

    @Name("dev.kith.Write")
    @Label("Write")
    @Description("A write was acknowledged")
    static final class Write extends KithEvent {
        @Label("Records written") long upserts;
        @Label("Records deleted") long deletes;
    }

    @Name("dev.kith.Flush")
    @Label("Flush")
    @Description("The log was moved into segments")
    static final class Flush extends KithEvent {
        @Label("Sequence") long sequence;
    }

    @Name("dev.kith.Merge")
    @Label("Merge")
    @Description("Segments were merged into one")
    static final class Merge extends KithEvent {
        @Label("Segments") int segments;
        @Label("Records") long records;
        @Label("Given up") boolean failed;
    }
}
