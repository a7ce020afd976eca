/* The forward pass: buffers, the loop over layers, and how phases are split over threads.
 * Runs on the thread that owns the forward (engine conductor, or the caller of model_eval); the
 * pool's threads work on the items of a phase.
 *
 *   embed -> for each layer: attention (forward_attn.c, forward_tiles.c), feed-forward
 *   (forward_ffn.c) -> norm of the wanted rows -> head -> logits
 *
 * A phase is a set of rows or of matrix rows, each computed by one thread in an order fixed by the
 * shapes; mat_mul promises the same bits for any split. So threads and batch change nothing but the
 * time (G3). Nothing here fails: all was validated at open, and buffers are made for rows_max. */
#include "model/fmath.h"
#include "model/forward_int.h"

/* Of a gate and up pair: rows that give a whole unit of activations, and room for the results of
 * an item, which should stay in the second-level cache. */
#define PAIR_ROWS   (2 * ACT_UNIT)
#define PAIR_FLOATS (128 * 1024)

void *forward_buffer(struct forward *f, size_t count, size_t size) {
    void *p = NULL;
    size_t bytes = 0;
    bool fits = !__builtin_mul_overflow(count, size, &bytes) && bytes < SIZE_MAX - 128;
    ASSERT(fits);
    bytes = (bytes + 127) / 64 * 64;
    int failed = posix_memalign(&p, 64, bytes);
    ASSERT(failed == 0);
    f->owned = xreallocarray(f->owned, f->n_owned + 1, sizeof *f->owned);
    f->owned[f->n_owned++] = p;
    return p;
}

/* Not touched here: pages of a buffer that is never filled cost nothing. */
static float *floats(struct forward *f, size_t rows, size_t n) {
    return forward_buffer(f, rows * n + 16, sizeof(float));
}

void forward_act_make(struct forward *f, struct act *a, size_t k, size_t rows) {
    act_init(a, forward_buffer(f, 1, act_bytes(k, rows)), k, rows);
}

/* ---- pages ---- */

static struct kv_shape shape_of(const struct model *m, enum row_format format) {
    const struct hparams *hp = &m->hp;
    struct kv_shape s = {0};
    if (hp->kv_lora > 0) {
        s.heads = 1;
        s.group = hp->heads;
        s.dim_k = hp->kv_lora + hp->rope.dim;
        s.dim_v = hp->kv_lora;
        s.k_bytes = row_bytes(format, (size_t)s.dim_k);
        s.stride = s.k_bytes;
        if (hp->index_top > 0) {
            s.index_at = s.stride;
            s.stride += row_bytes(format, (size_t)hp->index_dim);
        }
    } else {
        s.heads = hp->heads_kv;
        s.group = hp->heads / hp->heads_kv;
        s.dim_k = hp->head_k;
        s.dim_v = hp->head_v;
        s.k_bytes = row_bytes(format, (size_t)s.dim_k);
        s.v_bytes = row_bytes(format, (size_t)s.dim_v);
        s.v_at = s.k_bytes * (size_t)s.heads;
        s.stride = s.v_at + s.v_bytes * (size_t)s.heads;
    }
    s.layer_bytes = s.stride * PAGE_TOKENS;
    return s;
}

size_t forward_page_bytes(const struct model *m, enum row_format format) {
    return shape_of(m, format).layer_bytes * (size_t)m->hp.cache_layers;
}

size_t forward_state_bytes(const struct model *m) {
    return m->hp.state_floats * sizeof(float);
}

void forward_page_copy(const struct model *m, enum row_format format, uint8_t *to,
                       const uint8_t *from, int n) {
    struct kv_shape s = shape_of(m, format);
    ASSERT(n >= 0 && n <= PAGE_TOKENS);
    for (size_t i = 0; i < (size_t)m->hp.cache_layers; i++) {
        memcpy(to + i * s.layer_bytes, from + i * s.layer_bytes, s.stride * (size_t)n);
    }
}

/* ---- life ---- */

