/* Matrices: shapes, the choice of a kernel family, and the order in which panels meet vectors.
 *
 * Owns no memory and no state; every function runs on any thread. The arithmetic that all families
 * compute to the bit (G3), for one row and one vector:
 *
 *   quantized weights: for each unit of 256 columns (the last maybe fewer), in order,
 *       acc = -(C * (wd_0 + wd_1 + ...))                      the sum in order, then the product
 *       for each block b of 32 columns, in order,
 *           J_b = sum(w * a) << shift                         exact in int32, < 2^22
 *           acc = acc + (C + J_b) * wd_b                      fused: rounded once
 *           acc = acc + wm_b * (float)sum(a of b)             Q4_1, Q5_1; fused
 *       acc = acc - dmin * (float)sum(m_j * sum(a of j))      formats with integer minima; fused
 *       total = total + acc * d                               fused
 *     w, wm, m, dmin: the file's own integers, scales and minima; wd: its scales / 2^shift,
 *     exact in f32 (quant.c); a, d: the vector's int8 unit and its scale (act_unit). Formats with
 *     scales of 16 columns (Q2_K, Q3_K, Q6_K) have two halves where others have a block. shift is
 *     the format's (mat_int.h), C = 1.5 * 2^23.
 *     C makes a float of an integer without a conversion: C + J is the integer sum itself with C's
 *     bits as its start. What it costs is rounding: acc is up to 2^27 * wd on its way and rounded
 *     to 8 wd at most, about 2 of J's units in all, where rounding the vector to int8 costs
 *     sqrt(256 / 12) times the weights' root mean square: hundreds of them.
 *   float weights: 16 lanes, lane = column mod 16: lane = lane + w * x, fused; missing columns are
 *     zeros; then lanes i and i+8 are added, i and i+4, i and i+2, i and i+1.
 *
 * Fused multiply-add is exact but for one rounding wherever it runs (IEEE 754), so it is as
 * reproducible as the two operations, and half as many. It is always asked for, never left to the
 * compiler (-ffp-contract=off).
 *
 * Integer sums may be split and reordered at will, float additions never. Because the order is by
 * columns alone, tiles, ranges, gathers and threads cannot change a bit.
 *
 * mat_mul packs vectors into tiles that stay in the second-level cache and walks the panels of its
 * range once for up to 128 of them: weights are read from memory once a group, vectors from the
 * cache, and a unit of a panel meets all its tiles in turn.
 * Failures: only mat_init and kernels_find, which judge files and users; the rest asserts. */
#include "model/mat.h"

#include <string.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif
#ifdef __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "model/mat_int.h"

/* ---- families ---- */
static const struct kernels *const kernel_families[] = {
/* best first */
#ifdef __x86_64__
    &kernels_avx512,
    &kernels_avx2,
#endif
#ifdef __aarch64__
    &kernels_neon,
#endif
    &kernels_portable,
};

#ifdef __x86_64__
static bool has_f16c(void) /* clang's __builtin_cpu_supports does not know it */
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
}
#endif

