package dev.kith.storage;

/// How mapped memory is about to be read, as told to the system: see [MappedMemory#advise].
public enum Access {
    /// As the system does without being told: what is read is taken for the beginning of more, and a stretch around it is read
    /// as well.
    NORMAL(0),
    /// Here and there: only the page that is touched is read. Right for rows of which a search wants a few in a file that memory
    /// does not hold.
    RANDOM(1),
    /// From one end to the other: much is read ahead, and what was read may be forgotten soon.
    SEQUENTIAL(2),
    /// Soon: reading begins now, in the background. Changes nothing for later.
    SOON(3);

    /// The same numbers in Linux, macOS and the BSDs: `POSIX_MADV_NORMAL` and so on.
    final int code;

    Access(int code) {
        this.code = code;
    }
}
