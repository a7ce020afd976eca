#ifndef MODEL_FORWARD_INT_H
#define MODEL_FORWARD_INT_H
/* What the parts of the forward pass share: the batch being computed and its buffers. Only the
 * thread that called forward_run changes it between phases; within a phase items touch disjoint
 * rows or matrix rows. */
#include "model/forward.h"
#include "model/pool.h"

struct batch_row {
    const struct span *span;
    int32_t token;
    int64_t position, expanded; /* tiles from position 0 on that it reads expanded */
    const uint8_t *gathered;    /* the rows that it reads instead of its pages, or NULL ... */
    int64_t n_gathered;         /* ... and how many */
};

/* One matrix product of a phase: dst[j][r] = w[expert] row r . a[rows[j]]
 * Of a gate and up pair, if `into` is set, instead: its vector into_row + j becomes the activation
 * of gate (+ gate_bias) and up (+ up_bias), while the results are still in the cache. */
struct job {
    const struct mat *w;
    size_t expert;
    const struct act *a;
    const int *rows; /* NULL = 0 .. m-1 */
    int m;
    float *dst;
    size_t stride;
    const struct act *into;
    int into_row, into_forms;
    const float *gate_bias, *up_bias; /* of the expert, or NULL */
};

struct kv_shape { /* of one position in one layer */
    size_t k_bytes, v_bytes, v_at, stride, layer_bytes;
    int heads, group, dim_k, dim_v; /* key heads, queries a key head, numbers */
    size_t index_at;                /* of the indexer's key; 0 = none */
};
/* Expanded pages: 32 rows [key | value] of a head are a unit, units are in order of layer and head,
 * so many in each part. parts = 0: there are none. */
struct expanded_shape {
    struct kv_shape kv; /* of one head */
    size_t unit_bytes, units_part, parts;
};

struct forward {
    const struct model *m;
    const struct kernels *kern;
    struct pool *pool;
    enum row_format format;
    struct kv_shape kv;
    struct expanded_shape expanded;
    int rows_max, logits_max;

    /* the batch */
    int rows, wanted;
    bool any_expanded; /* some row reads tiles expanded */
    struct batch_row *row;
    int *want; /* rows whose logits are wanted */

    /* buffers, rows_max rows each unless said */
    float *x, *tmp;             /* [embd] stream, sub-layer output */
    float *rope_cos, *rope_sin; /* [rope.dim / 2] */
    float *q, *kv_new;          /* projections */
    float *queries, *mixed;     /* [key head][row][group][dim_k or dim_v] */
    float *heads_out;           /* [heads * head_v] */
    /* of rows that read tiles expanded, by head: queries and results [head][row][head_k or head_v];
     * (max, sum) of both kinds of tiles, in the order of `mixed` and of these */
    float *head_queries, *head_mixed, *latent_stat, *head_stat;
    float *index_q, *index_k, *index_w; /* [index_heads * index_dim], [index_dim], [index_heads] */
    float *ff, *routed_ff, *routed_out, *router;
    float *logits; /* logits_max x vocab */
    struct act h, q_a, nope, mix, out, ffa, routed, head;
    int *gather; /* [heads][row]: act row of (row, head) */
    /* kda: projections [3][heads * dim] of a row; gates of low rank and whole; beta [heads] */
    float *kda_in, *kda_low, *kda_decay, *kda_gate, *kda_beta;
    struct act kda_f, kda_g;
    float *kda_ones; /* [dim] */
    int *span_begin; /* rows of the batch's spans */
    int spans;

    /* routing: rows_max * experts_used slots */
    int *ids;
    float *weights;
    int *slot_rows, *slot_of, *expert_begin, *identity;
    struct job *jobs;

    /* per thread */
    struct scratch {
        float *scores, *tile, *groups, *stat, *row, *route, *pair, *expand, *kda;
        struct mat_tiles tiles; /* the vectors of ... */
        uint64_t phase;         /* ... this phase's job, from this one on */
        int job, from;
    } * scratch;
    /* attention by tiles, for few rows over many tiles */
    float *partial;
    size_t partial_floats;
    /* of INDEX_ROWS rows: the indexer's scores of all positions, and the chosen cache rows */
    struct index_work {
        float *scores;
        size_t floats;
        int32_t *heap;
        uint8_t *gathered;
    } index;

