/* Attention: projections, rotation, writing keys and values into the pages, and the way back.
 * Runs in forward_run's thread with phases on the pool; touches the batch's rows and the page rows
 * that the batch owns.
 *
 *   gqa: norm -> q, k, v -> (bias, head norm, rotation) -> cache -> tiles -> output
 *   mla: norm -> q (or q_a, norm, q_b) and kv_a -> latent norm, rotation -> cache
 *        -> each head's query mapped into the latent space (k_b) -> tiles -> v_b per head -> output
 *
 * MLA is computed in the absorbed form: one key head whose rows are the cached [latent | rotated]
 * numbers and whose values are the latents themselves, so both kinds meet in forward_tiles. Of a
 * prefix that the span declares shared, keys and values are read by head as forward_expand.c made
 * them; by position, never by load, which would change bits.
 *
 *   kda: norm -> forward_kda.c -> output
 *
 * Sparse mla: an indexer chooses the positions that a query reads (forward_index.c).
 *
 * Queries and results are laid out [key head][row][query of the group], so that the queries that
 * read the same keys are neighbours. */
#include "model/fmath.h"
#include "model/forward_int.h"

static const struct layer *layer_of(const struct forward *f, const void *arg) {
    return &f->m->layers[*(const int *)arg];
}

static uint8_t *cache_row(const struct forward *f, int row, int layer) {
    const struct batch_row *r = &f->row[row];
    uint8_t *page = r->span->pages[r->position / PAGE_TOKENS];
    return page + (size_t)f->m->layers[layer].cache * f->kv.layer_bytes +
           (size_t)(r->position % PAGE_TOKENS) * f->kv.stride;
}

/* Its row is in the cache already, and others may be reading it. */
static bool is_replayed(const struct forward *f, int row) {
    const struct batch_row *r = &f->row[row];
    return r->position < r->span->position + r->span->replayed;
}

/* Place of (key head, row, query) in queries and mixed, in rows of dim numbers. */
static size_t place(const struct forward *f, int head, int row) {
    int g = f->kv.group;
    return ((size_t)(head / g) * (size_t)f->rows + (size_t)row) * (size_t)g + (size_t)(head % g);
}

static void norm_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    size_t e = (size_t)f->m->hp.embd;
    float *h = f->scratch[thread].row;
    forward_norm(f, h, f->x + (size_t)row * e, l->attn_norm, e);
    act_put(f->kern, &f->h, (size_t)row, h,
            forms_of(&l->q, &l->q_a) | forms_of(&l->k, &l->v) | forms_of(&l->kv_a, &l->beta) |
                forms_of(&l->f_a, &l->g_a) | forms_of(&l->index_k, &l->index_w));
}

static void add_bias(float *x, const float *bias, size_t n) {
    for (size_t i = 0; bias != NULL && i < n; i++) {
        x[i] += bias[i];
    }
}

/* ---- gqa ---- */

static void gqa_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    const struct hparams *hp = &f->m->hp;
    size_t dk = (size_t)hp->head_k, dv = (size_t)hp->head_v;
    float *q = f->q + (size_t)row * (size_t)hp->heads * dk;
    float *k = f->kv_new + (size_t)row * (size_t)hp->heads_kv * (dk + dv);
    float *v = k + (size_t)hp->heads_kv * dk;
    uint8_t *cache = cache_row(f, row, *(const int *)arg);
    (void)thread;
    add_bias(q, l->q_bias, (size_t)hp->heads * dk);
    add_bias(k, l->k_bias, (size_t)hp->heads_kv * dk);
    add_bias(v, l->v_bias, (size_t)hp->heads_kv * dv);
    for (int h = 0; h < hp->heads; h++) {
        float *head = q + (size_t)h * dk;
        if (l->q_norm != NULL) {
            forward_norm(f, head, head, l->q_norm, dk);
        }
        forward_rotate(f, row, head, hp->rope.neox);
        memcpy(f->queries + place(f, h, row) * dk, head, dk * sizeof *head);
    }
    for (int h = 0; h < hp->heads_kv; h++) {
        float *head = k + (size_t)h * dk;
        if (l->k_norm != NULL) {
            forward_norm(f, head, head, l->k_norm, dk);
        }
        forward_rotate(f, row, head, hp->rope.neox);
        if (!is_replayed(f, row)) {
            row_put(f->kern, f->format, head, dk, cache + f->kv.k_bytes * (size_t)h);
            row_put(f->kern, f->format, v + (size_t)h * dv, dv,
                    cache + f->kv.v_at + f->kv.v_bytes * (size_t)h);
        }
    }
}

