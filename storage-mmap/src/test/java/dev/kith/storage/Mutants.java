package dev.kith.storage;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Loads this module's classes once more with one thing broken in the compiled code, so that a test can ask whether a
/// harness notices. Nothing in the product knows of it.
final class Mutants extends ClassLoader {
    private static final String PACKAGE = "dev.kith.storage.";

    private final Map<String, Change> changes;

    /// One class broken, and how often it was in fact changed.
    private record Change(ClassTransform transform, AtomicInteger count) {}

    private Mutants(Map<String, Change> changes) {
        super(Mutants.class.getClassLoader());
        this.changes = changes;
    }

    private Mutants(String className, ClassTransform transform, AtomicInteger count) {
        this(Map.of(PACKAGE + className, new Change(transform, count)));
    }

    /// Everything as it is: the control.
    static Mutants none() {
        return new Mutants(Map.of());
    }

    /// This and another change, of different classes.
    Mutants and(Mutants other) {
        Map<String, Change> both = new HashMap<>(changes);
        both.putAll(other.changes);
        return new Mutants(both);
    }

    /// Drops every call of `owner.method` in one method of a class; a result the call would have had becomes zero or null.
    static Mutants dropCall(String className, String method, String owner, String called) {
        AtomicInteger changes = new AtomicInteger();
        CodeTransform code = (builder, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)
                    && call.owner().asInternalName().endsWith("/" + owner)) {
                changes.incrementAndGet();
                drop(builder, call);
            } else {
                builder.with(element);
            }
        };
        return new Mutants(className, inMethod(method, code), changes);
    }

    /// Makes a method answer a fixed int (or boolean) at once.
    static Mutants answer(String className, String method, int value) {
        return replaceBody(className, method, builder -> builder.loadConstant(value).ireturn());
    }

    /// Makes a method answer a fixed long at once.
    static Mutants answerLong(String className, String method, long value) {
        return replaceBody(className, method, builder -> builder.loadConstant(value).lreturn());
    }

    /// Makes a void method do nothing.
    static Mutants empty(String className, String method) {
        return replaceBody(className, method, CodeBuilder::return_);
    }

    /// Calls another method of the same owner and type instead, in one method of a class.
    static Mutants redirectCall(String className, String method, String called, String instead) {
        AtomicInteger changes = new AtomicInteger();
        CodeTransform code = (builder, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                changes.incrementAndGet();
                builder.invoke(call.opcode(), call.owner().asSymbol(), instead, call.typeSymbol(), call.isInterface());
            } else {
                builder.with(element);
            }
        };
        return new Mutants(className, inMethod(method, code), changes);
    }

    private static Mutants replaceBody(String className, String method, Consumer<CodeBuilder> body) {
        AtomicInteger changes = new AtomicInteger();
        ClassTransform transform = (builder, element) -> {
            if (element instanceof MethodModel model && model.methodName().equalsString(method)) {
                changes.incrementAndGet();
                builder.withMethodBody(model.methodName().stringValue(), model.methodTypeSymbol(), model.flags().flagsMask(),
                        body);
            } else {
                builder.with(element);
            }
        };
        return new Mutants(className, transform, changes);
    }

    private static ClassTransform inMethod(String method, CodeTransform code) {
        return ClassTransform.transformingMethodBodies(model -> model.methodName().equalsString(method)
                || model.methodName().stringValue().startsWith("lambda$" + method + "$"), code);
    }

    private static void drop(CodeBuilder builder, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            pop(builder, TypeKind.from(type.parameterType(i)));
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            builder.pop();
        }
        switch (TypeKind.from(type.returnType()).asLoadable()) {
            case VOID -> {
            }
            case INT -> builder.iconst_0();
            case LONG -> builder.lconst_0();
            case REFERENCE -> builder.aconst_null();
            default -> throw new IllegalArgumentException("result of " + call);
        }
    }

    private static void pop(CodeBuilder builder, TypeKind kind) {
        if (kind.slotSize() == 2) {
            builder.pop2();
        } else {
            builder.pop();
        }
    }

    /// What `harness.firstViolation(arguments)` says of the broken copy: empty if it noticed nothing. An exception of
    /// the storage family out of the workload itself is a way to notice, any other is an error of the test.
    String violation(String harness, Class<?>[] types, Object... arguments) throws ReflectiveOperationException {
        Method method = loadClass(PACKAGE + harness).getDeclaredMethod("firstViolation", types);
        method.setAccessible(true);
        String violation;
        try {
            violation = (String) method.invoke(null, arguments);
        } catch (InvocationTargetException thrown) {
            Class<?> kind = thrown.getCause().getClass();
            if (!loadClass(PACKAGE + "StorageException").isAssignableFrom(kind)) {
                throw thrown;
            }
            violation = thrown.getCause().toString();
        }
        changes.forEach((className, change) -> {
            if (change.count().get() == 0) {
                throw new AssertionError("the mutant of " + className + " changed nothing");
            }
        });
        return violation;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            Change change = changes.get(name);
            if (change != null) {
                ClassFile classFile = ClassFile.of();
                bytes = classFile.transformClass(classFile.parse(bytes), change.transform());
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }
}
