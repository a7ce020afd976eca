/* Goal (G3): within a kernel family the logits of a position are the same to the bit for one thread
 * and two, for chunks of 1, 7, 64 and 512 tokens, and for batches of 1 to 32 sequences.
 * Method: a small random Q8_0 model, every family that this CPU has, both cache formats; prompts of
 * five attention tiles cut in all ways; sequences forked from a prefix, decoded alone and in
 * batches. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include "model/forward.h"
#include "model/pool.h"
#include "tests/unit/model/gguf_make.h"

#define N      600 /* five tiles; more than the longest chunk */
#define FROM   400 /* logits are compared from here on */
#define PREFIX 128
#define SEQS   32
#define ROUNDS 2
#define VOCAB  320
#define ROW    (VOCAB * sizeof(float))

/* Portable C takes minutes under the address sanitizer, which test_mat runs over it too. */
static const char *const families[] = {
#ifndef __SANITIZE_ADDRESS__
    "portable",
#endif
    "avx2", "avx512"};
static const enum row_format formats[] = {ROW_F16, ROW_Q8};

static struct model *open_made(const char *kernels) {
    struct make g;
    struct model *m = NULL;
    struct err err = ERR_INIT;
    struct model_options o = {.threads = 1, .kernels = kernels};
    make_init(&g);
    make_deepseek2(&g, QUANT_Q8_0, 2, VOCAB);
    make_finish(&g);
    if (!model_open(&m, make_save(&g), &o, &err)) {
        fail_msg("%s", err.msg);
    }
    make_release(&g);
    return m;
}

static int32_t token_of(int seq, int position) {
    uint32_t r = (uint32_t)(position < PREFIX ? position : position + 1000 * seq) * 2654435761u;
    return (int32_t)(r >> 8) % VOCAB;
}

struct pages {
    uint8_t *memory, *at[N / PAGE_TOKENS + 1];
};

static void pages_init(struct pages *p, const struct model *m, enum row_format format) {
    size_t page = forward_page_bytes(m, format);
    p->memory = xcalloc(ARRAY_LEN(p->at), page);
    for (size_t i = 0; i < ARRAY_LEN(p->at); i++) {
        p->at[i] = p->memory + i * page;
    }
}

/* Logits of positions FROM to N of one prompt in chunks. */
static float *prompt_logits(const struct model *m, enum row_format format, int chunk, int threads) {
    struct pool *pool = pool_create(threads);
    struct forward *f = forward_create(m, pool, format, chunk);
    struct pages p;
    int32_t ids[N];
    float *out = xcalloc(N - FROM, ROW);
    pages_init(&p, m, format);
    for (int i = 0; i < N; i++) {
        ids[i] = token_of(0, i);
    }
    for (int at = 0; at < N; at += chunk) {
        struct span s = {ids + at, MIN(chunk, N - at), at, p.at, MAX(0, FROM - at)};
        s.logits_from = MIN(s.logits_from, s.n);
        forward_run(f, &s, 1);
        for (int i = s.logits_from; i < s.n; i++) {
            memcpy(out + (size_t)(at + i - FROM) * VOCAB, forward_logits(f, i - s.logits_from),
                   ROW);
        }
    }
    forward_destroy(f);
    pool_destroy(pool);
    free(p.memory);
    return out;
}

static void check_prompt(const struct model *m, enum row_format format) {
    static const int chunks[] = {1, 7, 64, 512};
    float *want = prompt_logits(m, format, 64, 1);
    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        for (int threads = 1; threads <= 2; threads++) {
            float *got = prompt_logits(m, format, chunks[i], threads);
            if (memcmp(got, want, (N - FROM) * ROW) != 0) {
                fail_msg("%s, chunk %d, threads %d: other bits", model_info(m)->kernels, chunks[i],
                         threads);
            }
            free(got);
        }
    }
    free(want);
}

/* Decodes SEQS sequences on one prefix in batches of `batch`; logits by sequence and round. */
static float *decode_logits(const struct model *m, enum row_format format, int batch, int threads) {
    struct pool *pool = pool_create(threads);
    struct forward *f = forward_create(m, pool, format, PREFIX);
    struct pages p[SEQS];
    struct span spans[SEQS];
    int32_t ids[SEQS][PREFIX + ROUNDS];
    float *out = xcalloc((size_t)SEQS * ROUNDS, ROW);
    for (int s = 0; s < SEQS; s++) {
        pages_init(&p[s], m, format);
        for (int i = 0; i < PREFIX + ROUNDS; i++) {
            ids[s][i] = token_of(s, i);
        }
        memcpy(p[s].at, p[0].at, PREFIX / PAGE_TOKENS * sizeof(uint8_t *));
    }
    struct span prefix = {ids[0], PREFIX, 0, p[0].at, PREFIX};
    forward_run(f, &prefix, 1);
    for (int round = 0; round < ROUNDS; round++) {
        for (int first = 0; first < SEQS; first += batch) {
            int n = MIN(batch, SEQS - first), at = PREFIX + round;
            for (int s = 0; s < n; s++) {
                spans[s] = (struct span){ids[first + s] + at, 1, at, p[first + s].at, 0};
            }
            forward_run(f, spans, n);
            for (int s = 0; s < n; s++) {
                size_t row = (size_t)((first + s) * ROUNDS + round);
                memcpy(out + row * VOCAB, forward_logits(f, s), ROW);
            }
        }
    }
    for (int s = 0; s < SEQS; s++) {
        free(p[s].memory);
    }
    forward_destroy(f);
    pool_destroy(pool);
    return out;
}

static void check_batches(const struct model *m, enum row_format format) {
    float *want = decode_logits(m, format, 1, 1);
    for (int batch = 1; batch <= SEQS; batch++) {
        float *got = decode_logits(m, format, batch, 1 + batch % 2);
        if (memcmp(got, want, (size_t)SEQS * ROUNDS * ROW) != 0) {
            fail_msg("%s, batch of %d: other bits", model_info(m)->kernels, batch);
        }
        free(got);
    }
    free(want);
}

static void each_family(void (*check)(const struct model *m, enum row_format format)) {
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (!kernels_supported(families[i])) {
            continue;
        }
        struct model *m = open_made(families[i]);
        for (size_t k = 0; k < ARRAY_LEN(formats); k++) {
            check(m, formats[k]);
        }
        model_close(m);
    }
}

static void test_chunks_and_threads_change_no_bit(void **state) {
    each_family(check_prompt);
}

static void test_batches_change_no_bit(void **state) {
    each_family(check_batches);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_and_threads_change_no_bit),
        cmocka_unit_test(test_batches_change_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