static void gqa_in(struct forward *f, int layer) {
    const struct layer *l = &f->m->layers[layer];
    const struct hparams *hp = &f->m->hp;
    size_t dk = (size_t)hp->head_k, dv = (size_t)hp->head_v;
    size_t new = (size_t)hp->heads_kv *(dk + dv);
    struct job jobs[3] = {
        forward_job(f, &l->q, &f->h, f->q, (size_t)hp->heads * dk),
        forward_job(f, &l->k, &f->h, f->kv_new, new),
        forward_job(f, &l->v, &f->h, f->kv_new + (size_t)hp->heads_kv * dk, new),
    };
    forward_jobs(f, jobs, 3);
    forward_rows(f, f->rows, (uint64_t)hp->heads * dk * 8, gqa_row, &layer);
}

static void gqa_out_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    size_t dv = (size_t)f->m->hp.head_v;
    float *all = f->scratch[thread].row;
    for (int h = 0; h < f->m->hp.heads; h++) {
        memcpy(all + (size_t)h * dv, f->mixed + place(f, h, row) * dv, dv * sizeof *all);
    }
    act_put(f->kern, &f->out, (size_t)row, all, ACT_FOR(l->o.type));
}

/* ---- mla ---- */

static void q_a_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    size_t n = (size_t)f->m->hp.q_lora;
    float *h = f->scratch[thread].row;
    forward_norm(f, h, f->q + (size_t)row * n, l->q_a_norm, n);
    act_put(f->kern, &f->q_a, (size_t)row, h, forms_of(&l->q_b, &l->index_q));
}

static void mla_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    const struct hparams *hp = &f->m->hp;
    size_t r = (size_t)hp->kv_lora, nope = (size_t)hp->nope, dk = (size_t)f->kv.dim_k;
    size_t rope = (size_t)hp->rope.dim;
    float *kv = f->kv_new + (size_t)row * dk;
    (void)thread;
    forward_norm(f, kv, kv, l->kv_a_norm, r);
    forward_rotate(f, row, kv + r, hp->rope.neox);
    uint8_t *cache = cache_row(f, row, *(const int *)arg);
    if (!is_replayed(f, row)) {
        row_put(f->kern, f->format, kv, dk, cache);
    }
    if (hp->index_top > 0) {
        forward_index_row(f, row, *(const int *)arg, is_replayed(f, row) ? NULL : cache);
    }
    for (int h = 0; h < hp->heads; h++) {
        size_t at = (size_t)row * (size_t)hp->heads + (size_t)h;
        float *q = f->q + at * (size_t)hp->head_k;
        forward_rotate(f, row, q + nope, hp->rope.neox);
        memcpy(f->queries + at * dk + r, q + nope, rope * sizeof *q);
        if (f->row[row].expanded > 0) {
            memcpy(f->head_queries + ((size_t)h * (size_t)f->rows + (size_t)row) * (nope + rope), q,
                   (nope + rope) * sizeof *q);
        }
        act_put(f->kern, &f->nope, at, q, ACT_FOR(l->k_b.type));
    }
}

