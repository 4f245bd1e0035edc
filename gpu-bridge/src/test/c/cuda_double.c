/* Test only: a CPU double of the few CUDA runtime functions the gpu-bridge uses, so that its tests run where there is no GPU.
 *
 * Device memory is malloc'ed memory, known by address; a stream is a thread that works off a queue, a little later than
 * asked and in order; an event is a mark in that queue. So a missing wait shows as a wrong result, a pointer of the wrong
 * kind as a misuse, a forgotten release as a count that is not zero. Any call can be made to fail, once or for ever.
 * No figure measured with it says anything about a GPU.
 *
 * With KITH_CHECK_PROTOTYPES the vendor's header is included and the compiler compares every prototype with it. */
#ifdef KITH_CHECK_PROTOTYPES
#include <cuda_runtime_api.h>
#else
typedef int cudaError_t;
typedef void *cudaStream_t;
typedef void *cudaEvent_t;
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2 };
enum cudaDeviceAttr { cudaDevAttrFirst = 1 };
struct cudaDeviceProp { char name[256]; char rest[2048]; };
#endif

#include "cuda_double.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define API __attribute__((visibility("default")))

enum { DEVICE, PINNED, STREAM, EVENT, HANDLE, KINDS };

struct block { char *at; size_t bytes; int kind; struct block *next; };
struct op { kith_work work; void *argument; struct op *next; };
struct stream { pthread_t thread; struct op *head, *tail; long queued, done; int stop; struct stream *next; };
struct event { long asked, reached; double at; struct event *next; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct block *blocks;
static struct stream *streams;
static struct event *events;
static long live[KINDS], device_bytes, peak_bytes, budget, misuses, calls, fail_at, delay_micros;
static int devices, driver, fail_cuda, fail_blas, fail_for_ever, sticky;
static char first_misuse[256];

/* ---- control, called by the tests ---- */

API void kith_double_reset(int device_count, long memory_bytes, int driver_version, long delay) {
    pthread_mutex_lock(&lock);
    devices = device_count; budget = memory_bytes; driver = driver_version; delay_micros = delay;
    misuses = calls = fail_at = 0; fail_cuda = fail_blas = fail_for_ever = sticky = 0;
    peak_bytes = device_bytes; first_misuse[0] = 0;
    pthread_mutex_unlock(&lock);
}

/* The call with this number (from 1) fails; for_ever: all later ones too, as after a lost device. */
API void kith_double_fail(long call, int cuda_code, int blas_code, int for_ever) {
    pthread_mutex_lock(&lock);
    calls = 0; sticky = 0; fail_at = call; fail_cuda = cuda_code; fail_blas = blas_code; fail_for_ever = for_ever;
    pthread_mutex_unlock(&lock);
}

API long kith_double_calls(void) { return calls; }
API long kith_double_live(int kind) { return live[kind]; }
API long kith_double_peak(void) { return peak_bytes; }
API long kith_double_misuses(void) { return misuses; }
API const char *kith_double_first_misuse(void) { return first_misuse; }

/* ---- shared with the cuBLAS half ---- */

void kith_misuse(const char *format, ...) {
    pthread_mutex_lock(&lock);
    if (misuses++ == 0) {
        va_list rest;
        va_start(rest, format);
        vsnprintf(first_misuse, sizeof first_misuse, format, rest);
        va_end(rest);
    }
    pthread_mutex_unlock(&lock);
}

int kith_enter(const char *name, int blas) {
    (void) name;
    pthread_mutex_lock(&lock);
    calls++;
    if (fail_at && calls == fail_at && fail_for_ever) sticky = 1;
    int fails = sticky || (fail_at && calls == fail_at);
    int code = fails ? (blas ? fail_blas : fail_cuda) : 0;
    pthread_mutex_unlock(&lock);
    return code;
}

static int inside(const void *p, size_t bytes, int kind) {
    int found = 0;
    pthread_mutex_lock(&lock);
    for (struct block *b = blocks; b; b = b->next)
        if (b->kind == kind && (const char *) p >= b->at && (const char *) p + bytes <= b->at + b->bytes) found = 1;
    pthread_mutex_unlock(&lock);
    return found;
}

int kith_on_device(const void *p, size_t bytes) { return inside(p, bytes, DEVICE); }

void kith_count_handle(int change) {
    pthread_mutex_lock(&lock);
    live[HANDLE] += change;
    pthread_mutex_unlock(&lock);
}

static int known_stream(void *p) {
    for (struct stream *s = streams; s; s = s->next) if (s == p) return 1;
    return 0;
}

static int known_event(void *p) {
    for (struct event *e = events; e; e = e->next) if (e == p) return 1;
    return 0;
}

int kith_enqueue(void *to, kith_work work, const void *argument, size_t size) {
    if (!to) {
        void *copy = malloc(size);
        memcpy(copy, argument, size);
        work(copy);
        free(copy);
        return 0;
    }
    pthread_mutex_lock(&lock);
    if (!known_stream(to)) {
        pthread_mutex_unlock(&lock);
        kith_misuse("work for a stream that does not exist");
        return 400;
    }
    struct stream *s = to;
    struct op *o = calloc(1, sizeof *o);
    o->work = work;
    o->argument = malloc(size);
    memcpy(o->argument, argument, size);
    if (s->tail) s->tail->next = o; else s->head = o;
    s->tail = o;
    s->queued++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return 0;
}

static void *run(void *p) {
    struct stream *s = p;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!s->head && !s->stop) pthread_cond_wait(&changed, &lock);
        if (!s->head) break;
        struct op *o = s->head;
        s->head = o->next;
        if (!s->head) s->tail = NULL;
        long wait = delay_micros;
        pthread_mutex_unlock(&lock);
        if (wait) {
            struct timespec pause = { 0, wait * 1000 };
            nanosleep(&pause, NULL);
        }
        o->work(o->argument);
        free(o->argument);
        free(o);
        pthread_mutex_lock(&lock);
        s->done++;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* ---- versions and devices ---- */

API cudaError_t cudaDriverGetVersion(int *version) {
    int code = kith_enter("cudaDriverGetVersion", 0);
    if (!code) *version = driver;
    return code;
}

API cudaError_t cudaRuntimeGetVersion(int *version) {
    int code = kith_enter("cudaRuntimeGetVersion", 0);
    if (!code) *version = 13000;
    return code;
}

API cudaError_t cudaGetDeviceCount(int *count) {
    int code = kith_enter("cudaGetDeviceCount", 0);
    if (code) return code;
    if (driver < 13000) return 35;
    *count = devices;
    return devices ? 0 : 100;
}

API cudaError_t cudaSetDevice(int device) {
    int code = kith_enter("cudaSetDevice", 0);
    return code ? code : device < 0 || device >= devices ? 101 : 0;
}

API cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device) {
    int code = kith_enter("cudaDeviceGetAttribute", 0);
    if (code) return code;
    if (device < 0 || device >= devices) return 101;
    switch ((int) attribute) {
        case 13: *value = 1500000; break; /* kHz */
        case 16: *value = 40; break;      /* multiprocessors */
        case 36: *value = 5000000; break; /* kHz of memory */
        case 37: *value = 256; break;     /* bits of its bus */
        case 75: *value = 8; break;
        case 76: *value = 6; break;
        default: return 1;
    }
    return 0;
}

API cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device) {
    int code = kith_enter("cudaGetDeviceProperties", 0);
    if (code) return code;
    if (device < 0 || device >= devices) return 101;
    memset(properties, 0, sizeof *properties);
    strcpy(properties->name, "CPU double (tests only)");
    return 0;
}

API const char *cudaGetErrorName(cudaError_t error) {
    return error == 2 ? "cudaErrorMemoryAllocation" : error == 35 ? "cudaErrorInsufficientDriver"
            : error == 100 ? "cudaErrorNoDevice" : error == 719 ? "cudaErrorLaunchFailure" : "cudaErrorOfTheDouble";
}

API const char *cudaGetErrorString(cudaError_t error) {
    return error == 2 ? "out of memory" : error == 35 ? "CUDA driver version is insufficient for CUDA runtime version"
            : error == 100 ? "no CUDA-capable device is detected" : "an error of the double";
}

/* ---- memory ---- */

API cudaError_t cudaMemGetInfo(size_t *available, size_t *total) {
    int code = kith_enter("cudaMemGetInfo", 0);
    if (code) return code;
    *available = budget - device_bytes;
    *total = budget;
    return 0;
}

static int take(void **p, size_t bytes, int kind) {
    pthread_mutex_lock(&lock);
    if (kind == DEVICE && device_bytes + (long) bytes > budget) {
        pthread_mutex_unlock(&lock);
        return 2;
    }
    struct block *b = malloc(sizeof *b);
    b->at = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(b->at, 0xff, bytes); /* NaN: what was never written must not be used */
    b->bytes = bytes;
    b->kind = kind;
    b->next = blocks;
    blocks = b;
    live[kind]++;
    if (kind == DEVICE) {
        device_bytes += bytes;
        if (device_bytes > peak_bytes) peak_bytes = device_bytes;
    }
    *p = b->at;
    pthread_mutex_unlock(&lock);
    return 0;
}