static void create_attention(struct forward *f, size_t rows) {
    const struct hparams *hp = &f->m->hp;
    size_t heads = (size_t)hp->heads, q = heads * (size_t)hp->head_k;
    bool mla = hp->kv_lora > 0;
    f->q = floats(f, rows, MAX(q, (size_t)hp->q_lora));
    f->queries = floats(f, rows, heads * (size_t)f->kv.dim_k);
    f->mixed = floats(f, rows, heads * (size_t)f->kv.dim_v);
    f->heads_out = floats(f, rows, heads * (size_t)hp->head_v);
    forward_act_make(f, &f->out, heads * (size_t)hp->head_v, rows);
    if (!mla) {
        f->kv_new = floats(f, rows, (size_t)f->kv.heads * (size_t)(f->kv.dim_k + f->kv.dim_v));
        return;
    }
    f->kv_new = floats(f, rows, (size_t)f->kv.dim_k);
    forward_act_make(f, &f->nope, (size_t)hp->nope, rows * heads);
    forward_act_make(f, &f->mix, (size_t)hp->kv_lora, rows * heads);
    f->gather = forward_buffer(f, rows * heads, sizeof *f->gather);
    if (hp->q_lora > 0) {
        forward_act_make(f, &f->q_a, (size_t)hp->q_lora, rows);
    }
    if (hp->index_top > 0) {
        f->index_q = floats(f, rows, (size_t)hp->index_heads * (size_t)hp->index_dim);
        f->index_k = floats(f, rows, (size_t)hp->index_dim);
        f->index_w = floats(f, rows, (size_t)hp->index_heads);
    }
    if (f->expanded.parts > 0) {
        f->head_queries = floats(f, rows, q);
        f->head_mixed = floats(f, rows, heads * (size_t)hp->head_v);
        f->latent_stat = floats(f, rows * heads, 2);
        f->head_stat = floats(f, rows * heads, 2);
    }
    for (size_t h = 0; h < heads; h++) {
        for (size_t r = 0; r < rows; r++) {
            f->gather[h * rows + r] = (int)(r * heads + h);
        }
    }
}

static void create_ffn(struct forward *f, size_t rows) {
    const struct hparams *hp = &f->m->hp;
    size_t ff = 0, shared = (size_t)hp->ff_expert * (size_t)hp->experts_shared;
    size_t used = (size_t)hp->experts_used, slots = rows * used;
    if (hp->dense_layers > 0) {
        ff = (size_t)hp->ff;
    }
    ff = MAX(ff, shared);
    f->identity = forward_buffer(f, MAX(slots, rows), sizeof *f->identity);
    for (size_t i = 0; i < MAX(slots, rows); i++) {
        f->identity[i] = (int)i;
    }
    if (ff > 0) {
        f->ff = floats(f, rows, 2 * ff);
        forward_act_make(f, &f->ffa, ff, rows);
    }
    if (hp->experts > 0) {
        f->router = floats(f, rows, (size_t)hp->experts);
        f->routed_ff = floats(f, slots, 2 * (size_t)hp->ff_expert);
        f->routed_out = floats(f, slots, (size_t)hp->embd);
        forward_act_make(f, &f->routed, (size_t)hp->ff_expert, slots);
        f->ids = forward_buffer(f, slots, sizeof *f->ids);
        f->weights = forward_buffer(f, slots, sizeof *f->weights);
        f->jobs = forward_buffer(f, 2 * (size_t)hp->experts + 4, sizeof *f->jobs);
        f->slot_rows = forward_buffer(f, slots, sizeof *f->slot_rows);
        f->slot_of = forward_buffer(f, slots, sizeof *f->slot_of);
        f->expert_begin = forward_buffer(f, (size_t)hp->experts + 2, sizeof *f->expert_begin);
    }
}

