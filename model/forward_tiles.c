/* The core of attention: queries against cached rows, tile by tile. Pool threads run the items; an
 * item owns its queries' rows of `mixed` (or of the partial buffer) and reads the pages.
 *
 * A tile is 128 positions at absolute multiples of 128 (four pages). For each query and tile:
 *
 *   s_t = scale * q.k_t    m = max s_t    p_t = exp(s_t - m)    l = sum p_t    o = sum p_t v_t
 *
 * and the tiles are merged from left to right: M' = max(M, m), each side scaled by exp of its
 * difference to M'. Tile borders, the order inside a tile and the order of merging depend on
 * positions alone, so neither chunks, batches, forks nor threads change a bit (G3).
 *
 * Two schedules of the same arithmetic. Many rows: an item is a block of rows and one key head, and
 * walks all its tiles, merging as it goes; rows that share a page (prefill rows of one sequence,
 * sequences forked from a prefix) read it together. Few rows over many tiles (decoding alone at
 * long context): an item is a run of tiles, its (m, l, o) go to a buffer, and a second phase merges
 * them. */
#include "model/fmath.h"
#include "model/forward_int.h"

#define TILE_PAGES (TILE_TOKENS / PAGE_TOKENS)

struct block {
    struct forward *f;
    const struct scratch *s;
    int layer, head; /* key head */
    int begin, end;  /* rows */
};

/* Positions of a tile that a row sees: 0 .. 128. */
static int visible(const struct batch_row *r, int64_t tile) {
    int64_t n = r->position + 1 - tile * TILE_TOKENS;
    return n <= 0 ? 0 : (int)MIN(n, (int64_t)TILE_TOKENS);
}

static bool same_pages(const struct batch_row *a, const struct batch_row *b, int64_t tile) {
    if (a->span == b->span) {
        return true;
    }
    if (visible(a, tile) != TILE_TOKENS || visible(b, tile) != TILE_TOKENS) {
        return false;
    }
    return memcmp(&a->span->pages[tile * TILE_PAGES], &b->span->pages[tile * TILE_PAGES],
                  TILE_PAGES * sizeof(uint8_t *)) == 0;
}

static const uint8_t *page_rows(const struct block *b, const struct batch_row *r, int64_t tile,
                                int page) {
    return r->span->pages[tile * TILE_PAGES + page] + (size_t)b->layer * b->f->kv.layer_bytes;
}

/* The page that is read after this one; NULL if there is none. */
static const uint8_t *next_page_rows(const struct block *b, const struct batch_row *r, int64_t tile,
                                     int page) {
    bool any = tile * TILE_PAGES + page < r->position / PAGE_TOKENS;
    return any ? page_rows(b, r, tile, page + 1) : NULL;
}

/* Scores of rows [begin, end), which share the tile's pages, into s->scores by query. With few
 * queries a page is read about as fast as memory gives it, so the next one is asked for meanwhile;
 * values are the keys themselves, still in the cache, or follow them in their rows. */
static void tile_scores(const struct block *b, int64_t tile, int begin, int end, int seen_most) {
    const struct forward *f = b->f;
    const struct kv_shape *kv = &f->kv;
    size_t g = (size_t)kv->group, dk = (size_t)kv->dim_k;
    const float *q = f->queries + ((size_t)b->head * (size_t)f->rows + (size_t)begin) * g * dk;
    for (int page = 0; page * PAGE_TOKENS < seen_most; page++) {
        int n = MIN(PAGE_TOKENS, seen_most - page * PAGE_TOKENS);
        const uint8_t *keys = page_rows(b, &f->row[begin], tile, page);
        const uint8_t *next = next_page_rows(b, &f->row[begin], tile, page);
        size_t at = (size_t)b->head * kv->k_bytes;
        attn_dot(f->kern, f->format, keys + at, kv->stride, (size_t)n, dk, q, dk,
                 (size_t)(end - begin) * g, b->s->scores + page * PAGE_TOKENS, TILE_TOKENS,
                 next != NULL ? next + at : NULL);
    }
}

