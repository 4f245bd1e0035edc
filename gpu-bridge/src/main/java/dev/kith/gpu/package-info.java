/// Optional CUDA offload: foreign-function bindings to the CUDA runtime and cuBLAS, found by ServiceLoader.
@NullMarked
package dev.kith.gpu;

import org.jspecify.annotations.NullMarked;
