/* Goal: logits are right, and the same to the bit whatever the chunks, threads, neighbours in the
 * batch, shared pages and kernel family.
 * Method: reference logits of ../shared/vectors/arch where present; small random models of some
 * hundred positions (several attention tiles) computed in many ways; our math against libm. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <math.h>

#include "model/fmath.h"
#include "model/forward.h"
#include "model/pool.h"
#include "tests/unit/model/gguf_make.h"

#define N     420 /* four tiles */
#define VOCAB 320

static struct model *open_made(uint32_t type, bool legacy, const char *kernels) {
    struct make g;
    struct model *m = NULL;
    struct err err = ERR_INIT;
    struct model_options o = {.threads = 1, .kernels = kernels};
    make_init(&g);
    g.legacy_kv = legacy;
    make_deepseek2(&g, type, 3, VOCAB);
    make_finish(&g);
    if (!model_open(&m, make_save(&g), &o, &err)) {
        fail_msg("%s", err.msg);
    }
    make_release(&g);
    return m;
}

static void ids_make(int32_t *ids, size_t n) {
    uint32_t r = 9;
    for (size_t i = 0; i < n; i++) {
        r = r * 1664525 + 1013904223;
        ids[i] = (int32_t)((r >> 16) % VOCAB);
    }
}

struct pages {
    uint8_t *memory, *at[N / PAGE_TOKENS + 2];
};
static void pages_init(struct pages *p, const struct model *m, enum row_format format) {
    size_t page = forward_page_bytes(m, format);
    p->memory = xcalloc(ARRAY_LEN(p->at), page);
    for (size_t i = 0; i < ARRAY_LEN(p->at); i++) {
        p->at[i] = p->memory + i * page;
    }
}

/* All logits of ids[0..n), N x VOCAB, in chunks. */
static float *logits_of(const struct model *m, enum row_format format, const int32_t *ids, int n,
                        int chunk, int threads) {
    struct pool *pool = pool_create(threads);
    struct forward *f = forward_create(m, pool, format, chunk);
    struct pages p;
    float *out = xcalloc((size_t)n, VOCAB * sizeof *out);
    pages_init(&p, m, format);
    for (int at = 0; at < n; at += chunk) {
        struct span s = {ids + at, MIN(chunk, n - at), at, p.at, 0};
        forward_run(f, &s, 1);
        for (int i = 0; i < s.n; i++) {
            memcpy(out + (size_t)(at + i) * VOCAB, forward_logits(f, i), VOCAB * sizeof *out);
        }
    }
    forward_destroy(f);
    pool_destroy(pool);
    free(p.memory);
    return out;
}

static void same_in_chunks_and_threads(uint32_t type, enum row_format format) {
    static const int ways[][2] = {{1, 1}, {7, 1}, {64, 2}, {200, 2}, {33, 3}, {1, 2}, {128, 4}};
    struct model *m = open_made(type, false, NULL);
    int32_t ids[N];
    ids_make(ids, N);
    float *want = logits_of(m, format, ids, N, 256, 1);
    assert_false(isnan(want[N * VOCAB - 1]));
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        float *got = logits_of(m, format, ids, N, ways[i][0], ways[i][1]);
        if (memcmp(got, want, sizeof *got * N * VOCAB) != 0) {
            fail_msg("chunk %d, threads %d: other bits", ways[i][0], ways[i][1]);
        }
        free(got);
    }
    free(want);
    model_close(m);
}

static void test_f32_is_the_same_in_any_chunks_and_threads(void **state) {
    same_in_chunks_and_threads(QUANT_F32, ROW_F32);
    same_in_chunks_and_threads(QUANT_F32, ROW_F16);
}
static void test_q8_is_the_same_in_any_chunks_and_threads(void **state) {
    same_in_chunks_and_threads(QUANT_Q8_0, ROW_F16);
    same_in_chunks_and_threads(QUANT_Q8_0, ROW_Q8);
}

static void test_kernel_families_agree_to_the_bit(void **state) {
    static const char *const names[] = {"avx2", "avx512"};
    static const uint32_t types[] = {QUANT_F32, QUANT_Q8_0};
    static const enum row_format formats[] = {ROW_F16, ROW_Q8};
    int32_t ids[150];
    ids_make(ids, 150);
    for (size_t t = 0; t < 4; t++) {
        struct model *m = open_made(types[t / 2], false, "portable");
        float *want = logits_of(m, formats[t % 2], ids, 150, 40, 1);
        model_close(m);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            if (!kernels_supported(names[i])) {
                continue;
            }
            m = open_made(types[t / 2], false, names[i]);
            float *got = logits_of(m, formats[t % 2], ids, 150, 40, 1);
            assert_memory_equal(got, want, 150 * VOCAB * sizeof *got);
            free(got);
            model_close(m);
        }
        free(want);
    }
}

