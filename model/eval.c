/* Logits of a text, position by position: model_eval, for checks against references and perplexity.
 * Runs on the caller's thread with a pool of its own; needs no engine.
 *
 * The cache format is a function of the model: f32 where all matrices are float types (these are
 * the files that are compared with references to the last digits), else f16 as the engine's
 * default. So the result does not depend on chunk and threads, which are how, not what. */
#include "model/eval.h"
#include "model/fmath.h"
#include "model/forward_int.h"

/* Rows of one forward run when the caller says nothing or more: enough for every kernel's best. */
#define EVAL_CHUNK_MAX 256

struct eval {
    struct pool *pool;
    struct forward *forward;
    uint8_t **pages;
    uint8_t *memory;
    float *state;
};

enum row_format eval_format(const struct model *m) {
    return m->weights_float ? ROW_F32 : ROW_F16;
}

bool model_has_q8(const struct model *m) {
    const struct hparams *hp = &m->hp;
    return hp->kv_lora > 0 ? row_fits_q8((size_t)hp->kv_lora + (size_t)hp->rope.dim) &&
                                 row_fits_q8((size_t)hp->kv_lora) &&
                                 (hp->index_top == 0 || row_fits_q8((size_t)hp->index_dim))
                           : row_fits_q8((size_t)hp->head_k) && row_fits_q8((size_t)hp->head_v);
}

enum row_format cache_row_format(const struct model *m, enum cache_format cache) {
    return cache == CACHE_Q8 && model_has_q8(m) ? ROW_Q8 : ROW_F16;
}

static void eval_release(struct eval *e) {
    forward_destroy(e->forward);
    pool_destroy(e->pool);
    free(e->pages);
    free(e->memory);
    free(e->state);
}

static bool eval_init(struct eval *e, const struct model *m, enum row_format format, size_t n,
                      size_t chunk, int threads, struct err *err) {
    size_t page = forward_page_bytes(m, format), bytes = 0;
    size_t pages = (n + PAGE_TOKENS - 1) / PAGE_TOKENS;
    if (__builtin_mul_overflow(pages, page, &bytes) || (e->memory = try_calloc(1, bytes)) == NULL) {
        return err_set(err, ERR_LIMIT, "no memory for the keys and values of %zu tokens", n);
    }
    if ((e->state = try_calloc(1, forward_state_bytes(m) + 1)) == NULL) {
        return err_set(err, ERR_LIMIT, "no memory for the state of a sequence");
    }
    e->pages = xcalloc(pages + 1, sizeof *e->pages);
    for (size_t i = 0; i < pages; i++) {
        e->pages[i] = e->memory + i * page;
    }
    e->pool = pool_create(threads > 0 ? threads : m->threads);
    e->forward = forward_create(m, e->pool, format, (int)chunk);
    return true;
}

static bool eval_run(const struct model *m, enum row_format format, const int32_t *tokens, size_t n,
                     size_t chunk, int threads,
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
    bool ok = eval_init(&e, m, format, n, chunk, threads, err);
    for (size_t at = 0; ok && at < n; at += chunk) {
        struct span span = {.tokens = tokens + at,
                            .n = (int)MIN(chunk, n - at),
                            .position = (int64_t)at,
                            .pages = e.pages,
                            .state = e.state};
        forward_run(e.forward, &span, 1);
        for (int i = 0; ok && i < span.n; i++) {
            ok = row(arg, at + (size_t)i, forward_logits(e.forward, i)) ||
                 err_set(err, ERR_CANCELLED, "evaluation stopped at token %zu", at + (size_t)i + 1);
        }
    }
    eval_release(&e);
    return ok;
}

bool model_eval(struct model *m, const int32_t *tokens, size_t n, size_t chunk, int threads,
                bool (*row)(void *arg, size_t position, const float *logits), void *arg,
                struct err *err) {
    return eval_run(m, eval_format(m), tokens, n, chunk, threads, row, arg, err);
}

struct perplexity {
    const int32_t *tokens;
    size_t n;
    int vocab;
    double sum;
};

static bool perplexity_row(void *arg, size_t position, const float *logits) {
    struct perplexity *p = arg;
    if (position + 1 >= p->n) {
        return true;
    }
    float max = fmath_max(logits, (size_t)p->vocab);
    double total = 0;
    for (int i = 0; i < p->vocab; i++) {
        total += fmath_exp(logits[i] - max);
    }
    p->sum += fmath_log64(total) - (double)(logits[p->tokens[position + 1]] - max);
    return true;
}

bool model_perplexity(struct model *m, const int32_t *tokens, size_t n, enum cache_format cache,
                      double *out, struct err *err) {
    struct perplexity p = {tokens, n, m->hp.vocab, 0};
    if (n < 2) {
        return err_set(err, ERR_INPUT, "a perplexity needs two tokens at least");
    }
    if (!eval_run(m, cache_row_format(m, cache), tokens, n, 0, 0, perplexity_row, &p, err)) {
        return false;
    }
    *out = fmath_exp64(p.sum / (double)(n - 1));
    return true;
}