static int busy(void) {
    for (struct stream *s = streams; s; s = s->next) if (s->queued != s->done) return 1;
    return 0;
}

static int give_back(void *p, int kind) {
    pthread_mutex_lock(&lock);
    while (busy()) pthread_cond_wait(&changed, &lock); /* cudaFree and cudaFreeHost wait for the device */
    for (struct block **b = &blocks; *b; b = &(*b)->next) {
        if ((*b)->at == p && (*b)->kind == kind) {
            struct block *gone = *b;
            *b = gone->next;
            live[kind]--;
            if (kind == DEVICE) device_bytes -= gone->bytes;
            memset(gone->at, 0xff, gone->bytes);
            free(gone->at);
            free(gone);
            pthread_mutex_unlock(&lock);
            return 0;
        }
    }
    pthread_mutex_unlock(&lock);
    kith_misuse("release of memory that is not held");
    return 1;
}

API cudaError_t cudaMalloc(void **p, size_t bytes) {
    int code = kith_enter("cudaMalloc", 0);
    return code ? code : take(p, bytes, DEVICE);
}

/* A release does its work even if it reports an error, which may come from earlier asynchronous work. */
API cudaError_t cudaFree(void *p) {
    int code = kith_enter("cudaFree", 0);
    int own = give_back(p, DEVICE);
    return code ? code : own;
}

API cudaError_t cudaHostAlloc(void **p, size_t bytes, unsigned int flags) {
    (void) flags;
    int code = kith_enter("cudaHostAlloc", 0);
    return code ? code : take(p, bytes, PINNED);
}

API cudaError_t cudaFreeHost(void *p) {
    int code = kith_enter("cudaFreeHost", 0);
    int own = give_back(p, PINNED);
    return code ? code : own;
}

struct copy { void *to; const void *from; size_t bytes; };

static void copy(void *p) {
    struct copy *c = p;
    memcpy(c->to, c->from, c->bytes);
}

API cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind, cudaStream_t stream) {
    int code = kith_enter("cudaMemcpyAsync", 0);
    if (code) return code;
    if (kind != cudaMemcpyHostToDevice && kind != cudaMemcpyDeviceToHost) return 21;
    int up = kind == cudaMemcpyHostToDevice;
    if (!inside(up ? to : from, bytes, DEVICE)) {
        kith_misuse("copy of %zu bytes outside device memory", bytes);
        return 1;
    }
    if (!inside(up ? from : to, bytes, PINNED)) {
        kith_misuse("asynchronous copy of %zu bytes outside pinned memory", bytes);
        return 1;
    }
    struct copy c = { to, from, bytes };
    return kith_enqueue(stream, copy, &c, sizeof c);
}

/* ---- streams and events ---- */

API cudaError_t cudaStreamCreateWithFlags(cudaStream_t *p, unsigned int flags) {
    (void) flags;
    int code = kith_enter("cudaStreamCreateWithFlags", 0);
    if (code) return code;
    struct stream *s = calloc(1, sizeof *s);
    pthread_mutex_lock(&lock);
    s->next = streams;
    streams = s;
    live[STREAM]++;
    pthread_mutex_unlock(&lock);
    if (pthread_create(&s->thread, NULL, run, s)) abort();
    *p = (cudaStream_t) s;
    return 0;
}

