package dev.kith.storage;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Threads that the system runs only as far as others leave it time. Java's own priorities mean nothing on Linux unless the JVM is
/// started in a special way, but there every thread has a niceness of its own, which it may raise.
public final class ThreadPriority {
    /// A third of the time of an ordinary thread, where both want all of a processor.
    private static final int NICENESS = 5;
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final @Nullable MethodHandle SET = link();

    private ThreadPriority() {}

    /// Lowers the calling thread's share of the processors, for good; nothing where that is impossible: elsewhere than on Linux, where the
    /// call means the whole process, and where native access is denied. Not for virtual threads.
    ///
    /// @return whether the system did it
    public static boolean lower() {
        MethodHandle set = SET;
        if (set == null || Thread.currentThread().isVirtual()) {
            return false;
        }
        try {
            return (int) set.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICENESS) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setpriority failed", e);
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle link() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            SymbolLookup names = linker.defaultLookup();
            return names.find("setpriority")
                    .map(found -> linker.downcallHandle(found,
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT)))
                    .orElse(null);
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.kith").log(Level.INFO, "no thread's priority can be lowered in this JVM", e);
            return null;
        }
    }
}
