package dev.kith.gpu;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Method handles of C functions, and the one place where their checked `Throwable` ends.
final class NativeCalls {
    static final AddressLayout POINTER = ValueLayout.ADDRESS;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    /// Longest text a library is expected to return.
    private static final int TEXT_BYTES = 512;

    private NativeCalls() {}

    /// A call of a handle: what `invokeExact` may throw is only what this class says it cannot.
    interface Call {
        /// Calls.
        int run() throws Throwable;
    }

    /// A function of that name and signature that returns an int.
    ///
    /// @throws MissingSymbolException if the library does not have it
    static MethodHandle function(SymbolLookup library, String name, MemoryLayout... parameters) {
        return handle(library, name, FunctionDescriptor.of(INT, parameters));
    }

    /// A function from an int to a C string.
    static MethodHandle text(SymbolLookup library, String name) {
        return handle(library, name, FunctionDescriptor.of(POINTER.withTargetLayout(
                MemoryLayout.sequenceLayout(TEXT_BYTES, ValueLayout.JAVA_BYTE)), INT));
    }

    private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor type) {
        MemorySegment symbol = library.find(name).orElseThrow(() -> new MissingSymbolException(name));
        return Linker.nativeLinker().downcallHandle(symbol, type);
    }

    /// The returned status.
    static int status(Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall handle throws nothing checked", e);
        }
    }

    /// The text for a code, from a handle made by [#text].
    static String describe(MethodHandle texts, int code) {
        try {
            MemorySegment found = (MemorySegment) texts.invokeExact(code);
            return found.address() == 0 ? "no description" : found.getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall handle throws nothing checked", e);
        }
    }

    /// A library lacks a function: it is not the version it is named for.
    static final class MissingSymbolException extends RuntimeException {
        MissingSymbolException(String name) {
            super("the library has no function " + name);
        }
    }
}