struct forward *forward_create(const struct model *m, struct pool *pool, enum row_format format,
                               int rows_max) {
    struct forward *f = xcalloc(1, sizeof *f);
    const struct hparams *hp = &m->hp;
    size_t rows = (size_t)rows_max, e = (size_t)hp->embd;
    ASSERT(rows_max >= 1 && !m->vocab_only);
    *f = (struct forward){.m = m, .kern = m->kern, .pool = pool, .format = format};
    f->kv = shape_of(m, format);
    f->expanded = forward_expanded_shape(m, format);
    f->rows_max = rows_max;
    f->logits_max = MIN(rows_max, 256);
    f->row = forward_buffer(f, rows, sizeof *f->row);
    f->want = forward_buffer(f, rows, sizeof *f->want);
    f->span_begin = forward_buffer(f, rows, sizeof *f->span_begin);
    f->x = floats(f, rows, e);
    f->tmp = floats(f, rows, e);
    f->rope_cos = floats(f, rows, (size_t)hp->rope.dim / 2);
    f->rope_sin = floats(f, rows, (size_t)hp->rope.dim / 2);
    forward_act_make(f, &f->h, e, rows);
    forward_act_make(f, &f->head, e, (size_t)f->logits_max);
    f->logits = floats(f, (size_t)f->logits_max, (size_t)hp->vocab);
    create_attention(f, rows);
    forward_kda_create(f);
    create_ffn(f, rows);
    f->scratch = xcalloc((size_t)pool_threads(pool), sizeof *f->scratch);
    size_t queries = MAX((size_t)TILE_QUERIES, (size_t)f->kv.group);
    size_t wide = MAX(e, (size_t)hp->heads * (size_t)MAX(hp->head_v, hp->head_k));
    for (int i = 0; i < pool_threads(pool); i++) {
        f->scratch[i].scores = floats(f, queries, TILE_TOKENS);
        size_t result = MAX(result_stride(&f->kv), result_stride(&f->expanded.kv));
        f->scratch[i].tile = floats(f, queries, result);
        f->scratch[i].groups = floats(f, queries, result);
        f->scratch[i].stat = floats(f, queries, 4);
        f->scratch[i].route = floats(f, 1, (size_t)hp->experts);
        f->scratch[i].pair = floats(f, 1, PAIR_FLOATS);
        f->scratch[i].tiles.memory = forward_buffer(f, 1, MAT_TILES_BYTES);
        f->scratch[i].row = floats(f, 1, MAX(wide, (size_t)f->kv.dim_k));
        f->scratch[i].kda = floats(f, 4, (size_t)hp->kda_dim);
        f->scratch[i].expand = floats(f, 1, forward_expand_floats(f));
    }
    return f;
}

void forward_destroy(struct forward *f) {
    if (f == NULL) {
        return;
    }
    for (size_t i = 0; i < f->n_owned; i++) {
        free(f->owned[i]);
    }
    free(f->owned);
    free(f->scratch);
    free(f->partial);
    free(f->index.scores);
    free(f->index.heap);
    free(f->index.gathered);
    free(f->items);
    free(f);
}

int forward_rows_max(const struct forward *f) {
    return f->rows_max;
}

int forward_logits_max(const struct forward *f) {
    return f->logits_max;
}

const float *forward_logits(const struct forward *f, int i) {
    ASSERT(i >= 0 && i < f->wanted);
    return f->logits + (size_t)i * (size_t)f->m->hp.vocab;
}

/* ---- phases ---- */

struct rows_run {
    struct forward *f;
    void (*fn)(struct forward *f, int row, int thread, const void *arg);
    const void *arg;
    int n, piece;
};

static void rows_item(void *arg, int item, int thread) {
    const struct rows_run *run = arg;
    int end = MIN(run->n, (item + 1) * run->piece);
    for (int i = item * run->piece; i < end; i++) {
        run->fn(run->f, i, thread, run->arg);
    }
}

void forward_rows(struct forward *f, int n, uint64_t cost_row,
                  void (*fn)(struct forward *f, int row, int thread, const void *arg),
                  const void *arg) {
    int threads = pool_threads(f->pool);
    int piece = MAX(1, n / (threads * 4));
    struct rows_run run = {f, fn, arg, n, piece};
    pool_run(f->pool, (n + piece - 1) / piece, cost_row * (uint64_t)n, rows_item, &run);
}

struct jobs_run {
    struct forward *f;
    const struct job *jobs;
};

static void jobs_item(void *arg, int item, int thread) {
    const struct jobs_run *run = arg;
    const struct forward *f = run->f;
    const struct item *it = &f->items[item];
    const struct job *j = &run->jobs[it->job];
    struct scratch *s = &f->scratch[thread];
    const int *rows = (j->rows != NULL ? j->rows : f->identity) + it->from;
    size_t begin = (size_t)it->begin, n = (size_t)it->end - begin, stride = j->stride;
    float *dst = j->dst + (size_t)it->from * stride + begin;
    if (j->into != NULL) {
        dst = s->pair;
        stride = n;
    }
    s->tiles.ready =
        s->tiles.ready && s->phase == f->phase && s->job == it->job && s->from == it->from;
    s->phase = f->phase;
    s->job = it->job;
    s->from = it->from;
    mat_mul_tiles(f->kern, &s->tiles, j->w, j->expert, j->a, rows, (size_t)it->m, dst, stride,
                  begin, begin + n);
    const float *gate_bias = j->gate_bias != NULL ? j->gate_bias + begin / 2 : NULL;
    const float *up_bias = j->up_bias != NULL ? j->up_bias + begin / 2 : NULL;
    for (int i = 0; j->into != NULL && i < it->m; i++, dst += n) {
        forward_activate(f, dst, n / 2, true, gate_bias, up_bias);
        act_put_part(f->kern, j->into, (size_t)(j->into_row + it->from + i), begin / 2, n / 2, dst,
                     j->into_forms);
    }
}

