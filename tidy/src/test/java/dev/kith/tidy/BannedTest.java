package dev.kith.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Calls that main code never makes: a library must not end, flood or surprise its host.
class BannedTest {
    private static final Map<String, JavaClasses> CLASSES = House.classes();
    private static final Set<String> PROGRAMS = Set.of("cli", "benchmarks", "examples", "torture");

    private static Set<String> accesses(boolean inPrograms, Predicate<JavaAccess<?>> banned) {
        Set<String> found = new TreeSet<>();
        CLASSES.forEach((module, classes) -> {
            if (inPrograms || !PROGRAMS.contains(module)) {
                for (JavaClass c : classes) {
                    c.getAccessesFromSelf().stream().filter(banned)
                            .forEach(a -> found.add(c.getName() + ":" + a.getLineNumber() + " " + a.getTarget().getFullName()));
                }
            }
        });
        return found;
    }

    @Test
    void noUnsafeAndNoJavaSerialization() {
        List<String> owners = List.of("sun.misc.Unsafe", "jdk.internal.misc.Unsafe", "java.io.ObjectInputStream",
                "java.io.ObjectOutputStream");
        assertEquals(Set.of(), accesses(true, a -> owners.contains(a.getTargetOwner().getName())));
    }

    @Test
    void noRandomWithoutASeed() {
        assertEquals(Set.of(), accesses(true, a -> {
            String target = a.getTarget().getFullName();
            return target.equals("java.util.Random.<init>()") || target.equals("java.util.SplittableRandom.<init>()")
                    || target.startsWith("java.lang.Math.random(")
                    || target.startsWith("java.util.concurrent.ThreadLocalRandom.current(");
        }));
    }

    @Test
    void noExitAndNoPrintingOutsidePrograms() {
        assertEquals(Set.of(), accesses(false, a -> {
            String target = a.getTarget().getFullName();
            return target.startsWith("java.lang.System.exit(") || target.startsWith("java.lang.Runtime.halt(")
                    || target.startsWith("java.lang.Runtime.exit(") || target.equals("java.lang.System.out")
                    || target.equals("java.lang.System.err") || target.startsWith("java.lang.Throwable.printStackTrace(");
        }));
    }

    @Test
    void noSystemPropertyIsSetByALibrary() {
        assertEquals(Set.of(), accesses(false, a -> a.getTarget().getFullName().startsWith("java.lang.System.setProperty(")));
    }
}