/* Scores to weights, in place; m and l of each query into stat. */
static void tile_weights(const struct block *b, int64_t tile, int begin, int end) {
    const struct forward *f = b->f;
    float scale = f->m->hp.kq_scale;
    int g = f->kv.group;
    for (int r = begin; r < end; r++) {
        size_t n = (size_t)visible(&f->row[r], tile);
        for (int j = 0; j < g; j++) {
            size_t i = (size_t)(r - begin) * (size_t)g + (size_t)j;
            float *p = b->s->scores + i * TILE_TOKENS;
            float max = fmath_scale_max(p, n, scale);
            b->s->stat[2 * i] = max;
            b->s->stat[2 * i + 1] = fmath_exp_sub(p, n, max);
        }
    }
}

/* Weighted sums of the values of some of a tile's pages, of each the first n positions, for rows
 * [from, to) of those from begin on, which share the tile's pages. */
static void page_values(const struct block *b, int64_t tile, int page, int n_pages, int n,
                        int begin, int from, int to, float *out, size_t stride) {
    const struct forward *f = b->f;
    const struct kv_shape *kv = &f->kv;
    const void *pages[TILE_PAGES];
    size_t first = (size_t)(from - begin) * (size_t)kv->group;
    for (int i = 0; i < n_pages; i++) {
        pages[i] =
            page_rows(b, &f->row[begin], tile, page + i) + kv->v_at + (size_t)b->head * kv->v_bytes;
    }
    attn_sum(f->kern, f->format, pages, (size_t)n_pages, kv->stride, (size_t)n, (size_t)kv->dim_v,
             b->s->scores + first * TILE_TOKENS + page * PAGE_TOKENS, TILE_TOKENS,
             (size_t)(to - from) * (size_t)kv->group, out + first * stride, stride);
}

/* The end of the rows from begin on that see the tile's first n positions. */
static int seeing_end(const struct block *b, int64_t tile, int begin, int end, int n) {
    while (begin < end && visible(&b->f->row[begin], tile) >= n) {
        begin++;
    }
    return begin;
}

/* Weighted sums of the values into out, by query, `stride` floats apart. Rows of one span see more
 * and more of the tile: those that see a page whole read it together, and all pages at once those
 * that see the whole tile. */
static void tile_values(const struct block *b, int64_t tile, int begin, int end, float *out,
                        size_t stride) {
    const struct forward *f = b->f;
    size_t g = (size_t)f->kv.group;
    int whole = begin;
    for (size_t i = 0; i < (size_t)(end - begin) * g; i++) {
        memset(out + i * stride, 0, (size_t)f->kv.dim_v * sizeof *out);
    }
    while (whole < end && visible(&f->row[whole], tile) < TILE_TOKENS) {
        whole++;
    }
    for (int page = 0; page < TILE_PAGES; page++) {
        int from = page * PAGE_TOKENS;
        for (int r = begin, next; r < whole; r = next) {
            int n = MIN(visible(&f->row[r], tile) - from, PAGE_TOKENS);
            next = MAX(r + 1, seeing_end(b, tile, r, whole, from + PAGE_TOKENS));
            if (n > 0) {
                page_values(b, tile, page, 1, n, begin, r, next, out, stride);
            }
        }
    }
    if (whole < end) {
        ASSERT(seeing_end(b, tile, whole, end, TILE_TOKENS) == end);
        page_values(b, tile, 0, TILE_PAGES, PAGE_TOKENS, begin, whole, end, out, stride);
    }
}

/* (M, L, out) <- (M, L, out) merged with (m, l, o) on its right. first: there is no left side. */
static void merge(const struct kernels *kern, float *stat, float *out, float m, float l,
                  const float *o, size_t n, bool first) {
    if (first) {
        stat[0] = m;
        stat[1] = l;
        memcpy(out, o, n * sizeof *out);
        return;
    }
    float max = stat[0] > m ? stat[0] : m;
    float a = fmath_exp(stat[0] - max), c = fmath_exp(m - max);
    stat[0] = max;
    stat[1] = stat[1] * a + l * c;
    vec_blend(kern, a, out, c, o, n);
}

/* out, of query `at`, is complete but for its sum l. MLA's next product wants it rounded. */
static void finish(struct forward *f, int layer, size_t at, float *out, float l) {
    const struct layer *la = &f->m->layers[layer];
    vec_scale(f->kern, 1.0f / l, out, (size_t)f->kv.dim_v);
    if (la->attn == ATTN_MLA) {
        act_put(f->kern, &f->mix, at, out, ACT_FOR(la->v_b.type));
    }
}