/* Vectors of an item: about the same number in each, a multiple of what a kernel takes. */
static int item_vectors(const struct job *j) {
    int parts = j->m / (MAT_TILES_VECTORS + 1) + 1;
    return MIN(((j->m + parts - 1) / parts + 15) / 16 * 16, MAT_TILES_VECTORS);
}

/* Matrix rows of an item of m vectors and about `most` multiply-adds. */
static int item_rows(const struct job *j, int m, uint64_t most) {
    uint64_t unit = j->into != NULL ? PAIR_ROWS : MAT_PANEL;
    uint64_t rows = (most / ((uint64_t)m * j->w->k) + unit) / unit * unit;
    if (j->into != NULL) {
        rows = MIN(rows, (uint64_t)(PAIR_FLOATS / m / PAIR_ROWS * PAIR_ROWS));
    }
    return (int)MIN(rows, (uint64_t)INT32_MAX);
}

static void add_item(struct forward *f, struct item it) {
    if (f->n_items == f->cap_items) {
        f->cap_items = MAX(256, f->cap_items * 2);
        f->items = xreallocarray(f->items, (size_t)f->cap_items, sizeof *f->items);
    }
    f->items[f->n_items++] = it;
}

/* Cuts each job into items, each about half of what is left for a thread (guided self-scheduling,
 * Polychronopoulos and Kuck, 1987): long ones, which stream their weights well, then shorter and
 * shorter ones, so that a slow thread is helped and all end together. Those of the same vectors
 * follow each other, so that a thread seldom packs any twice. */
static void cut_jobs(struct forward *f, const struct job *jobs, int n, uint64_t cost) {
    uint64_t threads = (uint64_t)pool_threads(f->pool), least = cost / (threads * 48), left = cost;
    f->n_items = 0;
    for (int i = 0; i < n; i++) {
        const struct job *j = &jobs[i];
        int rows = (int)j->w->n, step = 0, vectors = item_vectors(j);
        for (int from = 0; from < j->m; from += vectors) {
            int m = MIN(vectors, j->m - from);
            for (int begin = 0; begin < rows; begin += step) {
                step = MIN(item_rows(j, m, MAX(left / (threads * 2), least)), rows - begin);
                left -= MIN(left, (uint64_t)m * j->w->k * (uint64_t)step);
                add_item(f, (struct item){i, begin, begin + step, from, m});
            }
        }
    }
}

struct job forward_job(const struct forward *f, const struct mat *w, const struct act *a,
                       float *dst, size_t stride) {
    return (struct job){.w = w, .a = a, .m = f->rows, .dst = dst, .stride = stride};
}

void forward_jobs(struct forward *f, const struct job *jobs, int n) {
    uint64_t cost = 0;
    for (int i = 0; i < n; i++) {
        cost += (uint64_t)jobs[i].m * jobs[i].w->k * jobs[i].w->n;
    }
    f->phase++;
    cut_jobs(f, jobs, n, cost);
    struct jobs_run run = {f, jobs};
    pool_run(f->pool, f->n_items, cost, jobs_item, &run);
}

void forward_norm(const struct forward *f, float *y, const float *x, const float *w, size_t n) {
    float mean = vec_dot(f->kern, x, x, n) / (float)n;
    float scale = 1.0f / fmath_sqrt(mean + f->m->hp.eps);
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] * scale * w[i];
    }
}

static void add_bias(float *x, const float *bias, size_t step, size_t n) {
    for (size_t i = 0; bias != NULL && i < n; i += MAT_PANEL, x += step) {
        for (size_t j = 0; j < MIN(n - i, (size_t)MAT_PANEL); j++) {
            x[j] += bias[i + j];
        }
    }
}

