/* Test only: a CPU double of the cuBLAS functions the gpu-bridge uses: column-major products with transposes, leading
 * dimensions, alpha and beta, on float32, TF32, half and bfloat16 operands. See cuda_double.c. */
#ifdef KITH_CHECK_PROTOTYPES
#include <cublas_v2.h>
#else
typedef int cublasStatus_t;
typedef void *cublasHandle_t;
typedef int cublasOperation_t;
typedef int cublasMath_t;
typedef int cublasComputeType_t;
typedef int cublasGemmAlgo_t;
typedef int cudaDataType;
typedef void *cudaStream_t;
#endif

#include "cuda_double.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
enum { FLOAT32 = 0, FLOAT16 = 2, BFLOAT16 = 14, COMPUTE_32F = 68, COMPUTE_TF32 = 77 };
enum { NOT_INITIALIZED = 1, INVALID_VALUE = 7, NOT_SUPPORTED = 15, MAGIC = 0x6b697468 };

struct handle { int magic; int math; void *stream; };

API cublasStatus_t cublasCreate_v2(cublasHandle_t *p) {
    int code = kith_enter("cublasCreate", 1);
    if (code) return code;
    struct handle *h = calloc(1, sizeof *h);
    h->magic = MAGIC;
    kith_count_handle(1);
    *p = (cublasHandle_t) h;
    return 0;
}

static int valid(cublasHandle_t p) {
    struct handle *h = (struct handle *) p;
    if (h && h->magic == MAGIC) return 1;
    kith_misuse("use of a cuBLAS handle that does not exist");
    return 0;
}

API cublasStatus_t cublasDestroy_v2(cublasHandle_t p) {
    int code = kith_enter("cublasDestroy", 1);
    if (!valid(p)) return NOT_INITIALIZED;
    ((struct handle *) p)->magic = 0;
    free(p);
    kith_count_handle(-1);
    return code;
}

API cublasStatus_t cublasGetVersion_v2(cublasHandle_t p, int *version) {
    int code = kith_enter("cublasGetVersion", 1);
    if (code) return code;
    if (!valid(p)) return NOT_INITIALIZED;
    *version = 130000;
    return 0;
}

API cublasStatus_t cublasSetStream_v2(cublasHandle_t p, cudaStream_t stream) {
    int code = kith_enter("cublasSetStream", 1);
    if (code) return code;
    if (!valid(p)) return NOT_INITIALIZED;
    ((struct handle *) p)->stream = (void *) stream;
    return 0;
}

API cublasStatus_t cublasSetMathMode(cublasHandle_t p, cublasMath_t mode) {
    int code = kith_enter("cublasSetMathMode", 1);
    if (code) return code;
    if (!valid(p)) return NOT_INITIALIZED;
    ((struct handle *) p)->math = mode;
    return 0;
}

API const char *cublasGetStatusString(cublasStatus_t status) {
    return status == 3 ? "the resource allocation failed" : "a status of the double";
}

struct gemm {
    int ta, tb, m, n, k, atype, btype, compute, lda, ldb, ldc, batches;
    float alpha, beta;
    const char *a, *b;
    float *c;
    long long sa, sb, sc;
};

static size_t bytes_of(int type) { return type == FLOAT32 ? 4 : 2; }

