package dev.kith.storage;

/// How [Vfs#openWrite] opens a file.
public enum WriteMode {
    /// The file must not exist yet; its directory entry is durable only after [Vfs#syncDirectory].
    CREATE_NEW,
    /// The file must exist; writing goes on at its end.
    APPEND
}
