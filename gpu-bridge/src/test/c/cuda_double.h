/* Test only. What the two halves of the CPU double share. See cuda_double.c. */
#ifndef KITH_CUDA_DOUBLE_H
#define KITH_CUDA_DOUBLE_H

#include <stddef.h>

typedef void (*kith_work)(void *argument);

/* Counts an API call; returns the code it must fail with, or 0. `blas` picks the cuBLAS code instead of the CUDA code. */
int kith_enter(const char *name, int blas);
/* Runs `work(copy of argument)` on the stream, later and in order; stream 0 means at once. Non-zero if the stream is unknown. */
int kith_enqueue(void *stream, kith_work work, const void *argument, size_t size);
/* Remembers that the caller broke a rule that a real device may answer with a crash. */
void kith_misuse(const char *format, ...);
/* Whether [p, p + bytes) lies within one live device allocation. */
int kith_on_device(const void *p, size_t bytes);
void kith_count_handle(int change);

#endif
