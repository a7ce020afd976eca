/* Goal: layers that read some of the positions read the right ones: a window as many as it says, an
 * indexer as many as it is told. With windows, sinks and biases, with chosen positions, and with
 * states instead of positions, the logits are the same to the bit for all chunks, threads, batches
 * and kernel families. Method: small random gpt-oss, deepseek32 and kimi-linear models. One layer
 * with a window: a token just inside it changes the logits, one just outside changes no bit. One
 * layer with an indexer: of many tokens as many change nothing as were not chosen. Three layers:
 * prompts of several windows and attention tiles cut in all ways. The activation against libm. The
 * numbers themselves are compared with references in test_forward.c. */
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

#define N     700 /* six tiles, four windows */
#define VOCAB 320
#define ROW   (VOCAB * sizeof(float))

typedef void make_fn(struct make *g, uint32_t type, uint32_t layers, uint32_t vocab);

static struct model *open_made(make_fn *make, uint32_t type, uint32_t layers, const char *kernels) {
    struct make g;
    struct model *m = NULL;
    struct err err = ERR_INIT;
    struct model_options o = {.threads = 1, .kernels = kernels};
    make_init(&g);
    make(&g, type, layers, VOCAB);
    make_finish(&g);
    if (!model_open(&m, make_save(&g), &o, &err)) {
        fail_msg("%s", err.msg);
    }
    make_release(&g);
    return m;
}

static void ids_make(int32_t *ids, int n, uint32_t seed) {
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        ids[i] = (int32_t)((seed >> 16) % VOCAB);
    }
}

struct world {
    struct pool *pool;
    struct forward *f;
    uint8_t *memory, *pages[N / PAGE_TOKENS + 1];
    float *state;
};

static struct world world_create(const struct model *m, enum row_format format, int threads,
                                 int rows) {
    struct world w = {.pool = pool_create(threads)};
    size_t page = forward_page_bytes(m, format);
    w.f = forward_create(m, w.pool, format, rows);
    w.memory = xcalloc(ARRAY_LEN(w.pages), page);
    w.state = xcalloc(1, forward_state_bytes(m) + 1);
    for (size_t i = 0; i < ARRAY_LEN(w.pages); i++) {
        w.pages[i] = w.memory + i * page;
    }
    return w;
}

static void world_destroy(struct world *w) {
    forward_destroy(w->f);
    pool_destroy(w->pool);
    free(w->memory);
    free(w->state);
}

/* Logits of the last `last` positions of ids[0..N). */
static float *logits_of(const struct model *m, enum row_format format, const int32_t *ids,
                        int chunk, int threads, int last) {
    struct world w = world_create(m, format, threads, chunk);
    float *out = xcalloc((size_t)last, ROW);
    for (int at = 0; at < N; at += chunk) {
        int n = MIN(chunk, N - at), from = MAX(0, MIN(n, N - last - at));
        struct span s = {.tokens = ids + at,
                         .n = n,
                         .position = at,
                         .pages = w.pages,
                         .logits_from = from,
                         .state = w.state};
        forward_run(w.f, &s, 1);
        for (int i = from; i < n; i++) {
            memcpy(out + (size_t)(at + i - (N - last)) * VOCAB, forward_logits(w.f, i - from), ROW);
        }
    }
    world_destroy(&w);
    return out;
}

static void test_a_window_is_as_long_as_it_says(void **state) {
    struct model *m = open_made(make_gpt_oss, QUANT_F32, 1, NULL);
    int32_t ids[N];
    ids_make(ids, N, 3);
    for (int chunk = 1; chunk <= 128; chunk *= 128) {
        float *want = logits_of(m, ROW_F16, ids, chunk, 1, 1);
        for (int back = MAKE_WINDOW - 2; back < MAKE_WINDOW + 3; back++) {
            int at = N - 1 - back;
            int32_t kept = ids[at];
            ids[at] = (kept + 1) % VOCAB;
            float *got = logits_of(m, ROW_F16, ids, chunk, 1, 1);
            assert_int_equal(memcmp(got, want, ROW) == 0, back >= MAKE_WINDOW);
            ids[at] = kept;
            free(got);
        }
        free(want);
    }
    model_close(m);
}