    struct item {
        int job, begin, end, from, m; /* matrix rows, vectors */
    } * items;
    int n_items, cap_items;
    uint64_t phase; /* of products, counted */
    void **owned;
    size_t n_owned;
};

/* Queries (rows x heads) of one attention item: scores and partial results of a tile stay in L2. */
#define TILE_QUERIES 128
/* A tile's result for a query: m, l, padding, o. With a stride of a line more than a power of two
 * the queries' results do not meet in the same sets of the first-level cache. */
#define RESULT_STAT 16
static inline size_t result_stride(const struct kv_shape *kv) {
    return RESULT_STAT + (size_t)kv->dim_v;
}
/* Where the rows of a head are in an expanded page. */
static inline uint8_t *expanded_unit(const struct expanded_shape *s, uint8_t *const *parts,
                                     int layer, int heads, int head) {
    size_t unit = (size_t)layer * (size_t)heads + (size_t)head;
    return parts[unit / s->units_part] + unit % s->units_part * s->unit_bytes;
}

static inline int forms_of(const struct mat *a, const struct mat *b) {
    return (a->k != 0 ? (int)ACT_FOR(a->type) : 0) | (b->k != 0 ? (int)ACT_FOR(b->type) : 0);
}

/* Runs fn over rows 0..n-1 in pieces; cost_row = multiply-adds of one row, roughly. */
void forward_rows(struct forward *f, int n, uint64_t cost_row,
                  void (*fn)(struct forward *f, int row, int thread, const void *arg),
                  const void *arg);
/* One product of all rows: dst[row][..] = w . a[row] */
struct job forward_job(const struct forward *f, const struct mat *w, const struct act *a,
                       float *dst, size_t stride);
/* Runs all jobs of a phase. */
void forward_jobs(struct forward *f, const struct job *jobs, int n);
/* y = x / rms(x) * w */
void forward_norm(const struct forward *f, float *y, const float *x, const float *w, size_t n);
/* Activation of n numbers of gate and up, in place at the front of x. Interleaved pairs come in
 * panels, 16 of gate and 16 of up; otherwise up begins at x + n. gate_bias, up_bias: NULL or n. */
void forward_activate(const struct forward *f, float *x, size_t n, bool interleaved,
                      const float *gate_bias, const float *up_bias);
void forward_rotate(const struct forward *f, int row, float *head, bool neox);

/* Expanded tiles (forward_expand.c): the shape of their pages; floats that a thread works in; and
 * what a row's heads found in both kinds of tiles as one result in heads_out. */
struct expanded_shape forward_expanded_shape(const struct model *m, enum row_format format);
size_t forward_expand_floats(const struct forward *f);
void forward_join_expanded(struct forward *f, int row);

/* The indexer of sparse attention (forward_index.c): rows that choose; a row's key into its place
 * behind the cache row, unless that is NULL, and its queries made ready; and the choice of rows
 * [begin, end), at most INDEX_ROWS, whose `gathered` it sets. */
#define INDEX_ROWS 16
bool forward_chooses(const struct forward *f, int row);
void forward_index_row(struct forward *f, int row, int layer, uint8_t *cache);
void forward_gather(struct forward *f, int layer, int begin, int end);

/* Memory that lives as long as f. */
void *forward_buffer(struct forward *f, size_t count, size_t size);
void forward_act_make(struct forward *f, struct act *a, size_t k, size_t rows);
/* Linear attention (forward_kda.c): its buffers; and projections -> heads_out, rounded into out. */
void forward_kda_create(struct forward *f);
void forward_kda(struct forward *f, int layer);

/* The parts: read f->x, add to f->x. */
void forward_attention(struct forward *f, int layer);
void forward_ffn(struct forward *f, int layer);
/* queries -> mixed over the pages of every row; MLA: rounded into mix, too. Expanded tiles:
 * head_queries -> head_mixed. */
void forward_tiles(struct forward *f, int layer);
#endif
