/* The core of attention: queries against cached rows, tile by tile. Pool threads run the items; an
 * item owns its queries' rows of `mixed` (or of the partial buffer) and reads the pages.
 *
 * A tile is 128 positions at absolute multiples of 128 (four pages). For each query and tile:
 *
 *   s_t = scale * q.k_t    m = max s_t    p_t = exp(s_t - m)    l = sum p_t    o = sum p_t v_t
 *
 * and merged: M' = max(M, m), each side scaled by exp of its difference to M'; the tiles of a group
 * (512 positions at absolute multiples) from left to right, then the groups from left to right. So
 * threads that share the tiles of one query exchange a result a group, not a tile. Tile and group
 * borders, the order inside a tile and the order of merging depend on positions alone, so neither
 * chunks, batches, forks nor threads change a bit (G3).
 *
 * A layer with a window reads the tiles that a row's window touches; scores before the window are
 * made and forgotten. A sink is a score without a value, taken in at the end.
 *
 * A pass reads one kind of keys and values: those of the pages, or those by head of expanded pages
 * (forward_expand.c). A row's first tiles may be read expanded, the others then are not; its
 * results of both passes keep (m, l) and are joined later.
 *
 * Two schedules of the same arithmetic. Many rows: an item is a block of rows and one key head, and
 * walks all its tiles, merging as it goes; rows that share a page (prefill rows of one sequence,
 * sequences forked from a prefix) read it together. Few rows over many tiles (decoding alone at
 * long context): an item is a group, or a tile if groups are few; its (m, l, o) go to a buffer, and
 * a second phase merges them. */
#include "model/fmath.h"
#include "model/forward_int.h"

#define TILE_PAGES  (TILE_TOKENS / PAGE_TOKENS)
#define GROUP_TILES 4

struct pass {
    struct forward *f;
    int layer;
    bool expanded;
    const struct kv_shape *kv;
    float *queries, *out; /* [key head][row][group][dim_k or dim_v] */
    float *stat;          /* (m, l) of each query; NULL: all its tiles are in this pass */
    int64_t window;       /* of the layer */
    int begin, end;       /* rows */
};
struct block {
    const struct pass *p;
    const struct scratch *s;
    int head;       /* key head */
    int begin, end; /* rows */
};

/* The first position that a row sees. */
static int64_t seen_from(const struct pass *p, const struct batch_row *r) {
    return p->window > 0 && r->position >= p->window ? r->position - p->window + 1 : 0;
}

/* The tiles of a row in this pass: first to, but not, end. */
static int64_t tiles_first(const struct pass *p, const struct batch_row *r) {
    return p->expanded ? 0 : MAX(r->expanded, seen_from(p, r) / TILE_TOKENS);
}

/* The last row of keys that a row reads: its own position, or the last that was chosen. */
static int64_t last_of(const struct batch_row *r) {
    return r->gathered != NULL ? r->n_gathered - 1 : r->position;
}

static int64_t tiles_end(const struct pass *p, const struct batch_row *r) {
    return p->expanded ? r->expanded : last_of(r) / TILE_TOKENS + 1;
}

/* Whether a tile is the first, the last of its group that the row has in this pass. */
static bool begins_group(const struct pass *p, const struct batch_row *r, int64_t tile) {
    return tile % GROUP_TILES == 0 || tile == tiles_first(p, r);
}

static bool ends_group(const struct pass *p, const struct batch_row *r, int64_t tile) {
    return (tile + 1) % GROUP_TILES == 0 || tile + 1 == tiles_end(p, r);
}

static bool in_first_group(const struct pass *p, const struct batch_row *r, int64_t tile) {
    return tile / GROUP_TILES == tiles_first(p, r) / GROUP_TILES;
}

/* Of a tile that the row sees some of: positions from its beginning on, 0 .. 128; and how many of
 * these are before the row's window. */
static int visible(const struct pass *p, const struct batch_row *r, int64_t tile) {
    if (tile < tiles_first(p, r) || tile >= tiles_end(p, r)) {
        return 0;
    }
    return (int)MIN(last_of(r) + 1 - tile * TILE_TOKENS, (int64_t)TILE_TOKENS);
}

