/* Goal (G3): within a kernel family the logits of a position are the same to the bit for one thread
 * and two, for chunks of 1, 7, 64 and 512 tokens, and for batches of 1 to 32 sequences.
 * Method: a small random Q8_0 model, every family that this CPU has, both cache formats; prompts of
 * five attention tiles cut in all ways; sequences forked from a prefix, decoded alone and in
 * batches; all of it with a declared prefix, too, which is read expanded: then it is other bits
 * than absorbed, but the same ones for everybody, and nearly the same numbers. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

#include "model/forward.h"
#include "model/pool.h"
#include "tests/unit/model/gguf_make.h"

#define N      600  /* five tiles; more than the longest chunk */
#define LONG   4240 /* of tokens: groups of tiles enough for two threads to take them one by one */
#define TAIL   24
#define FROM   400 /* logits are compared from here on */
#define PREFIX 128
#define SHARED 384 /* of the prompt, where a prefix is declared: three tiles */
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

static struct model *open_made(uint32_t type, const char *kernels) {
    struct make g;
    struct model *m = NULL;
    struct err err = ERR_INIT;
    struct model_options o = {.threads = 1, .kernels = kernels};
    make_init(&g);
    make_deepseek2(&g, type, 2, VOCAB);
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
    uint8_t *memory, *at[LONG / PAGE_TOKENS + 1];
    uint8_t *expanded_memory, **parts;
    uint8_t *const *expanded[LONG / PAGE_TOKENS + 1];
};

static void pages_init(struct pages *p, const struct model *m, enum row_format format) {
    size_t page = forward_page_bytes(m, format);
    p->memory = xcalloc(ARRAY_LEN(p->at), page);
    for (size_t i = 0; i < ARRAY_LEN(p->at); i++) {
        p->at[i] = p->memory + i * page;
    }
    p->expanded_memory = NULL;
    p->parts = NULL;
}

static void pages_release(struct pages *p) {
    free(p->memory);
    free(p->expanded_memory);
    free(p->parts);
}

/* Expands the pages of the first `shared` positions, which are computed. */
static void pages_expand(struct pages *p, struct forward *f, const struct model *m,
                         enum row_format format, int shared) {
    size_t page = forward_page_bytes(m, format), parts = forward_expanded_parts(m, format);
    size_t n = (size_t)shared / PAGE_TOKENS;
    assert_true(parts > 1); /* a page's heads do not fit one part: the seam is tested */
    p->expanded_memory = xcalloc(n * parts, page);
    p->parts = xcalloc(n * parts, sizeof *p->parts);
    for (size_t i = 0; i < n * parts; i++) {
        p->parts[i] = p->expanded_memory + i * page;
    }
    for (size_t i = 0; i < n; i++) {
        p->expanded[i] = p->parts + i * parts;
    }
    forward_expand(f, p->at, p->expanded, n);
}

/* Logits of positions FROM to N of one prompt in chunks, whose first `shared` ones are declared. */
static float *prompt_logits(const struct model *m, enum row_format format, int shared, int chunk,
                            int threads) {
    struct pool *pool = pool_create(threads);
    struct forward *f = forward_create(m, pool, format, chunk);
    struct pages p;
    int32_t ids[N];
    float *out = xcalloc(N - FROM, ROW);
    pages_init(&p, m, format);
    for (int i = 0; i < N; i++) {
        ids[i] = token_of(0, i);
    }
    for (int at = 0, n; at < N; at += n) {
        n = MIN(chunk, (at < shared ? shared : N) - at);
        struct span s = {.tokens = ids + at,
                         .n = n,
                         .position = at,
                         .pages = p.at,
                         .logits_from = MIN(MAX(0, FROM - at), n)};
        if (shared > 0 && at >= shared) {
            s.shared = shared;
            s.expanded = p.expanded;
        }
        if (shared > 0 && at == shared) {
            pages_expand(&p, f, m, format, shared);
        }
        forward_run(f, &s, 1);
        for (int i = s.logits_from; i < s.n; i++) {
            memcpy(out + (size_t)(at + i - FROM) * VOCAB, forward_logits(f, i - s.logits_from),
                   ROW);
        }
    }
    forward_destroy(f);
    pool_destroy(pool);
    pages_release(&p);
    return out;
}