/* One job a head: matrices `w` from acts `a` into dst, whose rows are [row][head][n]. */
static void head_jobs(struct forward *f, const struct mat *w, const struct act *a, float *dst,
                      size_t n) {
    int heads = f->m->hp.heads;
    AUTO_FREE struct job *jobs = xcalloc((size_t)heads, sizeof *jobs);
    for (int h = 0; h < heads; h++) {
        jobs[h] = forward_job(f, w, a, dst + (size_t)h * n, (size_t)heads * n);
        jobs[h].expert = (size_t)h;
        jobs[h].rows = f->gather + (size_t)h * (size_t)f->rows_max;
    }
    forward_jobs(f, jobs, heads);
}

static void mla_in(struct forward *f, int layer) {
    const struct layer *l = &f->m->layers[layer];
    const struct hparams *hp = &f->m->hp;
    size_t q = (size_t)hp->heads * (size_t)hp->head_k, dk = (size_t)f->kv.dim_k;
    size_t index_q = (size_t)hp->index_heads * (size_t)hp->index_dim;
    bool lora = l->q.k == 0, index = hp->index_top > 0;
    struct job jobs[4] = {
        lora ? forward_job(f, &l->q_a, &f->h, f->q, (size_t)hp->q_lora)
             : forward_job(f, &l->q, &f->h, f->q, q),
        forward_job(f, &l->kv_a, &f->h, f->kv_new, dk),
        forward_job(f, &l->index_k, &f->h, f->index_k, (size_t)hp->index_dim),
        forward_job(f, &l->index_w, &f->h, f->index_w, (size_t)hp->index_heads),
    };
    forward_jobs(f, jobs, index ? 4 : 2);
    if (lora) {
        forward_rows(f, f->rows, (uint64_t)hp->q_lora * 4, q_a_row, &layer);
        struct job second[2] = {forward_job(f, &l->q_b, &f->q_a, f->q, q),
                                forward_job(f, &l->index_q, &f->q_a, f->index_q, index_q)};
        forward_jobs(f, second, index ? 2 : 1);
    }
    forward_rows(f, f->rows, (uint64_t)q * 4, mla_row, &layer);
    head_jobs(f, &l->k_b, &f->nope, f->queries, dk);
}

static void mla_out_row(struct forward *f, int row, int thread, const void *arg) {
    const struct layer *l = layer_of(f, arg);
    size_t n = (size_t)f->m->hp.heads * (size_t)f->m->hp.head_v;
    (void)thread;
    forward_join_expanded(f, row);
    act_put(f->kern, &f->out, (size_t)row, f->heads_out + (size_t)row * n, ACT_FOR(l->o.type));
}

/* ---- both ---- */

struct add_arg {
    const float *bias;
};

static void add_row(struct forward *f, int row, int thread, const void *arg) {
    const struct add_arg *a = arg;
    size_t e = (size_t)f->m->hp.embd;
    float *x = f->x + (size_t)row * e;
    const float *y = f->tmp + (size_t)row * e;
    (void)thread;
    add_bias(x, a->bias, e);
    for (size_t i = 0; i < e; i++) {
        x[i] += y[i];
    }
}

void forward_attention(struct forward *f, int layer) {
    const struct layer *l = &f->m->layers[layer];
    const struct hparams *hp = &f->m->hp;
    uint64_t e = (uint64_t)hp->embd, o = (uint64_t)hp->heads * (uint64_t)hp->head_v;
    forward_rows(f, f->rows, e * 4, norm_row, &layer);
    if (l->attn == ATTN_MLA) {
        mla_in(f, layer);
        forward_tiles(f, layer);
        head_jobs(f, &l->v_b, &f->mix, f->heads_out, (size_t)hp->head_v);
        forward_rows(f, f->rows, o * 2, mla_out_row, &layer);
    } else if (l->attn == ATTN_KDA) {
        forward_kda(f, layer);
    } else {
        gqa_in(f, layer);
        forward_tiles(f, layer);
        forward_rows(f, f->rows, o * 3, gqa_out_row, &layer);
    }
    struct job job = forward_job(f, &l->o, &f->out, f->tmp, e);
    forward_jobs(f, &job, 1);
    struct add_arg arg = {l->o_bias};
    forward_rows(f, f->rows, e * 2, add_row, &arg);
}
