package dev.kith.tidy;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Imports run down the floors only, no module has two packages that need each other, and Chronicle stays in its room.
class FloorsTest {
    private static final Map<String, JavaClasses> CLASSES = House.classes();

    @Test
    void everyModuleIsBuiltBeforeItIsJudged() {
        Set<String> withCode = new TreeSet<>();
        for (String module : House.MAY_IMPORT.keySet()) {
            if (!House.sources(module, "main").isEmpty()) {
                withCode.add(module);
            }
        }
        assertEquals(withCode, new TreeSet<>(CLASSES.keySet()));
        assertTrue(withCode.size() >= 8, withCode.toString());
    }

    @Test
    void importsRunDownOnly() {
        Map<String, String> moduleOf = new HashMap<>();
        CLASSES.forEach((module, classes) -> classes.forEach(c -> moduleOf.put(c.getName(), module)));
        Set<String> wrong = new TreeSet<>();
        CLASSES.forEach((module, classes) -> {
            for (JavaClass c : classes) {
                for (Dependency d : c.getDirectDependenciesFromSelf()) {
                    String target = moduleOf.get(d.getTargetClass().getBaseComponentType().getName());
                    if (target != null && !target.equals(module) && !House.MAY_IMPORT.get(module).contains(target)) {
                        wrong.add(module + " -> " + target + ": " + c.getName() + " uses " + d.getTargetClass().getName());
                    }
                }
            }
        });
        assertEquals(Set.of(), wrong);
    }

    @Test
    void noPackagesInACircle() {
        for (JavaClasses classes : CLASSES.values()) {
            slices().matching("dev.kith.(**)").should().beFreeOfCycles().allowEmptyShould(true).check(classes);
        }
    }

    @Test
    void onlyInspectionKnowsChronicle() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClasses classes : CLASSES.values()) {
            for (JavaClass c : classes) {
                boolean uses = c.getDirectDependenciesFromSelf().stream()
                        .anyMatch(d -> d.getTargetClass().getName().startsWith("net.openhft."));
                if (uses && !c.getPackageName().equals("dev.kith.storage.inspect")) {
                    wrong.add(c.getName());
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void theCoreStandsOnTheJdkAndAgronaAlone() {
        List<String> allowed = List.of("java.", "javax.", "jdk.incubator.vector.", "org.agrona.", "org.jspecify.", "dev.kith.");
        Set<String> wrong = new TreeSet<>();
        for (String module : List.of("vector-core", "index-hnsw", "index-ivfpq", "gpu-bridge")) {
            JavaClasses classes = CLASSES.get(module);
            if (classes == null) {
                continue;
            }
            for (JavaClass c : classes) {
                for (Dependency d : c.getDirectDependenciesFromSelf()) {
                    JavaClass target = d.getTargetClass().getBaseComponentType();
                    if (!target.isPrimitive() && allowed.stream().noneMatch(target.getName()::startsWith)) {
                        wrong.add(c.getName() + " uses " + target.getName());
                    }
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }
}