static void check_prompt_with(const struct model *m, enum row_format format, int shared) {
    static const int chunks[] = {1, 7, 64, 512};
    float *want = prompt_logits(m, format, shared, 64, 1);
    for (size_t i = 0; i < ARRAY_LEN(chunks); i++) {
        for (int threads = 1; threads <= 2; threads++) {
            float *got = prompt_logits(m, format, shared, chunks[i], threads);
            if (memcmp(got, want, (N - FROM) * ROW) != 0) {
                fail_msg("%s, %d shared, chunk %d, threads %d: other bits", model_info(m)->kernels,
                         shared, chunks[i], threads);
            }
            free(got);
        }
    }
    free(want);
}

static void check_prompt(const struct model *m, enum row_format format) {
    check_prompt_with(m, format, 0);
    check_prompt_with(m, format, SHARED);
}

/* The two forms are the same function but for rounding: `most` of the logits' size. */
static void check_forms_to(const struct model *m, enum row_format format, double most) {
    float *absorbed = prompt_logits(m, format, 0, 64, 2);
    float *expanded = prompt_logits(m, format, SHARED, 64, 2);
    double error = 0, size = 0;
    for (size_t i = 0; i < (size_t)(N - FROM) * VOCAB; i++) {
        double d = absorbed[i] - expanded[i];
        error += d * d;
        size += (double)absorbed[i] * absorbed[i];
    }
    assert_true(error > 0);
    if (error > most * most * size) {
        fail_msg("format %d: expanded differs by %g of the logits", format, sqrt(error / size));
    }
    free(absorbed);
    free(expanded);
}

/* Absorbed, the queries and the mixed latents are rounded to int8 for their products. */
static void check_forms(const struct model *m, enum row_format format) {
    check_forms_to(m, format, 0.05);
}

/* Logits of the last TAIL of LONG tokens, whose pages are there, `chunk` at a time. */
static float *tail_logits(const struct model *m, enum row_format format, struct pages *p,
                          const int32_t *ids, int shared, int chunk, int threads) {
    struct pool *pool = pool_create(threads);
    struct forward *f = forward_create(m, pool, format, chunk);
    float *out = xcalloc(TAIL, ROW);
    for (int at = LONG - TAIL, n; at < LONG; at += n) {
        n = MIN(chunk, LONG - at);
        struct span s = {.tokens = ids + at,
                         .n = n,
                         .position = at,
                         .pages = p->at,
                         .shared = shared,
                         .expanded = p->expanded};
        forward_run(f, &s, 1);
        memcpy(out + (size_t)(at - LONG + TAIL) * VOCAB, forward_logits(f, 0), (size_t)n * ROW);
    }
    forward_destroy(f);
    pool_destroy(pool);
    return out;
}

/* Far from the beginning a few rows are cut by tiles or by groups of them, many by rows. */
static void check_long(const struct model *m, enum row_format format, int shared) {
    static const int cuts[][2] = {{1, 1}, {1, 2}, {1, 4}, {1, 9}, {7, 1}, {7, 2}, {TAIL, 2}};
    static int32_t ids[LONG];
    struct pool *pool = pool_create(2);
    struct forward *f = forward_create(m, pool, format, 256);
    struct pages p;
    pages_init(&p, m, format);
    for (int i = 0; i < LONG; i++) {
        ids[i] = token_of(0, i);
    }
    for (int at = 0, n; at < LONG; at += n) {
        n = MIN(256, (at < shared ? shared : LONG) - at);
        if (shared > 0 && at == shared) {
            pages_expand(&p, f, m, format, shared);
        }
        struct span s = {.tokens = ids + at,
                         .n = n,
                         .position = at,
                         .pages = p.at,
                         .logits_from = n,
                         .shared = at >= shared ? shared : 0,
                         .expanded = p.expanded};
        forward_run(f, &s, 1);
    }
    forward_destroy(f);
    pool_destroy(pool);
    float *want = tail_logits(m, format, &p, ids, shared, TAIL, 1);
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        float *got = tail_logits(m, format, &p, ids, shared, cuts[i][0], cuts[i][1]);
        if (memcmp(got, want, TAIL * ROW) != 0) {
            fail_msg("%d shared, %d at a time, %d threads: other bits", shared, cuts[i][0],
                     cuts[i][1]);
        }
        free(got);
    }
    free(want);
    pages_release(&p);
}

