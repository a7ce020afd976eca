/* Sparse attention: which cached positions a query reads (DeepSeek-V3.2, "lightning indexer"). Runs
 * in forward_run's thread with phases on the pool; touches the batch's rows and buffers of their
 * own.
 *
 *   I(t) = sum over the indexer's heads of w_h relu(q_h . k_t), for t <= position
 *
 * and the `index_top` positions of the largest are read; a row of fewer positions reads all of
 * them, and no score is made. k_t, one vector for all heads, stands behind the cache row of its
 * position. The chosen rows are copied together, in order, and then read by tiles like any others
 * (forward_tiles.c): a copy costs a tenth of reading it with many heads.
 *
 * Scores are sums in the order of heads, and the choice looks at nothing else, so it depends on the
 * sequence alone (G3). A score that is no number counts as the lowest. */
#include "model/fmath.h"
#include "model/forward_int.h"

bool forward_chooses(const struct forward *f, int row) {
    return f->m->hp.index_top > 0 && f->row[row].position >= f->m->hp.index_top;
}

/* y = (x - mean) / deviation * w + b, in place */
static void layer_norm(float *x, const float *w, const float *b, size_t n) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)x[i];
    }
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        squares += ((double)x[i] - mean) * ((double)x[i] - mean);
    }
    float scale = 1.0f / fmath_sqrt((float)(squares / (double)n) + 1e-6f);
    for (size_t i = 0; i < n; i++) {
        x[i] = (x[i] - (float)mean) * scale * w[i] + b[i];
    }
}

void forward_index_row(struct forward *f, int row, int layer, uint8_t *cache) {
    const struct layer *l = &f->m->layers[layer];
    const struct hparams *hp = &f->m->hp;
    size_t dim = (size_t)hp->index_dim, heads = (size_t)hp->index_heads;
    float *k = f->index_k + (size_t)row * dim, *q = f->index_q + (size_t)row * heads * dim;
    layer_norm(k, l->index_norm, l->index_norm_bias, dim);
    forward_rotate(f, row, k, true);
    if (cache != NULL) {
        row_put(f->kern, f->format, k, dim, cache + f->kv.index_at);
    }
    for (size_t h = 0; h < heads; h++) {
        forward_rotate(f, row, q + h * dim, true);
        attn_prepare(f->kern, f->format, q + h * dim, dim);
    }
}

struct gather {
    struct forward *f;
    int layer, begin, end;
    int64_t tiles; /* of the row that has most */
};

static float *scores_of(const struct gather *g, int row) {
    return g->f->index.scores + (size_t)(row - g->begin) * (size_t)g->tiles * TILE_TOKENS;
}

static const uint8_t *page_of(const struct gather *g, int row, int64_t page) {
    return g->f->row[row].span->pages[page] +
           (size_t)g->f->m->layers[g->layer].cache * g->f->kv.layer_bytes;
}

/* Scores of the positions of a page. */
static void page_scores(const struct gather *g, int row, int64_t page, float *dots, float *out) {
    const struct forward *f = g->f;
    const struct hparams *hp = &f->m->hp;
    size_t heads = (size_t)hp->index_heads, dim = (size_t)hp->index_dim;
    const float *w = f->index_w + (size_t)row * heads;
    float scale = 1.0f / fmath_sqrt((float)(heads * dim));
    size_t n = (size_t)MIN(f->row[row].position + 1 - page * PAGE_TOKENS, (int64_t)PAGE_TOKENS);
    attn_dot(f->kern, f->format, page_of(g, row, page) + f->kv.index_at, f->kv.stride, n, dim,
             f->index_q + (size_t)row * heads * dim, dim, heads, dots, PAGE_TOKENS, NULL);
    memset(out, 0, n * sizeof *out);
    for (size_t h = 0; h < heads; h++) {
        for (size_t t = 0; t < n; t++) {
            float dot = dots[h * PAGE_TOKENS + t];
            out[t] += w[h] * scale * (dot > 0 ? dot : 0.0f);
        }
    }
}

static void score_item(void *arg, int item, int thread) {
    const struct gather *g = arg;
    int row = g->begin + (int)(item / g->tiles);
    int64_t page = item % g->tiles * (TILE_TOKENS / PAGE_TOKENS);
    int64_t end = g->f->row[row].position / PAGE_TOKENS + 1;
    for (int i = 0; forward_chooses(g->f, row) && i < TILE_TOKENS / PAGE_TOKENS; i++, page++) {
        if (page < end) {
            page_scores(g, row, page, g->f->scratch[thread].scores,
                        scores_of(g, row) + page * PAGE_TOKENS);
        }
    }
}

