package dev.kith.gpu;

import dev.kith.core.batch.ProductError;

/// The number format in which the device multiplies. Answers are exact in all of them: a faster format only means that more
/// rows lie within the error margin and are scored again on the CPU. All sums are float32.
///
/// The bounds of tensor cores follow M. Fasi, N. Higham, M. Mikaitis and S. Pranesh, "Numerical behavior of NVIDIA tensor
/// cores" (PeerJ Computer Science 7:e330, 2021): products are exact, sums are cut off instead of rounded; a unit roundoff of
/// 2^-22 leaves room for that.
public enum GpuPrecision {
    /// float32 operands and products, without tensor cores.
    FLOAT32(4, new ProductError(0, 0, Float.MAX_VALUE, 0x1p-23)),
    /// float32 operands that the device shortens to 10 bits of fraction; from compute capability 8.0 on.
    TF32(4, new ProductError(0x1p-10, 0, Float.MAX_VALUE, 0x1p-22)),
    /// Half precision operands: half the transfer; vectors with a norm above 65504 are scored on the CPU.
    FLOAT16(2, new ProductError(0x1p-11, 0x1p-25, 65504, 0x1p-22)),
    /// bfloat16 operands: half the transfer, the range of float32, the widest margin.
    BFLOAT16(2, new ProductError(0x1p-9, 0, 0x1p127, 0x1p-22));

    private final int bytes;
    private final ProductError error;

    GpuPrecision(int bytes, ProductError error) {
        this.bytes = bytes;
        this.error = error;
    }

    /// Bytes of an operand's component.
    int bytes() {
        return bytes;
    }

    /// How wrong the products can be.
    ProductError error() {
        return error;
    }
}
