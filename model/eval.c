/* Logits of a text, position by position: model_eval, for checks against references and perplexity.
 * Runs on the caller's thread with a pool of its own; needs no engine.
 *
 * The cache format is a function of the model: f32 where all matrices are float types (these are the
 * files that are compared with references to the last digits), else f16 as the engine's default.
 * So the result does not depend on chunk and threads, which are how, not what. */
#include "model/eval.h"
#include "model/forward_int.h"

/* Rows of one forward run when the caller says nothing or more: enough for every kernel's best. */
#define EVAL_CHUNK_MAX 256

struct eval {
    struct pool *pool;
    struct forward *forward;
    uint8_t **pages;
    uint8_t *memory;
};

enum row_format eval_format(const struct model *m) {
    return m->weights_float ? ROW_F32 : ROW_F16;
}

static void eval_release(struct eval *e) {
    forward_destroy(e->forward);
    pool_destroy(e->pool);
    free(e->pages);
    free(e->memory);
}

static bool eval_init(struct eval *e, const struct model *m, size_t n, size_t chunk, int threads,
                      struct err *err) {
    size_t page = forward_page_bytes(m, eval_format(m)), bytes = 0;
    size_t pages = (n + PAGE_TOKENS - 1) / PAGE_TOKENS;
    if (__builtin_mul_overflow(pages, page, &bytes) ||
        (e->memory = calloc(1, MAX(bytes, 1))) == NULL) {
        return err_set(err, ERR_LIMIT, "no memory for the keys and values of %zu tokens", n);
    }
    e->pages = xcalloc(pages + 1, sizeof *e->pages);
    for (size_t i = 0; i < pages; i++) {
        e->pages[i] = e->memory + i * page;
    }
    e->pool = pool_create(threads > 0 ? threads : m->threads);
    e->forward = forward_create(m, e->pool, eval_format(m), (int)chunk);
    return true;
}

bool model_eval(struct model *m, const int32_t *tokens, size_t n, size_t chunk, int threads,
                bool (*row)(void *arg, size_t position, const float *logits), void *arg,
                struct err *err) {
    struct eval e = {0};
    if (m->vocab_only) {
        return err_set(err, ERR_USAGE, "the model was opened for its vocabulary only");
    }
    for (size_t i = 0; i < n; i++) {
        if (tokens[i] < 0 || tokens[i] >= m->hp.vocab) {
            return err_set(err, ERR_INPUT, "token %zu is %d, not one of 0 to %d", i + 1, tokens[i],
                           m->hp.vocab - 1);
        }
    }
    chunk = chunk == 0 ? EVAL_CHUNK_MAX : MIN(chunk, (size_t)EVAL_CHUNK_MAX);
    bool ok = eval_init(&e, m, n, chunk, threads, err);
    for (size_t at = 0; ok && at < n; at += chunk) {
        struct span span = {.tokens = tokens + at,
                            .n = (int)MIN(chunk, n - at),
                            .position = (int64_t)at,
                            .pages = e.pages};
        forward_run(e.forward, &span, 1);
        for (int i = 0; ok && i < span.n; i++) {
            ok = row(arg, at + (size_t)i, forward_logits(e.forward, i)) ||
                 err_set(err, ERR_CANCELLED, "evaluation stopped at token %zu", at + (size_t)i + 1);
        }
    }
    eval_release(&e);
    return ok;
}
