/// Optional CUDA offload of batch work: foreign-function bindings to the CUDA runtime and cuBLAS, a device with owned
/// buffers and a budget, and an exact batch search over it, found through `ServiceLoader`. Nothing here needs CUDA to load.
@NullMarked
package dev.kith.gpu;

import org.jspecify.annotations.NullMarked;