static void test_a_batch_of_sequences_is_the_same_as_each_alone(void **state) {
    enum { SEQS = 9, SHARED = 160, ROWS = SHARED / 32 };
    struct model *m = open_made(QUANT_Q8_0, false, NULL);
    struct pool *pool = pool_create(2);
    struct forward *f = forward_create(m, pool, ROW_F16, 256);
    struct pages all[SEQS];
    struct span spans[SEQS];
    int32_t ids[SEQS][N];
    for (int s = 0; s < SEQS; s++) {
        ids_make(ids[s], N);
        for (int i = SHARED; i < N; i++) {
            ids[s][i] = (ids[s][i] + 13 * s) % VOCAB;
        }
        pages_init(&all[s], m, ROW_F16);
        /* The shared pages are those of sequence 0. */
        for (int i = 0; i < ROWS; i++) {
            all[s].at[i] = all[0].at[i];
        }
    }
    struct span first = {ids[0], SHARED, 0, all[0].at, SHARED};
    forward_run(f, &first, 1);
    /* Different lengths, then one by one for a while. */
    for (int round = 0; round < 5; round++) {
        for (int s = 0; s < SEQS; s++) {
            int from = round == 0 ? SHARED : SHARED + 3 * s + round;
            int n = round == 0 ? 3 * s + 1 : 1;
            spans[s] = (struct span){ids[s] + from, n, from, all[s].at, n - 1};
        }
        forward_run(f, spans, SEQS);
        for (int s = 0; s < SEQS; s++) {
            int n = SHARED + 3 * s + 1 + round;
            float *alone = logits_of(m, ROW_F16, ids[s], n, 100, 1);
            assert_memory_equal(forward_logits(f, s), alone + (size_t)(n - 1) * VOCAB,
                                VOCAB * sizeof *alone);
            free(alone);
        }
    }
    for (int s = 0; s < SEQS; s++) {
        free(all[s].memory);
    }
    forward_destroy(f);
    pool_destroy(pool);
    model_close(m);
}

static float worst_of(const float *a, const float *b, size_t n) {
    float worst = 0;
    for (size_t i = 0; i < n; i++) {
        worst = MAX(worst, fabsf(a[i] - b[i]));
        if (isnan(a[i]) != isnan(b[i])) {
            return INFINITY;
        }
    }
    return worst;
}

static void test_a_legacy_file_gives_the_same_logits(void **state) {
    struct model *split = open_made(QUANT_F32, false, NULL);
    struct model *legacy = open_made(QUANT_F32, true, NULL);
    int32_t ids[60];
    ids_make(ids, 60);
    float *a = logits_of(split, ROW_F32, ids, 60, 60, 1);
    float *b = logits_of(legacy, ROW_F32, ids, 60, 60, 1);
    assert_memory_equal(a, b, 60 * VOCAB * sizeof *a);
    free(a);
    free(b);
    model_close(split);
    model_close(legacy);
}

static void test_an_int8_cache_is_near_the_f16_one(void **state) {
    struct model *m = open_made(QUANT_Q8_0, false, NULL);
    int32_t ids[200];
    ids_make(ids, 200);
    float *a = logits_of(m, ROW_F16, ids, 200, 100, 1);
    float *b = logits_of(m, ROW_Q8, ids, 200, 100, 1);
    /* Root mean square: a rounding may send a token to another expert. */
    double difference = 0, size = 0;
    for (size_t i = 0; i < 200 * VOCAB; i++) {
        difference += (double)(a[i] - b[i]) * (double)(a[i] - b[i]);
        size += (double)a[i] * (double)a[i];
    }
    print_message("int8 cache: relative difference %.4f\n", sqrt(difference / size));
    assert_true(difference > 0 && difference < 0.2 * 0.2 * size);
    free(a);
    free(b);
    model_close(m);
}

/* ---- the references ---- */

struct reference {
    float *want;
    float worst;
    size_t vocab;
};

static bool compare_row(void *arg, size_t position, const float *logits) {
    struct reference *r = arg;
    r->worst = MAX(r->worst, worst_of(logits, r->want + position * r->vocab, r->vocab));
    return true;
}

