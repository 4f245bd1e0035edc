// What a C programmer would write by hand for the processor it is compiled on: inner products of a query with rows named by
// ordinal, eight rows at a time with one register of sums each, so that every load of the query is used eight times and the
// multiply-adds of one row do not wait for each other. Nothing for other processors than those with AVX-512.
#include <stdint.h>

#ifdef __AVX512F__
#include <immintrin.h>

static inline const float *at(const char *rows, int64_t stride, int32_t ordinal) {
    return (const float *)(rows + stride * ordinal);
}

void dot_bulk(const float *query, const char *rows, int64_t stride, const int32_t *ordinals, int32_t count,
              int32_t dimension, float *out) {
    int32_t i = 0;
    int32_t whole = dimension & -16;
    __mmask16 rest = (__mmask16)((1u << (dimension & 15)) - 1);
    for (; i + 8 <= count; i += 8) {
        const float *r[8];
        __m512 sum[8];
        for (int j = 0; j < 8; j++) {
            r[j] = at(rows, stride, ordinals[i + j]);
            sum[j] = _mm512_setzero_ps();
        }
        for (int32_t d = 0; d < whole; d += 16) {
            __m512 q = _mm512_loadu_ps(query + d);
#pragma GCC unroll 8
            for (int j = 0; j < 8; j++) {
                sum[j] = _mm512_fmadd_ps(q, _mm512_loadu_ps(r[j] + d), sum[j]);
            }
        }
        if (rest) {
            __m512 q = _mm512_maskz_loadu_ps(rest, query + whole);
            for (int j = 0; j < 8; j++) {
                sum[j] = _mm512_fmadd_ps(q, _mm512_maskz_loadu_ps(rest, r[j] + whole), sum[j]);
            }
        }
        for (int j = 0; j < 8; j++) {
            out[i + j] = _mm512_reduce_add_ps(sum[j]);
        }
    }
    for (; i < count; i++) {
        const float *r = at(rows, stride, ordinals[i]);
        __m512 sum = _mm512_setzero_ps();
        for (int32_t d = 0; d < whole; d += 16) {
            sum = _mm512_fmadd_ps(_mm512_loadu_ps(query + d), _mm512_loadu_ps(r + d), sum);
        }
        if (rest) {
            sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(rest, query + whole), _mm512_maskz_loadu_ps(rest, r + whole), sum);
        }
        out[i] = _mm512_reduce_add_ps(sum);
    }
}
#endif