static size_t hidden(const struct pass *p, const struct batch_row *r, int64_t tile) {
    return (size_t)MAX(seen_from(p, r) - tile * TILE_TOKENS, (int64_t)0);
}

static bool same_pages(const struct pass *p, const struct batch_row *a, const struct batch_row *b,
                       int64_t tile) {
    if (a->gathered != NULL || b->gathered != NULL) {
        return false;
    }
    if (a->span == b->span) {
        return true;
    }
    if (visible(p, a, tile) != TILE_TOKENS || visible(p, b, tile) != TILE_TOKENS) {
        return false;
    }
    return memcmp(&a->span->pages[tile * TILE_PAGES], &b->span->pages[tile * TILE_PAGES],
                  TILE_PAGES * sizeof(uint8_t *)) == 0;
}

/* The block's keys of a page; the values are values_at bytes behind them. */
static const uint8_t *page_keys(const struct block *b, const struct batch_row *r, int64_t tile,
                                int page) {
    const struct forward *f = b->p->f;
    size_t i = (size_t)(tile * TILE_PAGES + page);
    if (b->p->expanded) {
        return expanded_unit(&f->expanded, r->span->expanded[i], b->p->layer, f->expanded.kv.heads,
                             b->head);
    }
    if (r->gathered != NULL) {
        return r->gathered + i * f->kv.layer_bytes;
    }
    return r->span->pages[i] + (size_t)f->m->layers[b->p->layer].cache * f->kv.layer_bytes +
           (size_t)b->head * f->kv.k_bytes;
}

static size_t values_at(const struct block *b) {
    const struct kv_shape *kv = b->p->kv;
    return b->p->expanded
               ? kv->v_at
               : kv->v_at + (size_t)b->head * kv->v_bytes - (size_t)b->head * kv->k_bytes;
}

/* The page that is read after this one; NULL if there is none. */
static const uint8_t *next_page_keys(const struct block *b, const struct batch_row *r, int64_t tile,
                                     int page) {
    int64_t next = tile * TILE_PAGES + page + 1;
    return visible(b->p, r, next / TILE_PAGES) > next % TILE_PAGES * PAGE_TOKENS
               ? page_keys(b, r, tile, page + 1)
               : NULL;
}

/* Scores of rows [begin, end), which share the tile's pages, into s->scores by query. With few
 * queries a page is read about as fast as memory gives it, so the next one is asked for meanwhile;
 * values are the keys themselves, still in the cache, or follow them in their rows. */
static void tile_scores(const struct block *b, int64_t tile, int begin, int end, int seen_most) {
    const struct forward *f = b->p->f;
    const struct kv_shape *kv = b->p->kv;
    size_t g = (size_t)kv->group, dk = (size_t)kv->dim_k;
    const float *q = b->p->queries + ((size_t)b->head * (size_t)f->rows + (size_t)begin) * g * dk;
    for (int page = 0; page * PAGE_TOKENS < seen_most; page++) {
        int n = MIN(PAGE_TOKENS, seen_most - page * PAGE_TOKENS);
        const uint8_t *keys = page_keys(b, &f->row[begin], tile, page);
        attn_dot(f->kern, f->format, keys, kv->stride, (size_t)n, dk, q, dk,
                 (size_t)(end - begin) * g, b->s->scores + page * PAGE_TOKENS, TILE_TOKENS,
                 next_page_keys(b, &f->row[begin], tile, page));
    }
}

/* Scores to weights, in place; m and l of each query into stat. */
static void tile_weights(const struct block *b, int64_t tile, int begin, int end) {
    const struct forward *f = b->p->f;
    float scale = f->m->hp.kq_scale;
    int g = b->p->kv->group;
    for (int r = begin; r < end; r++) {
        size_t from = hidden(b->p, &f->row[r], tile);
        size_t n = (size_t)visible(b->p, &f->row[r], tile) - from;
        for (int j = 0; j < g; j++) {
            size_t i = (size_t)(r - begin) * (size_t)g + (size_t)j;
            float *p = b->s->scores + i * TILE_TOKENS;
            memset(p, 0, from * sizeof *p);
            float max = fmath_scale_max(p + from, n, scale);
            b->s->stat[2 * i] = max;
            b->s->stat[2 * i + 1] = fmath_exp_sub(p + from, n, max);
        }
    }
}