static void references_are_met(const char *dir, const char *const *names, size_t n_names,
                               float tolerance) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 16);
    struct err err = ERR_INIT;
    int32_t ids[512];
    size_t n = 0;
    char path[200];
    (void)snprintf(path, sizeof path, "%s/tokens.txt", dir);
    if (!file_read(&text, path, 1 << 16, &err)) {
        skip();
    }
    for (char *p = text.data, *end; n < ARRAY_LEN(ids); p = end, n++) {
        ids[n] = (int32_t)strtol(p, &end, 10);
        if (end == p) {
            break;
        }
    }
    for (size_t i = 0; i < n_names; i++) {
        AUTO_BUF struct buf want = BUF_INIT(1 << 24);
        struct model *m = NULL;
        (void)snprintf(path, sizeof path, "%s/%s.logits.f32", dir, names[i]);
        assert_true(file_read(&want, path, 1 << 24, &err));
        (void)snprintf(path, sizeof path, "%s/%s.gguf", dir, names[i]);
        if (!model_open(&m, path, NULL, &err)) {
            fail_msg("%s", err.msg);
        }
        struct reference r = {(float *)(void *)want.data, 0, (size_t)model_info(m)->vocabulary};
        assert_int_equal(want.len, n * r.vocab * sizeof(float));
        assert_true(model_eval(m, ids, n, 0, 2, compare_row, &r, &err));
        if (!(r.worst <= tolerance)) {
            fail_msg("%s: off by %g", names[i], (double)r.worst);
        }
        model_close(m);
    }
}

static void test_reference_logits_are_met(void **state) {
    static const char *const names[] = {"deepseek2-lite", "deepseek2-v3", "llama", "qwen3",
                                        "qwen3moe"};
    static const char *const next[] = {"glm4moe", "gpt-oss", "deepseek32", "kimi-linear"};
    references_are_met("../shared/vectors/arch", names, ARRAY_LEN(names), 1e-4f);
    references_are_met("../shared/vectors/arch-next", next, ARRAY_LEN(next), 1e-3f);
}

/* ---- math ---- */

static void test_math_is_near_libm(void **state) {
    for (double x = -87; x < 88; x += 0.0137) {
        assert_true(fabs(fmath_exp((float)x) / exp((double)(float)x) - 1) < 3e-7);
    }
    for (double x = -700; x < 700; x += 0.37) {
        assert_true(fabs(fmath_exp64(x) / exp(x) - 1) < 1e-14);
    }
    for (double x = 1e-9; x < 1e9; x *= 1.01) {
        assert_true(fabs(fmath_log64(x) - log(x)) < 1e-14 * MAX(1.0, fabs(log(x))));
    }
    for (double x = -2e6; x < 2e6; x += 77.7) {
        double s, c;
        fmath_sincos64(x, &s, &c);
        assert_true(fabs(s - sin(x)) < 1e-14 && fabs(c - cos(x)) < 1e-14);
    }
    assert_true(fmath_exp(-INFINITY) == 0 && fmath_exp(-1000) == 0);
    assert_true(isinf(fmath_exp(100)) && isnan(fmath_exp(NAN)));
}

static void test_math_does_not_depend_on_the_place_in_an_array(void **state) {
    float x[77], y[77], up[77];
    for (int i = 0; i < 77; i++) {
        x[i] = (float)(i * 37 % 77) / 3 - 12;
        up[i] = (float)i - 30;
    }
    for (size_t from = 0; from < 40; from++) {
        fmath_swiglu(y, x + from, up + from, 16, 77 - from);
        for (size_t i = 0; i < 77 - from; i++) {
            float one = fmath_silu(x[from + i]) * up[from + i];
            assert_memory_equal(&y[i], &one, sizeof one);
        }
    }
    float pairs[160], middle = fmath_silu(x[40]) * up[40];
    for (int i = 0; i < 77; i++) {
        pairs[i / 16 * 32 + i % 16] = x[i];
        pairs[i / 16 * 32 + 16 + i % 16] = up[i];
    }
    fmath_swiglu(pairs, pairs, pairs + 16, 32, 77);
    fmath_swiglu(y, x, up, 16, 77);
    assert_memory_equal(pairs, y, sizeof y);
    assert_memory_equal(&y[40], &middle, sizeof middle);
    memcpy(y, x, sizeof y);
    (void)fmath_exp_sub(y, 77, 1.5f);
    for (size_t i = 0; i < 77; i++) {
        float one = fmath_exp(x[i] - 1.5f);
        assert_memory_equal(&y[i], &one, sizeof one);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_math_is_near_libm),
        cmocka_unit_test(test_math_does_not_depend_on_the_place_in_an_array),
        cmocka_unit_test(test_reference_logits_are_met),
        cmocka_unit_test(test_f32_is_the_same_in_any_chunks_and_threads),
        cmocka_unit_test(test_q8_is_the_same_in_any_chunks_and_threads),
        cmocka_unit_test(test_kernel_families_agree_to_the_bit),
        cmocka_unit_test(test_a_batch_of_sequences_is_the_same_as_each_alone),
        cmocka_unit_test(test_a_legacy_file_gives_the_same_logits),
        cmocka_unit_test(test_an_int8_cache_is_near_the_f16_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