static bool family_runs(const struct kernels *kern) {
#ifdef __x86_64__
    if (kern == &kernels_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma") && has_f16c();
    if (kern == &kernels_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
#endif
#ifdef __aarch64__
    if (kern == &kernels_neon)
        return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#endif
    return kern == &kernels_portable;
}

const struct kernels *kernels_find(const char *name, struct err *err) {
    for (size_t i = 0; i < ARRAY_LEN(kernel_families); i++) {
        const struct kernels *kern = kernel_families[i];
        if (name != NULL && strcmp(name, kern->name) != 0)
            continue;
        if (family_runs(kern))
            return kern;
        if (name != NULL) {
            err_set(err, ERR_ENVIRONMENT, "this processor cannot run the kernels '%s'", name);
            err_hint(err, "leave the kernels unset: the best ones are found by themselves");
            return NULL;
        }
    }
    err_set(err, ERR_USAGE, "no such kernels '%s'", name);
    err_hint(err, "use one of: portable avx2 avx512 neon");
    return NULL;
}

const char *kernels_name(const struct kernels *kern) {
    return kern->name;
}

bool kernels_supported(const char *name) {
    return kernels_find(name, NULL) != NULL;
}

/* ---- shapes ---- */
bool mat_is_float(uint32_t type) {
    return type == QUANT_F32 || type == QUANT_F16 || type == QUANT_BF16;
}

bool mat_init(struct mat *m, uint32_t type, size_t k, size_t n, size_t count, const void *data,
              size_t size, struct err *err) {
    *m = (struct mat){0};
    const struct quant *q = quant_find(type);
    if (q == NULL) {
        err_set(err, ERR_MODEL, "tensor type %u is not supported", (unsigned)type);
        return err_hint(err, "supported: F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q2_K Q3_K Q4_K Q5_K "
                             "Q6_K IQ4_NL IQ4_XS MXFP4");
    }
    size_t row = quant_row_bytes(q, k), total;
    if (row == 0 || n == 0 || count == 0 || k > INT32_MAX || n > INT32_MAX ||
        __builtin_mul_overflow(row, n, &total) || __builtin_mul_overflow(total, count, &total) ||
        total != size)
        return err_set(err, ERR_MODEL, "%zu bytes are not %zu x %zu x %zu numbers of %s", size, k,
                       n, count, q->name);
    *m = (struct mat){
        .type = q->type, .k = k, .n = n, .count = count, .data = data, .row_bytes = row};
    int kind = panel_kind_find(m->type);
    if (kind >= 0)
        m->panel_bytes =
            panel_scale_area(&panel_layouts[kind], k) + k / 32 * panel_layouts[kind].quant_bytes;
    return true;
}

bool mat_init_pair(struct mat *m, const struct mat *a, const struct mat *b) {
    if (a->type != b->type || a->k != b->k || a->n != b->n || a->count != b->count ||
        a->n % MAT_PANEL != 0 || a->data_pair != NULL || b->data_pair != NULL)
        return false;
    *m = *a;
    m->n = 2 * a->n;
    m->data_pair = b->data;
    m->packed = NULL;
    return true;
}

/* The bytes of a row in the file. */
static const uint8_t *mat_row_data(const struct mat *m, size_t expert, size_t row) {
    if (m->data_pair == NULL)
        return m->data + (expert * m->n + row) * m->row_bytes;
    size_t panel = row / MAT_PANEL, half = m->n / 2;
    const uint8_t *base = panel % 2 == 0 ? m->data : m->data_pair;
    return base + (expert * half + panel / 2 * MAT_PANEL + row % MAT_PANEL) * m->row_bytes;
}

void mat_row(const struct mat *m, size_t expert, size_t row, float *dst) {
    ASSERT(expert < m->count && row < m->n);
    quant_find(m->type)->dequantize(mat_row_data(m, expert, row), dst, m->k);
}

size_t mat_packed_offset(const struct mat *m, size_t expert, size_t row) {
    size_t panels = (m->n + MAT_PANEL - 1) / MAT_PANEL;
    return (expert * panels + (row + MAT_PANEL - 1) / MAT_PANEL) * m->panel_bytes;
}

size_t mat_packed_bytes(const struct mat *m) {
    return mat_packed_offset(m, m->count - 1, m->n);
}

void mat_pack(const struct mat *m, void *packed, size_t expert, size_t row_begin, size_t row_end) {
    ASSERT(expert < m->count && row_begin % MAT_PANEL == 0 && row_end <= m->n);
    ASSERT(row_end % MAT_PANEL == 0 || row_end == m->n);
    ASSERT((uintptr_t)packed % MAT_ALIGN == 0);
    if (m->panel_bytes == 0)
        return;
    for (size_t row = row_begin; row < row_end; row += MAT_PANEL) {
        const uint8_t *rows[MAT_PANEL] = {NULL};
        for (size_t r = 0; r < MAT_PANEL && row + r < m->n; r++)
            rows[r] = mat_row_data(m, expert, row + r);
        uint8_t *dst = (uint8_t *)packed + mat_packed_offset(m, expert, row);
        panel_pack((enum panel_kind)panel_kind_find(m->type), rows, m->k, dst);
    }
}

void mat_use_packed(struct mat *m, const void *packed) {
    ASSERT((uintptr_t)packed % MAT_ALIGN == 0);
    m->packed = packed;
}

/* ---- activations ---- */
static size_t act_float_stride(size_t k) {
    return (k + 15) / 16 * 16;
}

static size_t round_up(size_t n, size_t to) {
    return (n + to - 1) / to * to;
}

size_t act_bytes(size_t k, size_t rows) {
    return round_up(act_float_stride(k) * sizeof(float) * rows, MAT_ALIGN) +
           (k + ACT_UNIT - 1) / ACT_UNIT * sizeof(struct act_unit) * rows;
}

void act_init(struct act *a, void *memory, size_t k, size_t rows) {
    ASSERT((uintptr_t)memory % MAT_ALIGN == 0);
    *a = (struct act){.k = k, .rows = rows, .f = memory, .f_stride = act_float_stride(k)};
    a->q_stride = (k + ACT_UNIT - 1) / ACT_UNIT;
    a->q = (void *)((uint8_t *)memory + round_up(a->f_stride * sizeof(float) * rows, MAT_ALIGN));
}

void act_put_part(const struct kernels *kern, const struct act *a, size_t row, size_t begin,
                  size_t n, const float *x, int forms) {
    ASSERT(row < a->rows && begin % ACT_UNIT == 0 && begin + n <= a->k);
    ASSERT(n % ACT_UNIT == 0 || begin + n == a->k);
    if (forms & ACT_F32) {
        float *dst = a->f + row * a->f_stride + begin;
        if (dst != x)
            memcpy(dst, x, n * sizeof *dst);
        if (begin + n == a->k)
            memset(dst + n, 0, (a->f_stride - a->k) * sizeof *dst);
    }
    if (forms & ACT_Q8) {
        ASSERT(n % 32 == 0);
        kern->act_quantize(x, n, a->q + row * a->q_stride + begin / ACT_UNIT);
    }
}

void act_put(const struct kernels *kern, const struct act *a, size_t row, const float *x,
             int forms) {
    act_put_part(kern, a, row, 0, a->k, x, forms);
}

/* ---- product ---- */
/* Tiles that are read again for every panel: they should stay in the second-level cache (1 MiB on
 * the machines this is made for), beside the panel. Wide groups of vectors go through a long k in
 * pieces, so that the weights are read from memory once a group. */
#define GROUP_BYTES    MAT_TILES_BYTES
#define GROUP_COLS_MAX MAT_TILES_VECTORS
#define GROUP_TILES    (GROUP_COLS_MAX / TILE_COLS)

/* What block b of a unit of a vector gives to the tile beside its numbers. */
static void tile_starts(const struct panel_layout *l, const struct act_unit *x, size_t b,
                        int32_t start[2]) {
    int32_t low = x->sum[2 * b], high = x->sum[2 * b + 1];
    int32_t times = l->offset_log2 == OFFSET_NONE ? 0 : 1 << l->offset_log2 << l->shift;
    start[0] = TILE_MAGIC_BITS - times * (l->sub16 ? low : low + high);
    start[1] = TILE_MAGIC_BITS - times * high;
}

static void tile_parts(enum panel_minima minima, const struct act_unit *x, int32_t part[8]) {
    for (size_t i = 0; i < 8; i++) {
        const int16_t *sum = x->sum + 2 * i;
        float all = (float)(sum[0] + sum[1]);
        if (minima == MINIMA_FLOAT)
            memcpy(&part[i], &all, sizeof all);
        else if (minima == MINIMA_16)
            memcpy(&part[i], sum, sizeof part[i]);
        else if (minima == MINIMA_32 && i < 4)
            part[i] = ((x->sum[4 * i] + x->sum[4 * i + 1]) & 0xffff) |
                      (int32_t)((uint32_t)(x->sum[4 * i + 2] + x->sum[4 * i + 3]) << 16);
    }
}

/* Unit u of n vectors, `blocks` blocks of it, into a tile (mat_int.h). */
static void tile_pack_unit(enum panel_kind kind, const struct act_unit *const *x, size_t n,
                           size_t u, size_t blocks, uint8_t *out) {
    enum panel_minima minima = panel_minima(kind);
    uint8_t *end = out + 40 * n * blocks;
    for (size_t c = 0; c < n; c++) {
        const struct act_unit *unit = x[c] + u;
        for (size_t b = 0; b < blocks; b++) {
            uint8_t *block = out + 40 * n * b;
            int32_t start[2];
            memcpy(block + 32 * c, unit->q + 32 * b, 32);
            tile_starts(&panel_layouts[kind], unit, b, start);
            memcpy(block + 32 * n + 4 * c, &start[0], 4);
            memcpy(block + 32 * n + 4 * (n + c), &start[1], 4);
        }
        memcpy(end + 4 * c, &unit->d, 4);
        if (minima == MINIMA_NONE)
            continue;
        int32_t part[8] = {0};
        tile_parts(minima, unit, part);
        for (size_t i = 0; i < 8; i++)
            memcpy(end + 4 * n + 4 * (i * n + c), &part[i], 4);
    }
}

static void tile_pack(enum panel_kind kind, const struct act_unit *const *x, size_t n, size_t unit,
                      size_t blocks, uint8_t *out) {
    for (; blocks > 0; unit++) {
        size_t count = MIN(blocks, (size_t)ACT_UNIT / 32);
        tile_pack_unit(kind, x, n, unit, count, out);
        out += tile_unit_bytes(n, count);
        blocks -= count;
    }
}

/* Vectors of one act times a range of panels, in groups, tiles and pieces of k. */
struct product {
    const struct kernels *kern;
    const struct mat *w;
    enum panel_kind kind;
    size_t expert, row_begin, row_end;
    float *dst;
    size_t dst_stride;
    struct mat_tiles *tiles; /* kept from call to call; NULL: none are */
};

/* How far a kernel reads ahead of itself in a stream of panels: past the page ends, where hardware
 * prefetchers stop. */
#define AHEAD_BYTES 8192

static void mul_piece(const struct product *p, struct panel_args *args, float *dst) {
    size_t blocks = p->w->k / 32;
    args->panel = p->w->packed + mat_packed_offset(p->w, p->expert, p->row_begin);
    args->rows = p->row_end - p->row_begin;
    args->n_panels = (args->rows + MAT_PANEL - 1) / MAT_PANEL;
    args->dst = dst;
    args->ahead_step = round_up((args->panel_bytes + blocks - 1) / blocks, 64);
    args->ahead = args->panel + args->unit * (ACT_UNIT / 32) * args->ahead_step + AHEAD_BYTES;
    args->ahead_end = p->w->packed + mat_packed_offset(p->w, p->expert, p->row_end);
    p->kern->panel_mul[p->kind](args);
}

static void mul_group(const struct product *p, const struct act_unit *const *x, size_t cols,
                      float *dst, uint8_t *memory) {
    const uint8_t *tiles[GROUP_TILES];
    size_t blocks = p->w->k / 32;
    size_t piece = GROUP_BYTES / tile_unit_bytes(cols, ACT_UNIT / 32) * (ACT_UNIT / 32);
    const uint8_t *first = p->w->packed + mat_packed_offset(p->w, p->expert, p->row_begin);
    for (size_t line = 0; line < MIN(p->w->panel_bytes, (size_t)AHEAD_BYTES); line += 64)
        __builtin_prefetch(first + line, 0, 1); /* arrives while the tiles are packed */
    struct panel_args args = {.panel_bytes = p->w->panel_bytes,
                              .tiles = tiles,
                              .m = cols,
                              .dst_stride = p->dst_stride,
                              .scale_area = panel_scale_area(&panel_layouts[p->kind], p->w->k)};
    bool ready = p->tiles != NULL && p->tiles->ready && piece >= blocks;
    for (size_t block = 0; block < blocks; block += piece) {
        uint8_t *at = memory;
        args.unit = block / (ACT_UNIT / 32);
        args.blocks = MIN(piece, blocks - block);
        args.first = block == 0;
        size_t units = (args.blocks + ACT_UNIT / 32 - 1) / (ACT_UNIT / 32);
        for (size_t c = 0, t = 0, n; c < cols; c += n, t++) {
            n = MIN(cols - c, (size_t)TILE_COLS);
            if (!ready)
                tile_pack(p->kind, x + c, n, args.unit, args.blocks, at);
            tiles[t] = at;
            at += (40 * args.blocks + 36 * units) * n;
        }
        mul_piece(p, &args, dst);
    }
}

static void mul_panels(const struct product *p, const struct act *a, const int *rows, size_t m) {
    uint8_t own[GROUP_BYTES] __attribute__((aligned(MAT_ALIGN)));
    uint8_t *memory = p->tiles != NULL ? p->tiles->memory : own;
    const struct act_unit *x[GROUP_COLS_MAX];
    for (size_t begin = 0; begin < m; begin += GROUP_COLS_MAX) {
        size_t cols = MIN((size_t)GROUP_COLS_MAX, m - begin);
        for (size_t c = 0; c < cols; c++) {
            size_t at = rows ? (size_t)rows[begin + c] : begin + c;
            ASSERT(at < a->rows);
            x[c] = a->q + at * a->q_stride;
        }
        mul_group(p, x, cols, p->dst + begin * p->dst_stride, memory);
    }
    if (p->tiles != NULL)
        p->tiles->ready = true;
}

static void mul_rows(const struct kernels *kern, const struct mat *w, size_t expert,
                     const struct act *a, const int *rows, size_t m, float *dst, size_t dst_stride,
                     size_t row_begin, size_t row_end) {
    enum row_kind kind = w->type == QUANT_F32   ? ROWS_F32
                         : w->type == QUANT_F16 ? ROWS_F16
                                                : ROWS_BF16;
    struct rows_args args = {
        .stride = w->row_bytes, .k = w->k, .x_stride = a->f_stride, .dst_stride = dst_stride};
    for (size_t j = 0; j < m; j++)
        ASSERT((rows ? (size_t)rows[j] : j) < a->rows);
    size_t step = w->data_pair ? MAT_PANEL : row_end - row_begin; /* rows that follow each other */
    size_t group = MAX(GROUP_BYTES / (a->f_stride * sizeof *a->f) / 4 * 4, 4);
    for (size_t begin = 0; begin < m; begin += group) {
        args.m = MIN(group, m - begin);
        args.x = rows ? a->f : a->f + begin * a->f_stride;
        args.x_at = rows ? rows + begin : NULL;
        for (size_t row = row_begin; row < row_end; row += step) {
            args.rows = mat_row_data(w, expert, row);
            args.n = MIN(step, row_end - row);
            args.dst = dst + begin * dst_stride + (row - row_begin);
            kern->rows_dot[kind](&args);
        }
    }
}

void mat_mul(const struct kernels *kern, const struct mat *w, size_t expert, const struct act *a,
             const int *rows, size_t m, float *dst, size_t dst_stride, size_t row_begin,
             size_t row_end) {
    mat_mul_tiles(kern, NULL, w, expert, a, rows, m, dst, dst_stride, row_begin, row_end);
}

void mat_mul_tiles(const struct kernels *kern, struct mat_tiles *tiles, const struct mat *w,
                   size_t expert, const struct act *a, const int *rows, size_t m, float *dst,
                   size_t dst_stride, size_t row_begin, size_t row_end) {
    ASSERT(expert < w->count && row_begin % MAT_PANEL == 0 && row_end <= w->n);
    ASSERT(row_end % MAT_PANEL == 0 || row_end == w->n);
    ASSERT(a->k == w->k && (tiles == NULL || m <= MAT_TILES_VECTORS));
    if (m == 0 || row_begin >= row_end)
        return;
    if (mat_is_float(w->type)) {
        mul_rows(kern, w, expert, a, rows, m, dst, dst_stride, row_begin, row_end);
        return;
    }
    ASSERT(w->packed != NULL);
    struct product p = {.kern = kern,
                        .w = w,
                        .kind = (enum panel_kind)panel_kind_find(w->type),
                        .expert = expert,
                        .row_begin = row_begin,
                        .row_end = row_end,
                        .dst = dst,
                        .dst_stride = dst_stride,
                        .tiles = tiles};
    mul_panels(&p, a, rows, m);
}

/* ---- attention and vectors ---- */
static const enum row_kind row_kinds[] = {
    [ROW_F32] = ROWS_F32, [ROW_F16] = ROWS_F16, [ROW_Q8] = ROWS_Q8};

bool row_fits_q8(size_t dim) {
    size_t rest = dim % ROW8_GROUP;
    return dim > 0 && (rest == 0 || ROW8_QUERY_HEAD + round_up(rest, 64) <= 4 * rest);
}

size_t row_bytes(enum row_format format, size_t dim) {
    if (format != ROW_Q8)
        return format == ROW_F32 ? 4 * dim : 2 * dim;
    ASSERT(row_fits_q8(dim));
    size_t rest = dim % ROW8_GROUP;
    return dim / ROW8_GROUP * (4 + ROW8_GROUP) + (rest ? 4 + round_up(rest, 64) : 0);
}

void row_put(const struct kernels *kern, enum row_format format, const float *x, size_t dim,
             void *row) {
    ASSERT(format != ROW_Q8 || row_fits_q8(dim));
    if (format == ROW_F32)
        memcpy(row, x, dim * sizeof *x);
    else if (format == ROW_F16)
        kern->row_put_f16(x, dim, row);
    else
        kern->row_put_q8(x, dim, row);
}

void row_get(enum row_format format, const void *row, size_t dim, float *x) {
    if (format != ROW_Q8) {
        quant_find(format == ROW_F32 ? QUANT_F32 : QUANT_F16)->dequantize(row, x, dim);
        return;
    }
    const uint8_t *p = row;
    for (size_t i = 0; i < dim; i++) {
        const uint8_t *group = p + i / ROW8_GROUP * (4 + ROW8_GROUP);
        float scale;
        memcpy(&scale, group, 4);
        x[i] = (float)(group[4 + i % ROW8_GROUP] - 128) * scale;
    }
}

void attn_prepare(const struct kernels *kern, enum row_format format, float *q, size_t dim) {
    ASSERT(format != ROW_Q8 || row_fits_q8(dim));
    if (format == ROW_Q8)
        kern->query_prepare_q8(q, dim);
}

void attn_dot(const struct kernels *kern, enum row_format format, const void *rows, size_t stride,
              size_t n, size_t dim, const float *q, size_t q_stride, size_t n_q, float *out,
              size_t out_stride, const void *next) {
    kern->rows_dot[row_kinds[format]](&(struct rows_args){.rows = rows,
                                                          .stride = stride,
                                                          .n = n,
                                                          .k = dim,
                                                          .x = q,
                                                          .x_stride = q_stride,
                                                          .m = n_q,
                                                          .dst = out,
                                                          .dst_stride = out_stride,
                                                          .next = next,
                                                          .next_stride = stride,
                                                          .next_size = format == ROW_F32 ? 4 : 2});
}

void attn_sum(const struct kernels *kern, enum row_format format, const void *const *pages,
              size_t n_pages, size_t stride, size_t n, size_t dim, const float *p, size_t p_stride,
              size_t n_q, float *out, size_t out_stride, bool anew) {
    struct rows_args args = {.stride = stride,
                             .n = n,
                             .k = dim,
                             .x = p,
                             .x_stride = p_stride,
                             .m = n_q,
                             .dst = out,
                             .dst_stride = out_stride,
                             .pages = pages,
                             .n_pages = n_pages,
                             .anew = anew};
    ASSERT(n > 0 && n_pages > 0);
    if (format == ROW_Q8) {
        kern->rows_sum[ROWS_Q8](&args);
        return;
    }
    for (size_t i = 0; i < n_pages; i++, args.x += n) {
        args.rows = pages[i];
        args.anew = anew && i == 0;
        kern->rows_sum[row_kinds[format]](&args);
    }
}

float vec_dot(const struct kernels *kern, const float *a, const float *b, size_t n) {
    return kern->dot(a, b, n);
}

void vec_axpy(const struct kernels *kern, float s, const float *x, float *y, size_t n) {
    kern->axpy(s, x, y, n);
}

void vec_scale(const struct kernels *kern, float s, float *y, size_t n) {
    kern->scale(s, y, n);
}

void vec_blend(const struct kernels *kern, float a, float *y, float s, const float *x, size_t n) {
    kern->blend(a, y, s, x, n);
}
