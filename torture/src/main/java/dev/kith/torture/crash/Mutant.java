package dev.kith.torture.crash;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// One thing broken in one compiled class of the product.
///
/// @param what in words
/// @param className the class, by its full name
/// @param method whose code is changed, lambdas inside included
/// @param owner simple name of the class whose method is called there
/// @param called the method whose calls are dropped; what they would have given becomes zero or null. Empty: the whole method
///        answers 0 at once
/// @param torture which torture must notice
record Mutant(String what, String className, String method, String owner, String called, String torture) {
    /// Writes the broken class below a folder, where it comes before the sound one on a class path.
    void write(Path folder) throws IOException {
        String file = className.replace('.', '/') + ".class";
        byte[] sound;
        try (InputStream in = Mutant.class.getClassLoader().getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("there is no class " + className);
            }
            sound = in.readAllBytes();
        }
        AtomicInteger changes = new AtomicInteger();
        ClassFile classFile = ClassFile.of();
        byte[] broken = classFile.transformClass(classFile.parse(sound),
                called.isEmpty() ? answering(changes) : dropping(changes));
        if (changes.get() == 0) {
            throw new IllegalStateException(
                    "the mutant '" + what + "' changed nothing: is there still " + owner + "." + called + " in "
                            + className + "." + method + "?");
        }
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent() == null ? folder : path.getParent());
        Files.write(path, broken);
    }

    private ClassTransform dropping(AtomicInteger changes) {
        CodeTransform code = (builder, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)
                    && call.owner().asInternalName().endsWith("/" + owner)) {
                changes.incrementAndGet();
                drop(builder, call);
            } else {
                builder.with(element);
            }
        };
        return ClassTransform.transformingMethodBodies(model -> model.methodName().equalsString(method)
                || model.methodName().stringValue().startsWith("lambda$" + method + "$"), code);
    }

    private ClassTransform answering(AtomicInteger changes) {
        return (builder, element) -> {
            if (element instanceof MethodModel model && model.methodName().equalsString(method)) {
                changes.incrementAndGet();
                builder.withMethodBody(model.methodName().stringValue(), model.methodTypeSymbol(), model.flags().flagsMask(),
                        code -> zero(code, TypeKind.from(model.methodTypeSymbol().returnType())).return_(
                                TypeKind.from(model.methodTypeSymbol().returnType())));
            } else {
                builder.with(element);
            }
        };
    }

    private static void drop(CodeBuilder builder, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            pop(builder, TypeKind.from(type.parameterType(i)));
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            builder.pop();
        }
        zero(builder, TypeKind.from(type.returnType()));
    }

    private static CodeBuilder zero(CodeBuilder builder, TypeKind kind) {
        return switch (kind.asLoadable()) {
            case VOID -> builder;
            case INT -> builder.iconst_0();
            case LONG -> builder.lconst_0();
            case FLOAT -> builder.fconst_0();
            case DOUBLE -> builder.dconst_0();
            case REFERENCE -> builder.aconst_null();
            default -> throw new IllegalArgumentException("result of kind " + kind);
        };
    }

    private static void pop(CodeBuilder builder, TypeKind kind) {
        if (kind.slotSize() == 2) {
            builder.pop2();
        } else {
            builder.pop();
        }
    }
}
