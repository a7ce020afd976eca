#ifndef TESTS_UNIT_MODEL_ENGINE_WORLD_H
#define TESTS_UNIT_MODEL_ENGINE_WORLD_H
/* What the tests of the engine share: a small random model, engines on it, turns and their answers.
 * Include after cmocka. */
#include <semaphore.h>
#include <time.h>

#include "model/model.h"
#include "tests/unit/model/gguf_make.h"

static struct model *model;
static sem_t woken;

static inline void wake(void *arg) {
    (void)arg;
    (void)sem_post(&woken);
}

struct answer {
    struct tokens tokens;
    enum turn_end end;
    struct turn_result result;
    int delivered;
};

static inline void on_turn(void *arg, const struct turn_result *r) {
    struct answer *a = arg;
    a->end = r->end;
    a->result = *r;
    a->tokens.n = 0;
    tokens_append(&a->tokens, r->tokens, r->n);
    a->delivered++;
}

static inline struct engine *start_with(struct engine_options options) {
    struct engine *e = NULL;
    struct err err = ERR_INIT;
    options.wake = wake;
    if (!engine_start(&e, model, &options, &err)) {
        fail_msg("%s", err.msg);
    }
    return e;
}

static inline struct engine *start(int threads, uint64_t kv_bytes) {
    return start_with(
        (struct engine_options){.threads = threads, .kv_bytes = kv_bytes, .chunk_ms = 5});
}

static inline uint64_t pages_bytes(uint64_t pages) {
    return pages * 32 * model_info(model)->kv_bytes_per_token;
}

static inline void wait_all(struct engine *e, struct answer *a, size_t n) {
    for (;;) {
        size_t done = 0;
        engine_drain(e);
        for (size_t i = 0; i < n; i++) {
            done += a[i].delivered > 0;
        }
        if (done == n) {
            return;
        }
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 120;
        if (sem_timedwait(&woken, &until) != 0) {
            fail_msg("%zu of %zu turns came back", done, n);
        }
    }
}

static inline void prompt_make(int32_t *ids, size_t n, uint32_t seed) {
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        ids[i] = (int32_t)(seed >> 24);
    }
}

static inline void submit(struct seq *s, const int32_t *ids, size_t n, int64_t max, uint64_t key,
                          struct answer *a) {
    struct turn_request r = {.prompt = ids,
                             .prompt_n = n,
                             .tokens_max = max,
                             .sampling = {.temperature = 1.0f, .top_p = 1.0f, .key = {key, 7}}};
    a->delivered = 0;
    seq_submit(s, &r, on_turn, a);
}

static inline void same(const struct answer *a, const struct answer *b) {
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->tokens.n, b->tokens.n);
    assert_memory_equal(a->tokens.ids, b->tokens.ids, a->tokens.n * sizeof *a->tokens.ids);
}

/* Writers of up to `tokens` each, in an engine of so little memory that some are put aside, write
 * what they write alone. */
static inline void check_preempted(uint64_t bytes, int writers, int64_t tokens) {
    struct answer alone[8] = {0}, a[8] = {0};
    struct seq *s[8];
    struct engine_stats stats = {0};
    int32_t ids[8][40];
    assert_true(writers <= 8);
    for (int i = 0; i < writers; i++) {
        struct engine *e = start(1, 64 << 20);
        prompt_make(ids[i], 40, 50 + (uint32_t)i);
        s[0] = seq_create(e);
        submit(s[0], ids[i], 40, tokens, (uint64_t)i, &alone[i]);
        wait_all(e, &alone[i], 1);
        seq_destroy(s[0]);
        engine_stop(e);
    }
    struct engine *e = start(2, bytes);
    for (int i = 0; i < writers; i++) {
        s[i] = seq_create(e);
        submit(s[i], ids[i], 40, tokens, (uint64_t)i, &a[i]);
    }
    wait_all(e, a, (size_t)writers);
    engine_stats(e, &stats);
    assert_true(stats.preempted > 0);
    for (int i = 0; i < writers; i++) {
        same(&a[i], &alone[i]);
        seq_destroy(s[i]);
        tokens_release(&a[i].tokens);
        tokens_release(&alone[i].tokens);
    }
    engine_stop(e);
}

#ifndef WORLD_MODEL
#define WORLD_MODEL make_deepseek2
#endif
static void (*world_model)(struct make *g, uint32_t type, uint32_t layers,
                           uint32_t vocab) = WORLD_MODEL;

static inline int open_model(uint32_t type) {
    struct make g;
    struct err err = ERR_INIT;
    struct model_options o = {.threads = 2};
    make_init(&g);
    world_model(&g, type, 3, 320);
    make_finish(&g);
    bool ok = model_open(&model, make_save(&g), &o, &err);
    if (!ok) {
        fprintf(stderr, "%s\n", err.msg);
    }
    make_release(&g);
    return ok ? 0 : -1;
}
static inline int teardown(void **state) {
    model_close(model);
    return 0;
}
#endif