/* Weighted sums of the values of some of a tile's pages, of each the first n positions, for rows
 * [from, to) of those from begin on, which share the tile's pages. Page 0 begins the sums: all rows
 * of the run see some of it. */
static void page_values(const struct block *b, int64_t tile, int page, int n_pages, int n,
                        int begin, int from, int to, float *out, size_t stride) {
    const struct forward *f = b->p->f;
    const struct kv_shape *kv = b->p->kv;
    const void *pages[TILE_PAGES];
    size_t first = (size_t)(from - begin) * (size_t)kv->group;
    for (int i = 0; i < n_pages; i++) {
        pages[i] = page_keys(b, &f->row[begin], tile, page + i) + values_at(b);
    }
    attn_sum(f->kern, f->format, pages, (size_t)n_pages, kv->stride, (size_t)n, (size_t)kv->dim_v,
             b->s->scores + first * TILE_TOKENS + page * PAGE_TOKENS, TILE_TOKENS,
             (size_t)(to - from) * (size_t)kv->group, out + first * stride, stride, page == 0);
}

/* The end of the rows from begin on that see the tile's first n positions. */
static int seeing_end(const struct block *b, int64_t tile, int begin, int end, int n) {
    while (begin < end && visible(b->p, &b->p->f->row[begin], tile) >= n) {
        begin++;
    }
    return begin;
}

/* Weighted sums of the values into out, by query, `stride` floats apart. Rows of one span see more
 * and more of the tile: those that see a page whole read it together, and all pages at once those
 * that see the whole tile. */