/* One tile for the rows of a run: m and l to s->stat, o to out. */
static void tile_run(const struct block *b, int64_t tile, int begin, int end, float *out,
                     size_t stride) {
    int most = 0;
    for (int r = begin; r < end; r++) {
        most = MAX(most, visible(&b->f->row[r], tile));
    }
    tile_scores(b, tile, begin, end, most);
    tile_weights(b, tile, begin, end);
    tile_values(b, tile, begin, end, out, stride);
}

static int run_end(const struct block *b, int64_t tile, int begin) {
    const struct batch_row *row = b->f->row;
    int end = begin + 1;
    while (end < b->end && visible(&row[end], tile) > 0 &&
           same_pages(&row[begin], &row[end], tile)) {
        end++;
    }
    return end;
}

/* Schedule 1: all tiles of a block of rows. */
static void block_walk(const struct block *b, float *state) {
    struct forward *f = b->f;
    size_t g = (size_t)f->kv.group, dv = (size_t)f->kv.dim_v, stride = result_stride(f);
    size_t first = ((size_t)b->head * (size_t)f->rows + (size_t)b->begin) * g;
    float *out = f->mixed + first * dv;
    int64_t tiles = 0;
    for (int r = b->begin; r < b->end; r++) {
        tiles = MAX(tiles, f->row[r].position / TILE_TOKENS + 1);
    }
    for (int64_t tile = 0; tile < tiles; tile++) {
        for (int r = b->begin; r < b->end;) {
            if (visible(&f->row[r], tile) == 0) {
                r++;
                continue;
            }
            int end = run_end(b, tile, r);
            tile_run(b, tile, r, end, b->s->tile, stride);
            for (size_t i = 0; i < (size_t)(end - r) * g; i++) {
                size_t at = (size_t)(r - b->begin) * g + i;
                merge(f->kern, state + 2 * at, out + at * dv, b->s->stat[2 * i],
                      b->s->stat[2 * i + 1], b->s->tile + i * stride, dv, tile == 0);
            }
            r = end;
        }
    }
    for (size_t i = 0; i < (size_t)(b->end - b->begin) * g; i++) {
        finish(f, b->layer, first + i, out + i * dv, state[2 * i + 1]);
    }
}

struct tiles_run {
    struct forward *f;
    int layer, block_rows, blocks;
    int64_t piece, pieces, tiles; /* schedule 2 */
};

static void walk_item(void *arg, int item, int thread) {
    const struct tiles_run *run = arg;
    struct forward *f = run->f;
    int begin = item % run->blocks * run->block_rows;
    struct block b = {f,          &f->scratch[thread],
                      run->layer, item / run->blocks,
                      begin,      MIN(f->rows, begin + run->block_rows)};
    block_walk(&b, f->scratch[thread].stat + 2 * MAX(TILE_QUERIES, f->kv.group));
}

/* Schedule 2: partial results, [key head][tile][row][query]. */
static float *partial_at(const struct tiles_run *run, int head, int64_t tile, int row) {
    const struct forward *f = run->f;
    size_t at = (size_t)head * (size_t)run->tiles + (size_t)tile;
    return f->partial +
           (at * (size_t)f->rows + (size_t)row) * (size_t)f->kv.group * result_stride(f);
}

static void piece_item(void *arg, int item, int thread) {
    const struct tiles_run *run = arg;
    struct forward *f = run->f;
    int head = item / (int)run->pieces;
    int64_t from = item % run->pieces * run->piece;
    struct block b = {f, &f->scratch[thread], run->layer, head, 0, f->rows};
    size_t g = (size_t)f->kv.group, stride = result_stride(f);
    for (int64_t tile = from; tile < MIN(run->tiles, from + run->piece); tile++) {
        for (int r = 0; r < f->rows;) {
            if (visible(&f->row[r], tile) == 0) {
                r++;
                continue;
            }
            int end = run_end(&b, tile, r);
            float *to = partial_at(run, head, tile, r);
            tile_run(&b, tile, r, end, to + RESULT_STAT, stride);
            for (size_t i = 0; i < (size_t)(end - r) * g; i++) {
                memcpy(to + i * stride, b.s->stat + 2 * i, 2 * sizeof *to);
            }
            r = end;
        }
    }
}

