/* Goal: how near the kernels are to what this machine can do.
 * Method: measures the read bandwidth and the VPDPBUSD rate, then products of each format with 1 to
 * 512 vectors over a matrix larger than the caches, all in one run, on THREADS threads; prints a
 * Markdown table of weights read (GB/s, and the share of the bandwidth) for few vectors and of
 * multiplications (GMAC/s, share of the peak) for many. Best of five short rounds a figure; the
 * time of a round is the largest CPU time of its threads, so that a busy machine disturbs it less
 * (on an idle one it is the wall clock's).
 *
 * Then the inner loops of attention over a latent cache, in the same unit.
 *
 *     make BUILD=build build/tests/bench/kernels
 *     build/tests/bench/kernels [-t THREADS] [-k KERNELS] [-m MIB] [-l | -a | FORMAT...]
 *
 * -l: the line with the limits alone; -a: attention alone. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "model/mat.h"

#define THREADS_MAX 64
#define VECTORS_MAX 512
#define COLUMNS     2048

static double now(void) /* seconds of CPU time of this thread */
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct job {
    int thread, threads;
    void (*run)(const struct job *job);
    const struct kernels *kern;
    const struct mat *m;
    const struct act *a;
    size_t vectors;
    float *dst;
    const uint8_t *memory;
    size_t bytes;
    double seconds;
};

static void *job_thread(void *arg) {
    struct job *job = arg;
    double start = now();
    job->run(job);
    job->seconds = now() - start;
    return NULL;
}

/* Seconds of the fastest of five rounds on all threads. */
static double job_time(const struct job *template, int threads) {
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        pthread_t ids[THREADS_MAX];
        struct job jobs[THREADS_MAX];
        double slowest = 0;
        for (int i = 0; i < threads; i++) {
            jobs[i] = *template;
            jobs[i].thread = i;
            jobs[i].threads = threads;
            ASSERT(pthread_create(&ids[i], NULL, job_thread, &jobs[i]) == 0);
        }
        for (int i = 0; i < threads; i++) {
            pthread_join(ids[i], NULL);
            slowest = MAX(slowest, jobs[i].seconds);
        }
        best = MIN(best, slowest);
    }
    return best;
}

static volatile uint64_t sink;

/* One word of each cache line: memory is measured, not the adding. */
static void read_memory(const struct job *job) {
    size_t part = job->bytes / (size_t)job->threads / 64 * 64;
    const uint64_t *p = (const void *)(job->memory + part * (size_t)job->thread);
    uint64_t sum = 0;
    for (size_t i = 0; i < part / 8; i += 8) {
        __builtin_prefetch(p + i + 512, 0, 1); /* prefetchers stop at page ends */
        sum += p[i];
    }
    sink += sum;
}

#define PEAK_ROUNDS 20000000
#ifdef __x86_64__
__attribute__((target("avx512f,avx512bw,avx512vnni"))) static void dot_peak(const struct job *job) {
    __m512i acc[12], a = _mm512_set1_epi8(3), b = _mm512_set1_epi8((char)job->thread);
#pragma GCC unroll 12
    for (int j = 0; j < 12; j++)
        acc[j] = _mm512_setzero_si512();
    for (int i = 0; i < PEAK_ROUNDS / 12; i++)
#pragma GCC unroll 12
        for (int j = 0; j < 12; j++)
            __asm__ volatile("vpdpbusd %2, %1, %0" : "+v"(acc[j]) : "v"(a), "v"(b));
#pragma GCC unroll 12
    for (int j = 0; j < 12; j++)
        sink += (uint64_t)_mm512_reduce_add_epi32(acc[j]);
}
#endif

static void multiply(const struct job *job) {
    size_t panels = (job->m->n + 15) / 16;
    size_t begin = panels * (size_t)job->thread / (size_t)job->threads * 16;
    size_t end = panels * (size_t)(job->thread + 1) / (size_t)job->threads * 16;
    mat_mul(job->kern, job->m, 0, job->a, NULL, job->vectors, job->dst + begin, job->m->n, begin,
            MIN(end, job->m->n));
}

static void *memory_get(size_t n) {
    void *p = aligned_alloc(2 << 20, (n + (2 << 20) - 1) >> 21 << 21);
    ASSERT(p != NULL);
    memset(p, 1, n);
    return p;
}

