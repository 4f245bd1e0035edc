/// File systems for tests: [dev.kith.storage.fault.CrashVfs] remembers everything done to it and shows every state a
/// power cut could leave behind; [dev.kith.storage.fault.FaultyVfs] fails calls on purpose. Nothing in a running store
/// uses them.
@NullMarked
package dev.kith.storage.fault;

import org.jspecify.annotations.NullMarked;