/* The smallest of the chosen is heap[0]. Puts t into the hole at `top`: the hole sinks to the end
 * along the smaller children, t rises from there (Floyd). */
static void heap_put(const float *scores, int32_t *heap, size_t n, size_t top, int32_t t) {
    size_t hole = top, child;
    while ((child = 2 * hole + 2) <= n) {
        if (child == n || scores[heap[child]] > scores[heap[child - 1]]) {
            child--;
        }
        heap[hole] = heap[child];
        hole = child;
    }
    for (; hole > top && scores[heap[(hole - 1) / 2]] > scores[t]; hole = (hole - 1) / 2) {
        heap[hole] = heap[(hole - 1) / 2];
    }
    heap[hole] = t;
}

/* The n positions of the largest of `all` scores. Of equal ones those that a heap of the first n
 * keeps which only larger ones enter: so does llama.cpp, and logits can be compared with its. */
static void choose(float *scores, int64_t all, int32_t *heap, size_t n) {
    for (int64_t t = 0; t < all; t++) {
        scores[t] = scores[t] == scores[t] ? scores[t] : -__builtin_inff();
    }
    for (size_t i = 0; i < n; i++) {
        heap[i] = (int32_t)i;
    }
    for (size_t i = n / 2; i-- > 0;) {
        heap_put(scores, heap, n, i, heap[i]);
    }
    for (int64_t t = (int64_t)n; t < all; t++) {
        if (scores[t] > scores[heap[0]]) {
            heap_put(scores, heap, n, 0, (int32_t)t);
        }
    }
}

/* Copies what a row reads together, in the order of positions. */
static void gather_item(void *arg, int item, int thread) {
    const struct gather *g = arg;
    struct forward *f = g->f;
    int row = g->begin + item;
    struct batch_row *r = &f->row[row];
    size_t top = (size_t)f->m->hp.index_top, stride = f->kv.stride, n = 0;
    uint8_t *to = f->index.gathered + (size_t)item * top * stride;
    float *scores = scores_of(g, row);
    int32_t *heap = f->index.heap + (size_t)item * top;
    (void)thread;
    if (!forward_chooses(f, row)) {
        return;
    }
    choose(scores, r->position + 1, heap, top);
    for (size_t i = 0; i < top; i++) {
        scores[heap[i]] = __builtin_nanf(""); /* no other is: a mark */
    }
    for (int64_t t = 0; t <= r->position; t++) {
        if (scores[t] != scores[t]) {
            memcpy(to + n++ * stride,
                   page_of(g, row, t / PAGE_TOKENS) + (size_t)(t % PAGE_TOKENS) * stride,
                   f->kv.k_bytes);
        }
    }
    ASSERT(n == top);
    r->gathered = to;
    r->n_gathered = (int64_t)top;
}

void forward_gather(struct forward *f, int layer, int begin, int end) {
    const struct hparams *hp = &f->m->hp;
    struct gather g = {f, layer, begin, end, 0};
    ASSERT(end - begin <= INDEX_ROWS);
    for (int r = begin; r < end; r++) {
        g.tiles = MAX(g.tiles, f->row[r].position / TILE_TOKENS + 1);
    }
    size_t items = (size_t)(end - begin) * (size_t)g.tiles, floats = items * TILE_TOKENS;
    size_t chosen = INDEX_ROWS * (size_t)hp->index_top;
    if (f->index.heap == NULL) { /* now that a sequence is that long */
        f->index.heap = xcalloc(chosen, sizeof *f->index.heap);
        f->index.gathered = xcalloc(chosen, f->kv.stride);
    }
    if (floats > f->index.floats) {
        free(f->index.scores);
        f->index.scores = xcalloc(floats, sizeof *f->index.scores);
        f->index.floats = floats;
    }
    uint64_t numbers = (uint64_t)hp->index_heads * (uint64_t)hp->index_dim;
    pool_run(f->pool, (int)items, floats * numbers, score_item, &g);
    pool_run(f->pool, end - begin,
             (uint64_t)(end - begin) * f->kv.k_bytes * (uint64_t)hp->index_top, gather_item, &g);
}