/* A matrix of about `bytes`, its first 64 rows made of pseudo-random blocks, the others copies. */
static void bench_format(const struct quant *q, const struct kernels *kern, size_t bytes,
                         int threads, double bandwidth, double peak) {
    size_t row = quant_row_bytes(q, COLUMNS), n = bytes / row / 64 * 64;
    uint8_t *data = memory_get(row * n), *packed;
    for (size_t i = 0; i < 64 * row; i++)
        data[i] = (uint8_t)((i * 2654435761u) >> 13 & 0x3b); /* as halves: below 1 */
    for (size_t i = 0; q->type == QUANT_MXFP4 && i < 64 * row; i += q->block_bytes)
        data[i] = 120; /* no denormals */
    for (size_t i = q->block_bytes - 1; mat_is_float(q->type) && i < 64 * row; i += q->block_bytes)
        data[i] = 0x3b;
    for (size_t i = 64; i < n; i++)
        memcpy(data + i * row, data + i % 64 * row, row);
    struct mat m;
    ASSERT(mat_init(&m, q->type, COLUMNS, n, 1, data, row * n, NULL));
    size_t read = row * n;
    packed = memory_get(mat_packed_bytes(&m) + 64);
    double start = now();
    mat_pack(&m, packed, 0, 0, n);
    double pack_rate = (double)read / (now() - start) * 1e-9;
    if (mat_packed_bytes(&m) != 0) {
        read = mat_packed_bytes(&m);
        mat_use_packed(&m, packed);
        free(data);
    }
    struct act a;
    void *memory = memory_get(act_bytes(COLUMNS, VECTORS_MAX));
    act_init(&a, memory, COLUMNS, VECTORS_MAX);
    float x[COLUMNS];
    for (size_t i = 0; i < VECTORS_MAX; i++) {
        for (size_t j = 0; j < COLUMNS; j++)
            x[j] = (float)((i * 37 + j * 101) % 255) - 127;
        act_put(kern, &a, i, x, ACT_F32 | ACT_Q8);
    }
    float *dst = memory_get(n * 64 * sizeof *dst);
    printf("| %-6s | %.2f |", q->name, pack_rate);
    static const size_t few[] = {1, 2, 3, 4, 8}, many[] = {16, 32, 64, 512};
    struct job job = {.run = multiply, .kern = kern, .m = &m, .a = &a, .dst = dst};
    for (size_t i = 0; i < ARRAY_LEN(few); i++) {
        job.vectors = few[i];
        double rate = (double)read / job_time(&job, threads) * 1e-9;
        printf(" %.1f (%.0f%%) |", rate, 100 * rate / bandwidth);
        fflush(stdout);
    }
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        struct mat part = m; /* keep the work short */
        part.n = MIN(n, ((size_t)8 << 30) / COLUMNS / many[i] / 64 * 64);
        part.n = MIN(part.n, n * 64 / many[i] / 64 * 64);
        job.m = &part;
        job.vectors = many[i];
        double rate = (double)part.n * COLUMNS * (double)many[i] / job_time(&job, threads) * 1e-9;
        printf(" %.0f (%.0f%%) |", rate, 100 * rate / peak);
        fflush(stdout);
    }
    printf("\n");
    free(dst);
    free(memory);
    if (m.packed == NULL)
        free(data);
    free(packed);
}

#define ATTN_ROWS    32
#define ATTN_PAGES   4
#define ATTN_DIM     576
#define ATTN_TILES   64
#define ATTN_REPEAT  16
#define ATTN_QUERIES 64
struct attention {
    enum row_format format;
    const uint8_t *rows;
    const float *q;
    float *out;
    size_t n_q;
    bool sum;
};
static struct attention attention;

static void attend(const struct job *job) {
    const struct attention *t = &attention;
    size_t stride = row_bytes(t->format, ATTN_DIM), size = ATTN_QUERIES * ATTN_DIM;
    float *out = t->out + size * (size_t)job->thread;
    for (size_t i = 0; i < ATTN_TILES * ATTN_REPEAT; i++) {
        const uint8_t *rows = t->rows + i % ATTN_TILES * ATTN_ROWS * stride;
        const void *pages[ATTN_PAGES];
        for (size_t page = 0; page < ATTN_PAGES; page++)
            pages[page] = t->rows + (i + page) % ATTN_TILES * ATTN_ROWS * stride;
        if (!t->sum)
            attn_dot(job->kern, t->format, rows, stride, ATTN_ROWS, ATTN_DIM, t->q, ATTN_DIM,
                     t->n_q, out, ATTN_ROWS, NULL);
        else if (i % ATTN_PAGES == 0)
            attn_sum(job->kern, t->format, pages, ATTN_PAGES, stride, ATTN_ROWS, ATTN_DIM, t->q,
                     ATTN_DIM, t->n_q, out, ATTN_DIM, true);
    }
}

