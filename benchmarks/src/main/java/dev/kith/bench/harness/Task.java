package dev.kith.bench.harness;

import dev.kith.bench.engine.BuildParameters;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;

/// What a worker works on: an engine, a prepared data set and the folder of the index.
///
/// @param set folder of the prepared set
/// @param index folder of the index
public record Task(String engine, BuildParameters parameters, Path set, Path index) {
    void write(DataOutput out) throws IOException {
        out.writeUTF(engine);
        out.writeInt(parameters.m());
        out.writeInt(parameters.efConstruction());
        out.writeInt(parameters.threads());
        out.writeUTF(set.toString());
        out.writeUTF(index.toString());
    }

    static Task read(DataInput in) throws IOException {
        return new Task(in.readUTF(), new BuildParameters(in.readInt(), in.readInt(), in.readInt()), Path.of(in.readUTF()),
                Path.of(in.readUTF()));
    }
}
