package dev.kith;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The face changes only on purpose: its signatures are kept in `public-api.txt`, and whoever changes one sees what users will. After
/// a change that is wanted, `mvn -pl database -am test -Dtest=PublicApiTest -Dkith.api.update=true` writes the file anew.
class PublicApiTest {
    private static final String BASELINE = "src/test/resources/dev/kith/public-api.txt";

    @Test
    void theFaceIsTheOneThatWasAgreedOn() throws Exception {
        Set<String> now = signatures();
        assertTrue(now.size() > 300, "the face was not found: " + now.size() + " signatures");
        Path file = Path.of(BASELINE);
        if (Boolean.getBoolean("kith.api.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, String.join("\n", now) + "\n");
            return;
        }
        Set<String> before = new TreeSet<>(Files.readAllLines(file));
        List<String> difference = new ArrayList<>();
        before.stream().filter(line -> !now.contains(line)).forEach(line -> difference.add("- " + line));
        now.stream().filter(line -> !before.contains(line)).forEach(line -> difference.add("+ " + line));
        if (!difference.isEmpty()) {
            fail("the public API has changed (- gone, + new); if that is wanted, run this test with -Dkith.api.update=true and commit "
                    + BASELINE + ":\n" + String.join("\n", difference));
        }
    }

    private static Set<String> signatures() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(Kith.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes.resolve("dev/kith"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.equals("package-info")) {
                    add(Class.forName("dev.kith." + name, false, Kith.class.getClassLoader()), lines);
                }
            }
        }
        return lines;
    }

    /// Whether users can see a type: it and all around it are public.
    private static boolean visible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers()) && (type.getDeclaringClass() == null || visible(type.getDeclaringClass()));
    }

    private static void add(Class<?> type, Set<String> lines) {
        if (!visible(type)) {
            return;
        }
        String own = type.getName();
        String supers = Stream.concat(Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(t -> t.getTypeName()).sorted().collect(Collectors.joining(", "));
        String components = !type.isRecord()
                ? ""
                : Arrays.stream(type.getRecordComponents()).map(PublicApiTest::component)
                        .collect(Collectors.joining(", ", "(", ")"));
        lines.add(own + components + ": " + Modifier.toString(type.getModifiers()) + (type.isSealed() ? " sealed" : "")
                + (supers.isEmpty() ? "" : " of " + supers));
        for (Field field : type.getDeclaredFields()) {
            if (seen(field.getModifiers(), field.isSynthetic())) {
                lines.add(own + " " + field.toGenericString());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (seen(constructor.getModifiers(), constructor.isSynthetic())) {
                lines.add(own + " " + constructor.toGenericString());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean bridge = method.isBridge() || method.accessFlags().contains(AccessFlag.SYNTHETIC);
            if (seen(method.getModifiers(), bridge)) {
                lines.add(own + " " + method.toGenericString());
            }
        }
    }

    private static String component(RecordComponent component) {
        return component.getGenericType().getTypeName() + " " + component.getName();
    }

    private static boolean seen(int modifiers, boolean synthetic) {
        return !synthetic && (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }
}