void forward_activate(const struct forward *f, float *x, size_t n, bool interleaved,
                      const float *gate_bias, const float *up_bias) {
    size_t step = interleaved ? 2 * MAT_PANEL : MAT_PANEL;
    float *up = interleaved ? x + MAT_PANEL : x + n;
    add_bias(x, gate_bias, step, n);
    add_bias(up, up_bias, step, n);
    if (f->m->hp.act == ACT_SWIGLU_CLAMPED) {
        fmath_swiglu_clamped(x, x, up, step, n);
    } else {
        fmath_swiglu(x, x, up, step, n);
    }
}

void forward_rotate(const struct forward *f, int row, float *head, bool neox) {
    int half = f->m->hp.rope.dim / 2;
    const float *c = f->rope_cos + (size_t)row * (size_t)half;
    const float *s = f->rope_sin + (size_t)row * (size_t)half;
    for (int i = 0; i < half; i++) {
        float *a = neox ? &head[i] : &head[2 * i];
        float *b = neox ? &head[i + half] : &head[2 * i + 1];
        float x = *a, y = *b;
        *a = x * c[i] - y * s[i];
        *b = x * s[i] + y * c[i];
    }
}

static void embed_row(struct forward *f, int row, int thread, const void *arg) {
    const struct rope *rope = &f->m->hp.rope;
    size_t e = (size_t)f->m->hp.embd;
    int half = rope->dim / 2;
    (void)thread;
    (void)arg;
    mat_row(&f->m->embd, 0, (size_t)f->row[row].token, f->x + (size_t)row * e);
    for (int i = 0; i < half; i++) {
        double s, c;
        fmath_sincos64((double)f->row[row].position * rope->freq[i], &s, &c);
        f->rope_cos[row * half + i] = (float)c * rope->magnitude;
        f->rope_sin[row * half + i] = (float)s * rope->magnitude;
    }
}

static void head_row(struct forward *f, int i, int thread, const void *arg) {
    size_t e = (size_t)f->m->hp.embd;
    float *h = f->scratch[thread].row;
    (void)arg;
    forward_norm(f, h, f->x + (size_t)f->want[i] * e, f->m->output_norm, e);
    act_put(f->kern, &f->head, (size_t)i, h, ACT_FOR(f->m->head.type));
}

static void lay_out(struct forward *f, const struct span *spans, int n_spans) {
    f->rows = f->wanted = 0;
    f->spans = n_spans;
    f->any_expanded = false;
    for (int s = 0; s < n_spans; s++) {
        f->span_begin[s] = f->rows;
        for (int i = 0; i < spans[s].n; i++) {
            ASSERT(f->rows < f->rows_max);
            ASSERT(spans[s].tokens[i] >= 0 && spans[s].tokens[i] < f->m->hp.vocab);
            if (i >= spans[s].logits_from) {
                ASSERT(f->wanted < f->logits_max);
                f->want[f->wanted++] = f->rows;
            }
            f->row[f->rows++] = (struct batch_row){.span = &spans[s],
                                                   .token = spans[s].tokens[i],
                                                   .position = spans[s].position + i,
                                                   .expanded = spans[s].shared / TILE_TOKENS};
        }
        ASSERT(f->m->hp.state_floats == 0 || spans[s].state != NULL);
        ASSERT(spans[s].shared % TILE_TOKENS == 0 && spans[s].shared <= spans[s].position);
        ASSERT(spans[s].shared == 0 || f->expanded.parts > 0);
        f->any_expanded = f->any_expanded || spans[s].shared > 0;
    }
}

void forward_run(struct forward *f, const struct span *spans, int n_spans) {
    lay_out(f, spans, n_spans);
    forward_rows(f, f->rows, (uint64_t)f->m->hp.embd * 2, embed_row, NULL);
    for (int i = 0; i < f->m->hp.layers; i++) {
        forward_attention(f, i);
        forward_ffn(f, i);
    }
    if (f->wanted == 0) {
        return;
    }
    forward_rows(f, f->wanted, (uint64_t)f->m->hp.embd * 3, head_row, NULL);
    struct job job = {.w = &f->m->head,
                      .a = &f->head,
                      .m = f->wanted,
                      .dst = f->logits,
                      .stride = (size_t)f->m->hp.vocab};
    forward_jobs(f, &job, 1);
}
