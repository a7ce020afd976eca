/* Expanded latents: each head's keys and values of a page's positions, made once from the latents
 * that the page holds, for a prefix that many sequences read. forward_expand runs on the thread
 * that owns the forward, its items on the pool; an item fills its head's units.
 *
 *   key   = [ sum over r of latent[r] * k_b[r] | rotated ]     value = v_b * latent
 *
 * With MLA absorbed, a head and position costs kv_lora + rope.dim + kv_lora products (1088 for
 * DeepSeek's shapes), expanded head_k + head_v (320), but a page is then heads times as wide (nine
 * times the bytes for V2-Lite). So this pays when several rows read a page together. The weights
 * are taken as floats, so nothing is rounded but the result, to the cache's format.
 *
 * A row reads its first tiles expanded and the rest absorbed; forward_join_expanded merges the two
 * results of a head as tiles are merged, the expanded one on the left. Everything depends on the
 * page's bytes alone (G3). */
#include "model/fmath.h"
#include "model/forward_int.h"

struct expanded_shape forward_expanded_shape(const struct model *m, enum row_format format) {
    const struct hparams *hp = &m->hp;
    struct expanded_shape s = {0};
    bool fits =
        format != ROW_Q8 || (row_fits_q8((size_t)hp->head_k) && row_fits_q8((size_t)hp->head_v));
    if (hp->kv_lora == 0 || !fits || hp->index_top > 0 || hp->state_floats > 0) {
        return s;
    }
    size_t k = row_bytes(format, (size_t)hp->head_k), v = row_bytes(format, (size_t)hp->head_v);
    size_t units = (size_t)hp->layers * (size_t)hp->heads;
    s.unit_bytes = (k + v) * PAGE_TOKENS;
    s.units_part = forward_page_bytes(m, format) / s.unit_bytes;
    if (s.units_part == 0) {
        return s;
    }
    s.parts = (units + s.units_part - 1) / s.units_part;
    s.kv = (struct kv_shape){.k_bytes = k,
                             .v_bytes = v,
                             .v_at = k,
                             .stride = k + v,
                             .heads = hp->heads,
                             .group = 1,
                             .dim_k = hp->head_k,
                             .dim_v = hp->head_v};
    return s;
}

size_t forward_expanded_parts(const struct model *m, enum row_format format) {
    return forward_expanded_shape(m, format).parts;
}

/* What an item works in: the head's two matrices, a page's latents, keys and values. */
struct work {
    float *k_b, *v_b, *latents, *keys, *values;
};

static size_t work_floats(const struct forward *f, float *at, struct work *w) {
    const struct hparams *hp = &f->m->hp;
    size_t r = (size_t)hp->kv_lora, n = 0;
    const size_t sizes[] = {r * (size_t)hp->nope, r * (size_t)hp->head_v,
                            PAGE_TOKENS * (size_t)f->kv.dim_k, PAGE_TOKENS * (size_t)hp->head_k,
                            PAGE_TOKENS * (size_t)hp->head_v};
    float **const parts[] = {&w->k_b, &w->v_b, &w->latents, &w->keys, &w->values};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        *parts[i] = at == NULL ? NULL : at + n;
        n += (sizes[i] + 15) / 16 * 16;
    }
    return n;
}

size_t forward_expand_floats(const struct forward *f) {
    struct work w;
    return f->expanded.parts > 0 ? work_floats(f, NULL, &w) : 0;
}

struct expand_run {
    struct forward *f;
    uint8_t *const *pages;
    uint8_t *const *const *expanded;
    size_t n;
};

static void expand_page(const struct forward *f, const struct work *w, const uint8_t *latents,
                        uint8_t *unit) {
    const struct hparams *hp = &f->m->hp;
    const struct kv_shape *to = &f->expanded.kv;
    size_t r = (size_t)hp->kv_lora, nope = (size_t)hp->nope, rope = (size_t)hp->rope.dim;
    size_t dim = (size_t)f->kv.dim_k, dk = (size_t)hp->head_k, dv = (size_t)hp->head_v;
    const void *rows = w->k_b;
    for (size_t t = 0; t < PAGE_TOKENS; t++) {
        row_get(f->format, latents + t * f->kv.stride, dim, w->latents + t * dim);
        memcpy(w->keys + t * dk + nope, w->latents + t * dim + r, rope * sizeof *w->keys);
    }
    attn_sum(f->kern, ROW_F32, &rows, 1, nope * sizeof(float), r, nope, w->latents, dim,
             PAGE_TOKENS, w->keys, dk, true);
    attn_dot(f->kern, ROW_F32, w->v_b, r * sizeof(float), dv, r, w->latents, dim, PAGE_TOKENS,
             w->values, dv, NULL);
    for (size_t t = 0; t < PAGE_TOKENS; t++) {
        row_put(f->kern, f->format, w->keys + t * dk, dk, unit + t * to->stride);
        row_put(f->kern, f->format, w->values + t * dv, dv, unit + t * to->stride + to->v_at);
    }
}

static void expand_item(void *arg, int item, int thread) {
    const struct expand_run *run = arg;
    struct forward *f = run->f;
    const struct hparams *hp = &f->m->hp;
    int layer = item / hp->heads, head = item % hp->heads;
    const struct layer *l = &f->m->layers[layer];
    struct work w;
    (void)work_floats(f, f->scratch[thread].expand, &w);
    for (size_t i = 0; i < (size_t)hp->kv_lora; i++) {
        mat_row(&l->k_b, (size_t)head, i, w.k_b + i * (size_t)hp->nope);
    }
    for (size_t i = 0; i < (size_t)hp->head_v; i++) {
        mat_row(&l->v_b, (size_t)head, i, w.v_b + i * (size_t)hp->kv_lora);
    }
    for (size_t i = 0; i < run->n; i++) {
        expand_page(f, &w, run->pages[i] + (size_t)layer * f->kv.layer_bytes,
                    expanded_unit(&f->expanded, run->expanded[i], layer, hp->heads, head));
    }
}

void forward_expand(struct forward *f, uint8_t *const *pages, uint8_t *const *const *expanded,
                    size_t n) {
    const struct hparams *hp = &f->m->hp;
    struct expand_run run = {f, pages, expanded, n};
    ASSERT(f->expanded.parts > 0);
    uint64_t products = (uint64_t)hp->kv_lora * (uint64_t)(hp->nope + hp->head_v);
    int units = hp->layers * hp->heads;
    pool_run(f->pool, units, products * PAGE_TOKENS * n * (uint64_t)units, expand_item, &run);
}

void forward_join_expanded(struct forward *f, int row) {
    size_t heads = (size_t)f->m->hp.heads, dv = (size_t)f->m->hp.head_v;
    if (f->row[row].expanded == 0) {
        return;
    }
    for (size_t h = 0; h < heads; h++) {
        const float *right = f->latent_stat + 2 * ((size_t)row * heads + h);
        const float *left = f->head_stat + 2 * (h * (size_t)f->rows + (size_t)row);
        float max = left[0] > right[0] ? left[0] : right[0];
        float a = right[1] * fmath_exp(right[0] - max), b = left[1] * fmath_exp(left[0] - max);
        float *out = f->heads_out + ((size_t)row * heads + h) * dv;
        vec_blend(f->kern, a / (a + b), out, b / (a + b),
                  f->head_mixed + (h * (size_t)f->rows + (size_t)row) * dv, dv);
    }
}