API cudaError_t cudaStreamDestroy(cudaStream_t p) {
    int code = kith_enter("cudaStreamDestroy", 0);
    struct stream *s = (struct stream *) p;
    pthread_mutex_lock(&lock);
    if (!known_stream(s)) {
        pthread_mutex_unlock(&lock);
        kith_misuse("release of a stream that does not exist");
        return 400;
    }
    s->stop = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(s->thread, NULL); /* the queue is worked off first */
    pthread_mutex_lock(&lock);
    for (struct stream **at = &streams; *at; at = &(*at)->next) if (*at == s) { *at = s->next; break; }
    live[STREAM]--;
    pthread_mutex_unlock(&lock);
    free(s);
    return code;
}

API cudaError_t cudaStreamSynchronize(cudaStream_t p) {
    int code = kith_enter("cudaStreamSynchronize", 0);
    struct stream *s = (struct stream *) p;
    pthread_mutex_lock(&lock);
    if (!known_stream(s)) {
        pthread_mutex_unlock(&lock);
        kith_misuse("wait for a stream that does not exist");
        return 400;
    }
    long until = s->queued;
    while (s->done < until) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return code;
}

API cudaError_t cudaEventCreateWithFlags(cudaEvent_t *p, unsigned int flags) {
    (void) flags;
    int code = kith_enter("cudaEventCreateWithFlags", 0);
    if (code) return code;
    struct event *e = calloc(1, sizeof *e);
    pthread_mutex_lock(&lock);
    e->next = events;
    events = e;
    live[EVENT]++;
    pthread_mutex_unlock(&lock);
    *p = (cudaEvent_t) e;
    return 0;
}

API cudaError_t cudaEventDestroy(cudaEvent_t p) {
    int code = kith_enter("cudaEventDestroy", 0);
    struct event *e = (struct event *) p;
    pthread_mutex_lock(&lock);
    for (struct event **at = &events; *at; at = &(*at)->next) {
        if (*at == e) {
            while (e->reached < e->asked) pthread_cond_wait(&changed, &lock);
            *at = e->next;
            live[EVENT]--;
            pthread_mutex_unlock(&lock);
            free(e);
            return code;
        }
    }
    pthread_mutex_unlock(&lock);
    kith_misuse("release of an event that does not exist");
    return 400;
}

struct mark { struct event *event; long number; };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

static void reach(void *p) {
    struct mark *m = p;
    pthread_mutex_lock(&lock);
    m->event->reached = m->number;
    m->event->at = now();
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void await(void *p) {
    struct mark *m = p;
    pthread_mutex_lock(&lock);
    while (known_event(m->event) && m->event->reached < m->number) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

API cudaError_t cudaEventRecord(cudaEvent_t p, cudaStream_t stream) {
    int code = kith_enter("cudaEventRecord", 0);
    if (code) return code;
    pthread_mutex_lock(&lock);
    struct mark m = { (struct event *) p, ++((struct event *) p)->asked };
    pthread_mutex_unlock(&lock);
    return kith_enqueue(stream, reach, &m, sizeof m);
}

API cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t p, unsigned int flags) {
    (void) flags;
    int code = kith_enter("cudaStreamWaitEvent", 0);
    if (code) return code;
    struct mark m = { (struct event *) p, ((struct event *) p)->asked };
    return kith_enqueue(stream, await, &m, sizeof m);
}

API cudaError_t cudaEventSynchronize(cudaEvent_t p) {
    int code = kith_enter("cudaEventSynchronize", 0);
    struct event *e = (struct event *) p;
    pthread_mutex_lock(&lock);
    long until = e->asked;
    while (e->reached < until) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return code;
}

API cudaError_t cudaEventElapsedTime(float *millis, cudaEvent_t start, cudaEvent_t end) {
    int code = kith_enter("cudaEventElapsedTime", 0);
    if (code) return code;
    *millis = (float) (((struct event *) end)->at - ((struct event *) start)->at);
    return 0;
}