/* 2048 positions of a 576-wide latent cache in pages of 32, against few and many queries. */
static void bench_attention(const struct kernels *kern, int threads, double peak) {
    static const char *const formats[] = {[ROW_F32] = "f32", [ROW_F16] = "f16", [ROW_Q8] = "q8"};
    static const size_t queries[] = {1, 16, 64};
    printf("\n| cache | dot n=1 GMAC/s | n=16 | n=64 | sum n=1 | n=16 | n=64 |\n"
           "|---|---|---|---|---|---|---|\n");
    uint8_t *rows = memory_get(ATTN_TILES * ATTN_ROWS * ATTN_DIM * sizeof(float));
    float *q = memory_get(ATTN_QUERIES * ATTN_DIM * sizeof *q);
    float *out = memory_get(THREADS_MAX * ATTN_QUERIES * ATTN_DIM * sizeof *out);
    for (size_t i = 0; i < ATTN_QUERIES * ATTN_DIM; i++)
        q[i] = (float)(i * 37 % 101) * 0.01f;
    for (enum row_format f = ROW_F32; f <= ROW_Q8; f++) {
        for (size_t i = 0; i < ATTN_TILES * ATTN_ROWS; i++)
            row_put(kern, f, q + i % ATTN_QUERIES * ATTN_DIM, ATTN_DIM,
                    rows + i * row_bytes(f, ATTN_DIM));
        printf("| %s |", formats[f]);
        for (int i = 0; i < 6; i++) {
            attention = (struct attention){f, rows, q, out, queries[i % 3], i >= 3};
            for (size_t j = 0; j < ATTN_QUERIES * ATTN_DIM; j++)
                q[j] = (float)(j * 37 % 101) * 0.01f;
            for (size_t j = 0; j < attention.n_q && !attention.sum; j++)
                attn_prepare(kern, f, q + j * ATTN_DIM, ATTN_DIM);
            struct job job = {.run = attend, .kern = kern};
            double macs =
                (double)ATTN_TILES * ATTN_REPEAT * ATTN_ROWS * ATTN_DIM * (double)attention.n_q;
            double rate = macs * threads / job_time(&job, threads) * 1e-9;
            printf(" %.0f (%.0f%%) |", rate, 100 * rate / peak);
        }
        printf("\n");
    }
    free(rows);
    free(q);
    free(out);
}

int main(int argc, char **argv) {
    int threads = (int)sysconf(_SC_NPROCESSORS_ONLN), option;
    const char *name = NULL;
    size_t mib = 256;
    bool attention_only = false, limits_only = false;
    while ((option = getopt(argc, argv, "t:k:m:al")) != -1) {
        if (option == 't')
            threads = (int)strtol(optarg, NULL, 10);
        else if (option == 'k')
            name = optarg;
        else if (option == 'a')
            attention_only = true;
        else if (option == 'l')
            limits_only = true;
        else if (option == 'm')
            mib = strtoul(optarg, NULL, 10);
        else
            return 2;
    }
    threads = MIN(MAX(threads, 1), THREADS_MAX);
    mib = MIN(MAX(mib, 1), 8192);
    struct err err = ERR_INIT;
    const struct kernels *kern = kernels_find(name, &err);
    if (kern == NULL) {
        fprintf(stderr, "error: %s\nhint: %s\n", err.msg, err.hint);
        return 2;
    }
    uint8_t *memory = memory_get(mib << 20);
    struct job job = {.run = read_memory, .memory = memory, .bytes = mib << 20};
    double bandwidth = (double)(mib << 20) / job_time(&job, threads) * 1e-9, peak = 0;
    free(memory);
#ifdef __x86_64__
    if (kernels_supported("avx512")) {
        job.run = dot_peak;
        peak = 64.0 * PEAK_ROUNDS / 12 * 12 * threads / job_time(&job, threads) * 1e-9;
    }
#endif
    printf("kernels %s, %d threads: read bandwidth %.1f GB/s, VPDPBUSD peak %.0f GMAC/s\n\n",
           kernels_name(kern), threads, bandwidth, peak);
    if (limits_only)
        return 0;
    printf("| format | pack GB/s | M=1 GB/s | M=2 | M=3 | M=4 | M=8 | M=16 GMAC/s | M=32 | M=64 | "
           "M=512 |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; quant_at(i) != NULL && !attention_only; i++) {
        bool wanted = optind >= argc;
        for (int j = optind; j < argc; j++)
            wanted = wanted || strcmp(argv[j], quant_at(i)->name) == 0;
        if (wanted)
            bench_format(quant_at(i), kern, mib << 20, threads, bandwidth, peak);
    }
    if (optind >= argc)
        bench_attention(kern, threads, peak);
    return 0;
}