static void same_in_all_ways(make_fn *make, uint32_t type, enum row_format format) {
    static const int ways[][2] = {{1, 1}, {1, 2}, {7, 1}, {64, 2}, {256, 2}, {33, 3}, {128, 4}};
    static const char *const families[] = {"portable", "avx2", "avx512"};
    enum { LAST = 250 };
    int32_t ids[N];
    float *want = NULL;
    ids_make(ids, N, 9);
    for (size_t k = 0; k < ARRAY_LEN(families); k++) {
        if (!kernels_supported(families[k])) {
            continue;
        }
        struct model *m = open_made(make, type, 3, families[k]);
        for (size_t i = 0; i < ARRAY_LEN(ways) && (k > 0 || i == 4); i++) {
            float *got = logits_of(m, format, ids, ways[i][0], ways[i][1], LAST);
            assert_false(isnan(got[LAST * VOCAB - 1]));
            if (want == NULL) {
                want = got;
                continue;
            }
            if (memcmp(got, want, LAST * ROW) != 0) {
                fail_msg("%s, chunk %d, threads %d: other bits", families[k], ways[i][0],
                         ways[i][1]);
            }
            free(got);
        }
        model_close(m);
    }
    free(want);
}

static void test_bits_do_not_depend_on_the_way(void **state) {
    static make_fn *const makers[] = {make_gpt_oss, make_deepseek32, make_kimi_linear};
    for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
        same_in_all_ways(makers[i], QUANT_F32, ROW_F32);
        same_in_all_ways(makers[i], QUANT_Q8_0, ROW_F16);
        same_in_all_ways(makers[i], QUANT_Q8_0, ROW_Q8);
    }
}

/* A token changes its own row of keys, so if it was not chosen, and would not be after the change
 * either, no bit of the last logits. With room for all positions every token changes them. */
static void test_an_indexer_reads_as_many_as_it_is_told(void **state) {
    enum { LENGTH = 160, TRIED = LENGTH - 1 };
    for (uint32_t top = MAKE_TOP; top <= LENGTH; top += LENGTH - MAKE_TOP) {
        struct make g;
        struct model *m = NULL;
        struct err err = ERR_INIT;
        int32_t ids[LENGTH];
        int unread = 0;
        make_init(&g);
        g.index_top = top;
        make_deepseek2(&g, QUANT_F32, 1, VOCAB);
        make_finish(&g);
        assert_true(model_open(&m, make_save(&g), NULL, &err));
        make_release(&g);
        ids_make(ids, LENGTH, 5);
        float want[VOCAB];
        for (int at = -1; at < TRIED; at++) {
            struct world w = world_create(m, ROW_F32, 1, LENGTH);
            int32_t kept = ids[MAX(at, 0)];
            ids[MAX(at, 0)] = at < 0 ? kept : (kept + 1) % VOCAB;
            struct span s = {ids, LENGTH, 0, w.pages, LENGTH - 1};
            forward_run(w.f, &s, 1);
            unread += at >= 0 && memcmp(forward_logits(w.f, 0), want, ROW) == 0;
            if (at < 0) {
                memcpy(want, forward_logits(w.f, 0), ROW);
            }
            ids[MAX(at, 0)] = kept;
            world_destroy(&w);
        }
        /* those that were not chosen, but for those that would be after the change */
        print_message("of %d tokens %d are not read\n", TRIED, unread);
        assert_true(top == LENGTH ? unread == 0 : unread > 2 && unread <= LENGTH - MAKE_TOP);
        model_close(m);
    }
}