static void merge_item(void *arg, int item, int thread) {
    const struct tiles_run *run = arg;
    struct forward *f = run->f;
    int g = f->kv.group, query = item % g, row = item / g % f->rows, head = item / g / f->rows;
    size_t dv = (size_t)f->kv.dim_v;
    int64_t tiles = f->row[row].position / TILE_TOKENS + 1;
    size_t at = ((size_t)head * (size_t)f->rows + (size_t)row) * (size_t)g + (size_t)query;
    float *out = f->mixed + at * dv;
    float stat[2] = {0};
    (void)thread;
    for (int64_t tile = 0; tile < tiles; tile++) {
        const float *p = partial_at(run, head, tile, row) + (size_t)query * result_stride(f);
        merge(f->kern, stat, out, p[0], p[1], p + RESULT_STAT, dv, tile == 0);
    }
    finish(f, run->layer, at, out, stat[1]);
}

/* Partial results of at most this many floats: 64 MB. */
#define PARTIAL_FLOATS_MAX (16u << 20)

static bool run_pieces(struct forward *f, struct tiles_run *run, uint64_t cost) {
    int threads = pool_threads(f->pool);
    size_t floats = (size_t)f->kv.heads * (size_t)f->rows * (size_t)run->tiles *
                    (size_t)f->kv.group * result_stride(f);
    bool short_of_items = f->kv.heads * run->blocks < threads * 2;
    if (threads == 1 || !short_of_items || run->tiles < 2 || floats > PARTIAL_FLOATS_MAX ||
        f->rows > MAX(1, TILE_QUERIES / f->kv.group)) {
        return false;
    }
    if (floats > f->partial_floats) {
        free(f->partial);
        void *aligned = NULL;
        int failed = posix_memalign(&aligned, 64, floats * sizeof *f->partial);
        ASSERT(failed == 0);
        f->partial = aligned;
        f->partial_floats = floats;
    }
    run->piece = MAX((int64_t)(run->tiles < 4 ? 1 : 2), run->tiles / (threads * 12));
    run->pieces = (run->tiles + run->piece - 1) / run->piece;
    pool_run(f->pool, f->kv.heads * (int)run->pieces, cost, piece_item, run);
    pool_run(f->pool, f->kv.heads * f->rows * f->kv.group, floats * 2, merge_item, run);
    return true;
}

/* Rounds a row's queries for an int8 cache, once. */
static void prepare_row(struct forward *f, int row, int thread, const void *arg) {
    size_t g = (size_t)f->kv.group, dk = (size_t)f->kv.dim_k;
    (void)thread;
    (void)arg;
    for (int head = 0; head < f->kv.heads; head++) {
        float *q = f->queries + ((size_t)head * (size_t)f->rows + (size_t)row) * g * dk;
        for (size_t j = 0; j < g; j++) {
            attn_prepare(f->kern, f->format, q + j * dk, dk);
        }
    }
}

void forward_tiles(struct forward *f, int layer) {
    uint64_t cost = 0;
    if (f->format == ROW_Q8) {
        forward_rows(f, f->rows, (uint64_t)f->m->hp.heads * (uint64_t)f->kv.dim_k * 2, prepare_row,
                     NULL);
    }
    struct tiles_run run = {.f = f, .layer = layer};
    for (int r = 0; r < f->rows; r++) {
        cost += (uint64_t)(f->row[r].position + 1);
        run.tiles = MAX(run.tiles, f->row[r].position / TILE_TOKENS + 1);
    }
    cost *= (uint64_t)f->m->hp.heads * (uint64_t)(f->kv.dim_k + f->kv.dim_v);
    int most = MAX(1, TILE_QUERIES / f->kv.group);
    int fair =
        (f->rows * f->kv.heads + pool_threads(f->pool) * 4 - 1) / (pool_threads(f->pool) * 4);
    run.block_rows = MIN(most, MAX(1, fair));
    run.blocks = (f->rows + run.block_rows - 1) / run.block_rows;
    if (!run_pieces(f, &run, cost)) {
        pool_run(f->pool, f->kv.heads * run.blocks, cost, walk_item, &run);
    }
}