/* Decodes SEQS sequences on one prefix in batches of `batch`; logits by sequence and round. */
static float *decode_logits(const struct model *m, enum row_format format, int shared, int batch,
                            int threads) {
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
    struct span prefix = {.tokens = ids[0], .n = PREFIX, .pages = p[0].at, .logits_from = PREFIX};
    forward_run(f, &prefix, 1);
    if (shared > 0) {
        pages_expand(&p[0], f, m, format, shared);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int first = 0; first < SEQS; first += batch) {
            int n = MIN(batch, SEQS - first), at = PREFIX + round;
            for (int s = 0; s < n; s++) {
                spans[s] = (struct span){.tokens = ids[first + s] + at,
                                         .n = 1,
                                         .position = at,
                                         .pages = p[first + s].at};
                /* Every third one does not declare it: they may be in a batch together. */
                if (shared > 0 && (first + s) % 3 != 0) {
                    spans[s].shared = shared;
                    spans[s].expanded = p[0].expanded;
                }
            }
            forward_run(f, spans, n);
            for (int s = 0; s < n; s++) {
                size_t row = (size_t)((first + s) * ROUNDS + round);
                memcpy(out + row * VOCAB, forward_logits(f, s), ROW);
            }
        }
    }
    for (int s = 0; s < SEQS; s++) {
        pages_release(&p[s]);
    }
    forward_destroy(f);
    pool_destroy(pool);
    return out;
}

static void check_batches_with(const struct model *m, enum row_format format, int shared) {
    float *want = decode_logits(m, format, shared, 1, 1);
    for (int batch = 1; batch <= SEQS; batch++) {
        float *got = decode_logits(m, format, shared, batch, 1 + batch % 2);
        if (memcmp(got, want, (size_t)SEQS * ROUNDS * ROW) != 0) {
            fail_msg("%s, %d shared, batch of %d: other bits", model_info(m)->kernels, shared,
                     batch);
        }
        free(got);
    }
    free(want);
}

static void check_batches(const struct model *m, enum row_format format) {
    check_batches_with(m, format, 0);
    check_batches_with(m, format, PREFIX);
}

static void each_family(void (*check)(const struct model *m, enum row_format format)) {
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (!kernels_supported(families[i])) {
            continue;
        }
        struct model *m = open_made(QUANT_Q8_0, families[i]);
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

static void test_a_long_context_changes_no_bit(void **state) {
    struct model *m = open_made(QUANT_Q8_0, NULL);
    for (size_t k = 0; k < ARRAY_LEN(formats); k++) {
        check_long(m, formats[k], 0);
        check_long(m, formats[k], SHARED); /* ends inside a group */
        check_long(m, formats[k], 3712);   /* two groups are left */
    }
    model_close(m);
}

static void test_expanded_is_absorbed_but_for_rounding(void **state) {
    each_family(check_forms);
    /* Nothing is rounded to few bits here. */
    struct model *m = open_made(QUANT_F32, NULL);
    check_forms_to(m, ROW_F32, 1e-5);
    model_close(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_and_threads_change_no_bit),
        cmocka_unit_test(test_batches_change_no_bit),
        cmocka_unit_test(test_a_long_context_changes_no_bit),
        cmocka_unit_test(test_expanded_is_absorbed_but_for_rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
