package dev.kith.core;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/// Has a SIMD kernel compiled after a few calls.
///
/// HotSpot compiles a method for good after some thousands of calls or turns of its loops, and until then each operation of the Vector API is some
/// hundred plain ones: to call a kernel until it is compiled takes half a second, and has the JVM compile the slow twin of each operation
/// as well, which nobody will need. So a kernel that is called for nothing goes, after its checks, [#TURNS] times round an empty loop and returns;
/// the JVM counts these turns too. One call in four is a real one and shows the compiler which ways are taken, how often a loop goes round, and
/// that what it calls is worth inlining: C2 leaves out of line what is called in fewer than a quarter of the calls and not tiny. Decision 0226.
///
/// Used by one thread.
public final class KernelDrill {
    /// Turns of the empty loop.
    public static final int TURNS = 64;
    /// No empty calls at all: for kernels that call large methods.
    public static final int NONE = 0;
    /// Empty calls for each real one, for kernels that call methods of ours, or large ones of the Vector API, outside of their loops.
    public static final int FEW = 1;
    /// Empty calls for each real one, for the others.
    public static final int MANY = 7;

    /// Interpreted calls after which C1 compiles: 128, with some thousand turns.
    private static final int FIRST = 192;
    /// Calls after which C2 compiles: 600 that make, with their turns, 15,000; it looks every 8,192 turns.
    private static final int CALLS = 704;
    /// Calls between looks whether C2 is ready.
    private static final int MORE = 256;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /// How many times as fast as the quickest call before is a call that is taken for compiled; it is ten to a hundred times as fast.
    private static final int FASTER = 6;
    private static final long FAST_NANOS = 1_500;
    /// What was as quick as this from the first call on was compiled before, for another group that it belongs to as well.
    private static final long COMPILED_NANOS = 250;
    /// Longest wait for a kernel before others have their turn.
    private static final long EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int TRIES = 4;
    private static final int ROUNDS = 3;
    private static final boolean ONE_CORE = Runtime.getRuntime().availableProcessors() == 1;
    /// Pause after the calls of a kernel, in their own time, on one core: there they keep the compilers and the searches from their work.
    private static final int PAUSES = 2;

    private final IntConsumer empty;
    private final IntConsumer real;
    private final int empties;
    /// What the quickest call takes while the kernel is not compiled.
    private long slowNanos;

    /// @param empty calls the kernel for nothing, so many times. In a loop of its own, or its caller would be compiled with the kernel in it
    /// @param real calls the kernel once, as its users do, for as little as shows all its ways: it is slow. Its argument counts up, so that calls
    ///        can differ
    /// @param empties empty calls for each real one, [#NONE], [#FEW] or [#MANY]
    public KernelDrill(IntConsumer empty, IntConsumer real, int empties) {
        this.empty = empty;
        this.real = real;
        this.empties = empties;
    }

    /// Calls each kernel until it is compiled, one after the other, but no longer than `limitNanos` in all: with more to do the compilers take longer to
    /// begin with each, and compile it without taking account of its calls.
    ///
    /// Compiled code is thrown away when a class is loaded that it took for absent, as happens when kernels of another element type run for the first
    /// time. So each kernel is called once before any is drilled, and those that were compiled are looked at again at the end.
    ///
    /// @return how many were not compiled by then
    static int run(List<KernelDrill> drills, long limitNanos) {
        long end = System.nanoTime() + limitNanos;
        for (KernelDrill drill : drills) {
            drill.real.accept(0);
            drill.real.accept(1);
        }
        List<KernelDrill> slow = drills;
        for (int round = 0; round < ROUNDS && !slow.isEmpty(); round++) {
            for (KernelDrill drill : slow) {
                drill.drill(Math.min(end, System.nanoTime() + EACH_NANOS));
            }
            slow = drills.stream().filter(drill -> !drill.isFast()).toList();
        }
        return slow.size();
    }

    private void drill(long end) {
        empty.accept(FIRST);
        LockSupport.parkNanos(LOOK_NANOS);
        long start = System.nanoTime();
        call();
        if (ONE_CORE) {
            LockSupport.parkNanos(PAUSES * (System.nanoTime() - start));
        }
        while (!isFast() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            more();
        }
    }

    /// Makes the calls after which C2 compiles. Of the first, long before it does, the quickest says what is slow.
    private void call() {
        int reals = CALLS / (empties + 1);
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < reals; i++) {
            long nanos = real(i);
            quickest = i < reals / 4 ? Math.min(quickest, nanos) : quickest;
            empty.accept(empties);
        }
        slowNanos = Math.max(slowNanos, quickest); // in another round it may be fast already
    }

    private void more() {
        for (int i = 0; i < MORE; i++) {
            if (empties == NONE) {
                real.accept(i);
            } else {
                empty.accept(1);
            }
        }
    }

    /// Makes a real call; for tests.
    void realCall(int i) {
        real.accept(i);
    }

    private long real(int i) {
        long start = System.nanoTime();
        real.accept(i);
        return System.nanoTime() - start;
    }

    private boolean isFast() {
        for (int i = 0; i < TRIES; i++) {
            long nanos = real(i);
            if (nanos < FAST_NANOS && (FASTER * nanos < slowNanos || slowNanos < COMPILED_NANOS)) {
                return true;
            }
        }
        return false;
    }
}