static float of_bits(uint32_t bits) {
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

static float half(uint16_t h) {
    int exponent = h >> 10 & 31;
    uint32_t fraction = h & 1023, sign = (uint32_t) (h & 0x8000) << 16;
    if (exponent == 31) return of_bits(sign | 0x7f800000u | fraction << 13);
    float f = exponent ? of_bits((uint32_t) (exponent + 112) << 23 | fraction << 13) : (float) fraction * 0x1p-24f;
    return sign ? -f : f;
}

static float element(const char *base, int type, long long i, int tf32) {
    if (type == FLOAT16) return half(((const uint16_t *) base)[i]);
    if (type == BFLOAT16) return of_bits((uint32_t) ((const uint16_t *) base)[i] << 16);
    float f = ((const float *) base)[i];
    if (!tf32) return f;
    uint32_t bits;
    memcpy(&bits, &f, 4);
    return of_bits(bits & 0xffffe000u); /* the crudest TF32: ten bits of fraction, cut off */
}

/* The usual case, rows times rows in float32, in sixteen sums that a compiler turns into vectors: tests wait for it. */
static float dot(const float *x, const float *y, int k) {
    float sums[16] = {0}, sum = 0;
    int l = 0;
    for (; l + 16 <= k; l += 16) {
        for (int t = 0; t < 16; t++) sums[t] += x[l + t] * y[l + t];
    }
    for (; l < k; l++) sum += x[l] * y[l];
    for (int t = 15; t >= 0; t--) sum += sums[t];
    return sum;
}

static void multiply(void *p) {
    struct gemm *g = p;
    int tf32 = g->compute == COMPUTE_TF32;
    int usual = g->ta && !g->tb && !tf32 && g->atype == FLOAT32 && g->btype == FLOAT32;
    for (int batch = 0; batch < g->batches; batch++) {
        const char *a = g->a + batch * g->sa * (long long) bytes_of(g->atype);
        const char *b = g->b + batch * g->sb * (long long) bytes_of(g->btype);
        float *c = g->c + batch * g->sc;
        for (int j = 0; j < g->n; j++) {
            for (int i = 0; i < g->m; i++) {
                float sum = 0;
                if (usual) sum = dot((const float *) a + (long long) i * g->lda, (const float *) b + (long long) j * g->ldb, g->k);
                for (int l = usual ? -1 : g->k - 1; l >= 0; l--) { /* backwards: the order is nobody's promise */
                    float x = element(a, g->atype, g->ta ? l + (long long) i * g->lda : i + (long long) l * g->lda, tf32);
                    float y = element(b, g->btype, g->tb ? j + (long long) l * g->ldb : l + (long long) j * g->ldb, tf32);
                    sum += x * y;
                }
                float *to = c + i + (long long) j * g->ldc;
                *to = g->beta == 0 ? g->alpha * sum : g->alpha * sum + g->beta * *to;
            }
        }
    }
}

static size_t extent(int rows, int columns, int ld, int type) {
    return columns == 0 ? 0 : ((size_t) (columns - 1) * ld + rows) * bytes_of(type);
}

static int submit(cublasHandle_t p, struct gemm *g) {
    if (!valid(p)) return NOT_INITIALIZED;
    int arows = g->ta ? g->k : g->m, acolumns = g->ta ? g->m : g->k;
    int brows = g->tb ? g->n : g->k, bcolumns = g->tb ? g->k : g->n;
    if (g->m < 0 || g->n < 0 || g->k < 0 || g->batches < 0 || g->lda < arows || g->ldb < brows || g->ldc < g->m
            || g->lda < 1 || g->ldb < 1 || g->ldc < 1) return INVALID_VALUE;
    if (g->batches == 0 || g->m == 0 || g->n == 0) return 0;
    long long last = g->batches - 1;
    if (!kith_on_device(g->a, extent(arows, acolumns, g->lda, g->atype) + last * g->sa * bytes_of(g->atype))
            || !kith_on_device(g->b, extent(brows, bcolumns, g->ldb, g->btype) + last * g->sb * bytes_of(g->btype))
            || !kith_on_device(g->c, extent(g->m, g->n, g->ldc, FLOAT32) + last * g->sc * 4)) {
        kith_misuse("matrix outside device memory");
        return INVALID_VALUE;
    }
    return kith_enqueue(((struct handle *) p)->stream, multiply, g, sizeof *g) ? 14 : 0;
}

API cublasStatus_t cublasSgemm_v2(cublasHandle_t p, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
        const float *alpha, const float *a, int lda, const float *b, int ldb, const float *beta, float *c, int ldc) {
    int code = kith_enter("cublasSgemm", 1);
    if (code) return code;
    struct gemm g = { ta, tb, m, n, k, FLOAT32, FLOAT32, COMPUTE_32F, lda, ldb, ldc, 1, *alpha, *beta,
            (const char *) a, (const char *) b, c, 0, 0, 0 };
    return submit(p, &g);
}

API cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t p, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
        const float *alpha, const float *a, int lda, long long int sa, const float *b, int ldb, long long int sb,
        const float *beta, float *c, int ldc, long long int sc, int batches) {
    int code = kith_enter("cublasSgemmStridedBatched", 1);
    if (code) return code;
    struct gemm g = { ta, tb, m, n, k, FLOAT32, FLOAT32, COMPUTE_32F, lda, ldb, ldc, batches, *alpha, *beta,
            (const char *) a, (const char *) b, c, sa, sb, sc };
    return submit(p, &g);
}

API cublasStatus_t cublasGemmEx(cublasHandle_t p, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
        const void *alpha, const void *a, cudaDataType atype, int lda, const void *b, cudaDataType btype, int ldb,
        const void *beta, void *c, cudaDataType ctype, int ldc, cublasComputeType_t compute, cublasGemmAlgo_t algorithm) {
    (void) algorithm;
    int code = kith_enter("cublasGemmEx", 1);
    if (code) return code;
    int known = atype == FLOAT32 || atype == FLOAT16 || atype == BFLOAT16;
    if (!known || atype != btype || ctype != FLOAT32 || (compute != COMPUTE_32F && compute != COMPUTE_TF32)
            || (compute == COMPUTE_TF32 && atype != FLOAT32)) return NOT_SUPPORTED;
    struct gemm g = { ta, tb, m, n, k, atype, btype, compute, lda, ldb, ldc, 1, *(const float *) alpha, *(const float *) beta,
            a, b, c, 0, 0, 0 };
    return submit(p, &g);
}