static void tile_values(const struct block *b, int64_t tile, int begin, int end, float *out,
                        size_t stride) {
    const struct forward *f = b->p->f;
    int whole = begin;
    while (whole < end && visible(b->p, &f->row[whole], tile) < TILE_TOKENS) {
        whole++;
    }
    for (int page = 0; page < TILE_PAGES; page++) {
        int from = page * PAGE_TOKENS;
        for (int r = begin, next; r < whole; r = next) {
            int n = MIN(visible(b->p, &f->row[r], tile) - from, PAGE_TOKENS);
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
    float a = stat[0] == max ? 1.0f : fmath_exp(stat[0] - max); /* what fmath_exp gives for 0 */
    float c = m == max ? 1.0f : fmath_exp(m - max);
    stat[0] = max;
    stat[1] = stat[1] * a + l * c;
    vec_blend(kern, a, out, c, o, n);
}

/* What a query's sums are to be multiplied with; a sink is one more score, whose value is 0. */
static float share(const struct pass *p, size_t at, const float *stat) {
    const float *sinks = p->f->m->layers[p->layer].sinks;
    if (sinks == NULL) {
        return 1.0f / stat[1];
    }
    size_t g = (size_t)p->kv->group, rows = (size_t)p->f->rows;
    float sink = sinks[at / g / rows * g + at % g], max = stat[0] > sink ? stat[0] : sink;
    float own = fmath_exp(stat[0] - max);
    return own / (stat[1] * own + fmath_exp(sink - max));
}

/* out, of query `at`, is complete but for its sum l. MLA's next product wants it rounded. */
static void finish(const struct pass *p, size_t at, float *out, const float *stat) {
    struct forward *f = p->f;
    const struct layer *la = &f->m->layers[p->layer];
    vec_scale(f->kern, share(p, at, stat), out, (size_t)p->kv->dim_v);
    if (p->stat != NULL) {
        memcpy(p->stat + 2 * at, stat, 2 * sizeof *stat);
    }
    if (la->attn == ATTN_MLA && !p->expanded) {
        act_put(f->kern, &f->mix, at, out, ACT_FOR(la->v_b.type));
    }
}

/* One tile for the rows of a run: m and l to s->stat, o to out. */
static void tile_run(const struct block *b, int64_t tile, int begin, int end, float *out,
                     size_t stride) {
    int most = 0;
    for (int r = begin; r < end; r++) {
        most = MAX(most, visible(b->p, &b->p->f->row[r], tile));
    }
    tile_scores(b, tile, begin, end, most);
    tile_weights(b, tile, begin, end);
    tile_values(b, tile, begin, end, out, stride);
}

static int run_end(const struct block *b, int64_t tile, int begin) {
    const struct batch_row *row = b->p->f->row;
    int end = begin + 1;
    while (end < b->end && visible(b->p, &row[end], tile) > 0 &&
           same_pages(b->p, &row[begin], &row[end], tile)) {
        end++;
    }
    return end;
}

/* The i-th query of a block, after a tile: its result is merged into that of the group, which goes
 * to the query's when it is whole. The first group has no other place. group: (m, l, padding, o).
 */
static void take_tile(const struct block *b, int64_t tile, const struct batch_row *r,
                      const float *stat, const float *o, float *group, float *state, float *out) {
    const struct pass *p = b->p;
    size_t dv = (size_t)p->kv->dim_v;
    bool direct = in_first_group(p, r, tile);
    merge(p->f->kern, direct ? state : group, direct ? out : group + RESULT_STAT, stat[0], stat[1],
          o, dv, begins_group(p, r, tile));
    if (!direct && ends_group(p, r, tile)) {
        merge(p->f->kern, state, out, group[0], group[1], group + RESULT_STAT, dv, false);
    }
}

/* Schedule 1: all tiles of a block of rows. */
static void block_walk(const struct block *b, float *state) {
    const struct pass *p = b->p;
    struct forward *f = p->f;
    size_t g = (size_t)p->kv->group, dv = (size_t)p->kv->dim_v, stride = result_stride(p->kv);
    size_t first = ((size_t)b->head * (size_t)f->rows + (size_t)b->begin) * g;
    float *out = p->out + first * dv;
    int64_t tile = INT64_MAX, tiles = 0;
    for (int r = b->begin; r < b->end; r++) {
        tile = MIN(tile, tiles_first(p, &f->row[r]));
        tiles = MAX(tiles, tiles_end(p, &f->row[r]));
    }
    for (; tile < tiles; tile++) {
        for (int r = b->begin; r < b->end;) {
            if (visible(p, &f->row[r], tile) == 0) {
                r++;
                continue;
            }
            int end = run_end(b, tile, r);
            tile_run(b, tile, r, end, b->s->tile, stride);
            for (size_t i = 0; i < (size_t)(end - r) * g; i++) {
                size_t at = (size_t)(r - b->begin) * g + i;
                take_tile(b, tile, &f->row[(size_t)r + i / g], b->s->stat + 2 * i,
                          b->s->tile + i * stride, b->s->groups + at * stride, state + 2 * at,
                          out + at * dv);
            }
            r = end;
        }
    }
    for (size_t i = 0; i < (size_t)(b->end - b->begin) * g; i++) {
        if (tiles_end(p, &f->row[(size_t)b->begin + i / g]) > 0) {
            finish(p, first + i, out + i * dv, state + 2 * i);
        }
    }
}

struct tiles_run {
    struct pass pass;
    int block_rows, blocks;
    int64_t first, tiles; /* of all rows, from the beginning of a group on */
    bool by_group;        /* schedule 2: a piece is a group of tiles, else a tile */
    int64_t pieces;
};

static void walk_item(void *arg, int item, int thread) {
    const struct tiles_run *run = arg;
    struct forward *f = run->pass.f;
    int begin = run->pass.begin + item % run->blocks * run->block_rows;
    struct block b = {&run->pass, &f->scratch[thread], item / run->blocks, begin,
                      MIN(run->pass.end, begin + run->block_rows)};
    block_walk(&b, f->scratch[thread].stat + 2 * MAX(TILE_QUERIES, f->kv.group));
}

/* Schedule 2: partial results, [key head][piece][row][query]. */
static float *partial_at(const struct tiles_run *run, int head, int64_t piece, int row) {
    const struct pass *p = &run->pass;
    size_t at = (size_t)head * (size_t)run->pieces + (size_t)piece;
    size_t rows = (size_t)(p->end - p->begin), i = (size_t)(row - p->begin);
    return p->f->partial + (at * rows + i) * (size_t)p->kv->group * result_stride(p->kv);
}

/* A tile for the rows [begin, end) into their partial results `to`. */
static void piece_tile(const struct tiles_run *run, const struct block *b, int64_t tile, int begin,
                       int end, float *to) {
    const struct pass *p = &run->pass;
    struct forward *f = p->f;
    size_t g = (size_t)p->kv->group, stride = result_stride(p->kv), n = (size_t)(end - begin) * g;
    bool all_begin = true;
    for (int r = begin; run->by_group && r < end; r++) {
        all_begin = all_begin && begins_group(p, &f->row[r], tile);
    }
    if (all_begin) {
        tile_run(b, tile, begin, end, to + RESULT_STAT, stride);
        for (size_t i = 0; i < n; i++) {
            memcpy(to + i * stride, b->s->stat + 2 * i, 2 * sizeof *to);
        }
        return;
    }
    tile_run(b, tile, begin, end, b->s->tile, stride);
    for (size_t i = 0; i < n; i++) {
        merge(f->kern, to + i * stride, to + i * stride + RESULT_STAT, b->s->stat[2 * i],
              b->s->stat[2 * i + 1], b->s->tile + i * stride, (size_t)p->kv->dim_v,
              begins_group(p, &f->row[(size_t)begin + i / g], tile));
    }
}

static void piece_item(void *arg, int item, int thread) {
    const struct tiles_run *run = arg;
    struct forward *f = run->pass.f;
    int head = item / (int)run->pieces;
    int64_t piece = item % run->pieces, each = run->by_group ? GROUP_TILES : 1;
    int64_t tile = run->first + piece * each, end_tile = MIN(run->tiles, tile + each);
    struct block b = {&run->pass, &f->scratch[thread], head, run->pass.begin, run->pass.end};
    for (; tile < end_tile; tile++) {
        for (int r = b.begin, end; r < b.end; r = end) {
            end = r + 1;
            if (visible(&run->pass, &f->row[r], tile) > 0) {
                end = run_end(&b, tile, r);
                piece_tile(run, &b, tile, r, end, partial_at(run, head, piece, r));
            }
        }
    }
}

static void merge_item(void *arg, int item, int thread) {
    const struct tiles_run *run = arg;
    const struct pass *p = &run->pass;
    struct forward *f = p->f;
    int g = p->kv->group, rows = p->end - p->begin, query = item % g;
    int row = p->begin + item / g % rows, head = item / g / rows;
    size_t dv = (size_t)p->kv->dim_v;
    const struct batch_row *r = &f->row[row];
    struct block b = {p, &f->scratch[thread], head, row, row + 1};
    int64_t each = run->by_group ? GROUP_TILES : 1, end = tiles_end(p, r);
    int64_t first = (tiles_first(p, r) - run->first) / each;
    int64_t last = (end - run->first + each - 1) / each;
    size_t at = ((size_t)head * (size_t)f->rows + (size_t)row) * (size_t)g + (size_t)query;
    float *out = p->out + at * dv;
    float stat[2] = {0};
    for (int64_t piece = first; end > 0 && piece < last; piece++) {
        const float *from =
            partial_at(run, head, piece, row) + (size_t)query * result_stride(p->kv);
        if (run->by_group) {
            merge(f->kern, stat, out, from[0], from[1], from + RESULT_STAT, dv, piece == first);
        } else {
            take_tile(&b, run->first + piece, r, from, from + RESULT_STAT, b.s->groups, stat, out);
        }
    }
    if (end > 0) {
        finish(p, at, out, stat);
    }
}

/* Partial results of at most this many floats: 64 MB. */
#define PARTIAL_FLOATS_MAX (16u << 20)

static bool run_pieces(struct tiles_run *run, uint64_t cost) {
    struct forward *f = run->pass.f;
    const struct kv_shape *kv = run->pass.kv;
    int threads = pool_threads(f->pool), rows = run->pass.end - run->pass.begin;
    int64_t tiles = run->tiles - run->first, groups = (tiles + GROUP_TILES - 1) / GROUP_TILES;
    run->by_group = groups >= 4 * threads;
    run->pieces = run->by_group ? groups : tiles;
    size_t floats = (size_t)kv->heads * (size_t)rows * (size_t)run->pieces * (size_t)kv->group *
                    result_stride(kv);
    bool short_of_items = kv->heads * run->blocks < threads * 2;
    if (threads == 1 || !short_of_items || tiles < 2 || floats > PARTIAL_FLOATS_MAX ||
        rows > MAX(1, TILE_QUERIES / kv->group)) {
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
    pool_run(f->pool, kv->heads * (int)run->pieces, cost, piece_item, run);
    pool_run(f->pool, kv->heads * rows * kv->group, floats * 2, merge_item, run);
    return true;
}

/* Rounds a row's queries for an int8 cache, once. */
static void prepare_row(struct forward *f, int row, int thread, const void *arg) {
    const struct pass *p = arg;
    size_t g = (size_t)p->kv->group, dk = (size_t)p->kv->dim_k;
    (void)thread;
    row += p->begin;
    for (int head = 0; tiles_end(p, &f->row[row]) > 0 && head < p->kv->heads; head++) {
        float *q = p->queries + ((size_t)head * (size_t)f->rows + (size_t)row) * g * dk;
        for (size_t j = 0; j < g; j++) {
            attn_prepare(f->kern, f->format, q + j * dk, dk);
        }
    }
}

static void run_pass(const struct pass *p) {
    struct forward *f = p->f;
    const struct kv_shape *kv = p->kv;
    struct tiles_run run = {.pass = *p, .first = INT64_MAX};
    uint64_t cost = 0;
    int rows = p->end - p->begin;
    if (f->format == ROW_Q8) {
        uint64_t numbers = (uint64_t)kv->heads * (uint64_t)kv->group * (uint64_t)kv->dim_k;
        forward_rows(f, rows, numbers * 2, prepare_row, p);
    }
    for (int r = p->begin; r < p->end; r++) {
        int64_t first = tiles_first(p, &f->row[r]), end = tiles_end(p, &f->row[r]);
        cost += (uint64_t)(end - first) * TILE_TOKENS;
        run.first = MIN(run.first, first / GROUP_TILES * GROUP_TILES);
        run.tiles = MAX(run.tiles, end);
    }
    cost *= (uint64_t)f->m->hp.heads * (uint64_t)(kv->dim_k + kv->dim_v);
    int most = MAX(1, TILE_QUERIES / kv->group), items = pool_threads(f->pool) * 4;
    int fair = (rows * kv->heads + items - 1) / items;
    run.block_rows = MIN(most, MAX(1, fair));
    run.blocks = (rows + run.block_rows - 1) / run.block_rows;
    if (!run_pieces(&run, cost)) {
        pool_run(f->pool, kv->heads * run.blocks, cost, walk_item, &run);
    }
}

/* Rows some of which read chosen positions only: a few at a time, since what they read is copied
 * together. Returns whether there are any. */
static bool run_sparse(const struct pass *all) {
    struct forward *f = all->f;
    bool any = false;
    for (int r = 0; r < f->rows && !any; r++) {
        any = forward_chooses(f, r);
    }
    for (int begin = 0; any && begin < f->rows; begin += INDEX_ROWS) {
        struct pass p = *all;
        p.begin = begin;
        p.end = MIN(f->rows, begin + INDEX_ROWS);
        forward_gather(f, p.layer, p.begin, p.end);
        run_pass(&p);
        for (int r = p.begin; r < p.end; r++) {
            f->row[r].gathered = NULL;
        }
    }
    return any;
}

void forward_tiles(struct forward *f, int layer) {
    struct pass cached = {.f = f,
                          .layer = layer,
                          .kv = &f->kv,
                          .queries = f->queries,
                          .out = f->mixed,
                          .stat = f->any_expanded ? f->latent_stat : NULL,
                          .window = f->m->layers[layer].window,
                          .end = f->rows};
    if (!run_sparse(&cached)) {
        run_pass(&cached);
    }
    if (f->any_expanded) {
        struct pass expanded = {.f = f,
                                .layer = layer,
                                .expanded = true,
                                .kv = &f->expanded.kv,
                                .queries = f->head_queries,
                                .out = f->head_mixed,
                                .stat = f->head_stat,
                                .end = f->rows};
        run_pass(&expanded);
    }
}