/* Sequences below one prefix, some of whose windows still see it, decoded together and alone. */
/* replays: the others compute the prefix again, for their states, and leave its pages alone. */
static void batch_is_the_same_as_each_alone(make_fn *make, bool replays) {
    enum { SEQS = 6, SHARED = 256, ROUNDS = 3 };
    struct model *m = open_made(make, QUANT_Q8_0, 3, NULL);
    struct world all[SEQS];
    int32_t ids[SEQS][N];
    int n[SEQS];
    for (int s = 0; s < SEQS; s++) {
        ids_make(ids[s], N, 9);
        ids_make(ids[s] + SHARED, N - SHARED, 100 + (uint32_t)s);
        all[s] = world_create(m, ROW_Q8, 2, 256);
        n[s] = SHARED + 1 + s * 67;
        for (int i = 0; s > 0 && i < SHARED / PAGE_TOKENS; i++) {
            all[s].pages[i] = all[0].pages[i];
        }
    }
    struct forward *f = all[0].f;
    for (int s = 0, at; s < SEQS; s++) {
        for (at = s == 0 || replays ? 0 : SHARED; at < n[s]; at += 200) {
            int rows = MIN(200, n[s] - at);
            struct span span = {.tokens = ids[s] + at,
                                .n = rows,
                                .position = at,
                                .pages = all[s].pages,
                                .logits_from = rows,
                                .replayed = s > 0 ? MAX(0, MIN(rows, SHARED - at)) : 0,
                                .state = all[s].state};
            forward_run(f, &span, 1);
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        struct span spans[SEQS];
        for (int s = 0; s < SEQS; s++) {
            spans[s] = (struct span){.tokens = ids[s] + n[s],
                                     .n = 1,
                                     .position = n[s],
                                     .pages = all[s].pages,
                                     .state = all[s].state};
            n[s]++;
        }
        forward_run(f, spans, SEQS);
        for (int s = 0; s < SEQS; s++) {
            struct world alone = world_create(m, ROW_Q8, 1, 256);
            for (int at = 0; at < n[s]; at += 256) {
                int rows = MIN(256, n[s] - at);
                struct span span = {.tokens = ids[s] + at,
                                    .n = rows,
                                    .position = at,
                                    .pages = alone.pages,
                                    .logits_from = at + rows == n[s] ? rows - 1 : rows,
                                    .state = alone.state};
                forward_run(alone.f, &span, 1);
            }
            assert_memory_equal(forward_logits(f, s), forward_logits(alone.f, 0), ROW);
            world_destroy(&alone);
        }
    }
    for (int s = 0; s < SEQS; s++) {
        world_destroy(&all[s]);
    }
    model_close(m);
}

static void test_a_batch_is_the_same_as_each_alone(void **state) {
    static make_fn *const makers[] = {make_gpt_oss, make_deepseek32, make_kimi_linear};
    for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
        batch_is_the_same_as_each_alone(makers[i], true);
        if (makers[i] != make_kimi_linear) {
            batch_is_the_same_as_each_alone(makers[i], false);
        }
    }
}

static void test_softplus_is_near_libm(void **state) {
    for (double x = -100; x < 100; x += 0.0137) {
        float y = (float)x;
        fmath_softplus(&y, 1);
        double want = log1p(exp((double)(float)x));
        assert_true(fabs((double)y - want) <= 4e-7 * fmax(want, 1e-30));
    }
    float special[3] = {NAN, INFINITY, -INFINITY};
    fmath_softplus(special, 3);
    assert_true(isnan(special[0]) && isinf(special[1]) && special[2] == 0);
}

static double clamped(double gate, double up) {
    double g = fmin(gate, 7), u = fmax(fmin(up, 7), -7);
    return g / (1 + exp(-1.702 * g)) * (u + 1);
}

static void test_the_bounded_activation_is_near_libm(void **state) {
    float x[60], up[60], y[60], pairs[128];
    for (int i = 0; i < 60; i++) {
        x[i] = (float)(i * 37 % 60) / 2 - 20;
        up[i] = (float)(i * 23 % 60) / 2 - 14;
        pairs[i / 16 * 32 + i % 16] = x[i];
        pairs[i / 16 * 32 + 16 + i % 16] = up[i];
    }
    fmath_swiglu_clamped(y, x, up, 16, 60);
    for (int i = 0; i < 60; i++) {
        double want = clamped((double)x[i], (double)up[i]);
        assert_true(fabs((double)y[i] - want) <= 1e-6 * fmax(fabs(want), 1e-3));
    }
    fmath_swiglu_clamped(pairs, pairs, pairs + 16, 32, 60);
    assert_memory_equal(pairs, y, sizeof y);
    x[0] = NAN;
    fmath_swiglu_clamped(y, x, up, 16, 60);
    assert_true(isnan(y[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_window_is_as_long_as_it_says),
        cmocka_unit_test(test_an_indexer_reads_as_many_as_it_is_told),
        cmocka_unit_test(test_bits_do_not_depend_on_the_way),
        cmocka_unit_test(test_a_batch_is_the_same_as_each_alone),
        cmocka_unit_test(test_the_bounded_activation_is_near_libm),
        cmocka_unit_test(test_softplus_is_near_libm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
