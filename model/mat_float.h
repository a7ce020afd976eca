#ifndef MODEL_MAT_FLOAT_H
#define MODEL_MAT_FLOAT_H
/* Float kernels, written once and compiled by each family's file (mat_portable.c, mat_avx2.c,
 * mat_avx512.c), which defines before the include:
 *   FLOAT_ROWS, FLOAT_COLS    tile of results kept in registers by rows_dot
 *   FLOAT_WIDEN_DOT           whether rows_dot gains from widening halves first (measured)
 *   FLOAT_REDUCE_TILE         if the family has a reduce_tile of its own
 *   FLOAT_VECS, FLOAT_SUMS    vectors of 16 x outputs kept in registers by rows_sum
 *   load16_f16, load16_bf16     sixteen numbers of a row as v16 (mat_v16.h), exactly
 *
 * A v16 is sixteen IEEE singles in as many registers as the family needs; operations on its lanes
 * mean the same everywhere, so every family gives the same bits by construction. Additions are in
 * the order that mat.c describes; a tile only interleaves independent results. No include guard and
 * only static functions: this is a piece of a .c file. */

/* Numbers i..i+15 of a row; i is a multiple of 16. */
INLINE void load16(enum row_kind kind, const uint8_t *row, size_t i, v16 *out) {
    if (kind == ROWS_F32)
        *out = v16_load((const float *)(const void *)(row + 4 * i));
    else if (kind == ROWS_F16)
        load16_f16(row + 2 * i, out);
    else
        load16_bf16(row + 2 * i, out);
}

/* The same for the last n < 16 numbers of a row, with zeros after them. */
INLINE void load16_tail(enum row_kind kind, const uint8_t *row, size_t i, size_t n, v16 *out) {
    size_t size = kind == ROWS_F32 ? 4 : 2;
    uint8_t padded[64] = {0};
    memcpy(padded, row + i * size, n * size);
    load16(kind, padded, 0, out);
}

INLINE float reduce16(const v16 *a) {
    v4 q = v16_fold(*a);
    return (q[0] + q[2]) + (q[1] + q[3]);
}

/* Four at once, by a transposition. */
INLINE void reduce16x4(const v16 a[4], float *out) {
    v4 q[4];
    for (int i = 0; i < 4; i++)
        q[i] = v16_fold(a[i]);
    v4 ab02 = __builtin_shufflevector(q[0], q[1], 0, 4, 2, 6);
    v4 ab13 = __builtin_shufflevector(q[0], q[1], 1, 5, 3, 7);
    v4 cd02 = __builtin_shufflevector(q[2], q[3], 0, 4, 2, 6);
    v4 cd13 = __builtin_shufflevector(q[2], q[3], 1, 5, 3, 7);
    v4 t0 = __builtin_shufflevector(ab02, cd02, 0, 1, 4, 5);
    v4 t2 = __builtin_shufflevector(ab02, cd02, 2, 3, 6, 7);
    v4 t1 = __builtin_shufflevector(ab13, cd13, 0, 1, 4, 5);
    v4 t3 = __builtin_shufflevector(ab13, cd13, 2, 3, 6, 7);
    v4 sum = (t0 + t2) + (t1 + t3);
    memcpy(out, &sum, sizeof sum);
}

/* The tiles of a few rows share the prefetching of as many of the next, line by line: a burst of
 * more lines than a core can wait for would hold up the loads behind it. */
INLINE void rows_dot_tile(enum row_kind kind, const struct rows_args *a, size_t r0, size_t c0,
                          const int n_rows, const int n_cols) {
    const uint8_t *row[FLOAT_ROWS];
    const float *x[FLOAT_COLS];
    v16 acc[FLOAT_COLS][FLOAT_ROWS];
#pragma GCC unroll 8
    for (int r = 0; r < n_rows; r++)
        row[r] = a->rows + (r0 + (size_t)r) * a->stride;
#pragma GCC unroll 8
    for (int c = 0; c < n_cols; c++) {
        size_t j = c0 + (size_t)c;
        x[c] = a->x + (a->x_at ? (size_t)a->x_at[j] : j) * a->x_stride;
#pragma GCC unroll 8
        for (int r = 0; r < n_rows; r++)
            acc[c][r] = v16_zero();
    }
    size_t full = a->k / 16 * 16, tail = a->k - full;
    const uint8_t *next = a->next ? a->next + r0 * a->next_stride : NULL;
    size_t pieces = (a->m + FLOAT_COLS - 1) / FLOAT_COLS;
    for (size_t i = 0; i < full; i += 16) {
        v16 xv[FLOAT_COLS];
        for (size_t r = c0 / FLOAT_COLS; next != NULL && r < (size_t)n_rows; r += pieces)
            __builtin_prefetch(next + r * a->next_stride + i * a->next_size, 0, 1);
#pragma GCC unroll 8
        for (int c = 0; c < n_cols; c++)
            xv[c] = v16_load(x[c] + i);
#pragma GCC unroll 8
        for (int r = 0; r < n_rows; r++) {
            v16 w;
            load16(kind, row[r], i, &w);
#pragma GCC unroll 8
            for (int c = 0; c < n_cols; c++)
                acc[c][r] = v16_mul_add(acc[c][r], w, xv[c]);
        }
    }
    if (__builtin_expect(tail != 0, 0)) {
#pragma GCC unroll 8
        for (int c = 0; c < n_cols; c++) {
            v16 xv, w;
            load16_tail(ROWS_F32, (const uint8_t *)x[c], full, tail, &xv);
#pragma GCC unroll 8
            for (int r = 0; r < n_rows; r++) {
                load16_tail(kind, row[r], full, tail, &w);
                acc[c][r] = v16_mul_add(acc[c][r], w, xv);
            }
        }
    }
#ifdef FLOAT_REDUCE_TILE
    if (n_rows == FLOAT_ROWS && n_cols == FLOAT_COLS) {
        reduce_tile(acc, a->dst + c0 * a->dst_stride + r0, a->dst_stride);
        return;
    }
#endif
#pragma GCC unroll 8
    for (int c = 0; c < n_cols; c++) {
        float *dst = a->dst + (c0 + (size_t)c) * a->dst_stride + r0;
        if (n_rows % 4 == 0) {
#pragma GCC unroll 8
            for (int r = 0; r < n_rows; r += 4)
                reduce16x4(&acc[c][r], dst + r);
        } else {
#pragma GCC unroll 8
            for (int r = 0; r < n_rows; r++)
                dst[r] = reduce16(&acc[c][r]);
        }
    }
}

INLINE void rows_dot(enum row_kind kind, const struct rows_args *a) {
    size_t r = 0;
    for (; r + FLOAT_ROWS <= a->n; r += FLOAT_ROWS) {
        size_t c = 0;
        for (; c + FLOAT_COLS <= a->m; c += FLOAT_COLS)
            rows_dot_tile(kind, a, r, c, FLOAT_ROWS, FLOAT_COLS);
        for (; c < a->m; c++)
            rows_dot_tile(kind, a, r, c, FLOAT_ROWS, 1);
    }
    for (; r < a->n; r++) {
        size_t c = 0;
        for (; c + FLOAT_COLS <= a->m; c += FLOAT_COLS)
            rows_dot_tile(kind, a, r, c, 1, FLOAT_COLS);
        for (; c < a->m; c++)
            rows_dot_tile(kind, a, r, c, 1, 1);
    }
}

/* dst[c][d..] += sum over rows t, in order, of x[c][t] * row_t[d..], vecs vectors from d. */
INLINE void rows_sum_tile(enum row_kind kind, const struct rows_args *a, size_t d, size_t c0,
                          const int vecs, const int n_cols) {
    v16 acc[FLOAT_SUMS][FLOAT_VECS];
#pragma GCC unroll 8
    for (int c = 0; c < n_cols; c++)
#pragma GCC unroll 8
        for (int v = 0; v < vecs; v++)
            acc[c][v] =
                a->anew ? v16_zero()
                        : v16_load(a->dst + (c0 + (size_t)c) * a->dst_stride + d + 16 * (size_t)v);
    const float *x = a->x + c0 * a->x_stride;
    for (size_t t = 0; t < a->n; t++) {
        v16 w[FLOAT_VECS];
#pragma GCC unroll 8
        for (int v = 0; v < vecs; v++)
            load16(kind, a->rows + t * a->stride, d + 16 * (size_t)v, &w[v]);
#pragma GCC unroll 8
        for (int c = 0; c < n_cols; c++) {
            v16 p = v16_splat(x[(size_t)c * a->x_stride + t]);
#pragma GCC unroll 8
            for (int v = 0; v < vecs; v++)
                acc[c][v] = v16_mul_add(acc[c][v], w[v], p);
        }
    }
#pragma GCC unroll 8
    for (int c = 0; c < n_cols; c++)
#pragma GCC unroll 8
        for (int v = 0; v < vecs; v++)
            v16_store(a->dst + (c0 + (size_t)c) * a->dst_stride + d + 16 * (size_t)v, acc[c][v]);
}

/* The last k mod 16 numbers. */
INLINE void rows_sum_tail(enum row_kind kind, const struct rows_args *a, size_t d) {
    for (size_t c = 0; a->anew && c < a->m; c++)
        memset(a->dst + c * a->dst_stride + d, 0, (a->k - d) * sizeof *a->dst);
    for (size_t t = 0; t < a->n; t++) {
        v16 w;
        float numbers[16];
        load16_tail(kind, a->rows + t * a->stride, d, a->k - d, &w);
        v16_store(numbers, w);
        for (size_t c = 0; c < a->m; c++)
            for (size_t i = d; i < a->k; i++) {
                float *dst = &a->dst[c * a->dst_stride + i];
                *dst = __builtin_fmaf(numbers[i - d], a->x[c * a->x_stride + t], *dst);
            }
    }
}

INLINE void rows_sum(enum row_kind kind, const struct rows_args *a) {
    size_t d = 0;
    while (d + 16 <= a->k) {
        bool wide = d + 16 * FLOAT_VECS <= a->k;
        size_t c = 0;
        for (; c + FLOAT_SUMS <= a->m; c += FLOAT_SUMS)
            if (wide)
                rows_sum_tile(kind, a, d, c, FLOAT_VECS, FLOAT_SUMS);
            else
                rows_sum_tile(kind, a, d, c, 1, FLOAT_SUMS);
        for (; c < a->m; c++)
            if (wide)
                rows_sum_tile(kind, a, d, c, FLOAT_VECS, 1);
            else
                rows_sum_tile(kind, a, d, c, 1, 1);
        d += wide ? 16 * FLOAT_VECS : 16;
    }
    if (d < a->k)
        rows_sum_tail(kind, a, d);
}

static void ROWS_F32_dot(const struct rows_args *a) {
    rows_dot(ROWS_F32, a);
}

static void ROWS_F32_sum(const struct rows_args *a) {
    rows_sum(ROWS_F32, a);
}

/* With many vectors, halves are widened once into a buffer of the first-level cache. The numbers
 * and the order are the same. */
#define WIDEN_COLUMNS 1024
#define WIDEN_ROWS    32

INLINE void rows_dot_half(enum row_kind kind, const struct rows_args *a) {
    float wide[FLOAT_ROWS * WIDEN_COLUMNS] __attribute__((aligned(64)));
    if (!FLOAT_WIDEN_DOT || a->m < 2 * FLOAT_COLS || a->k > WIDEN_COLUMNS || a->k % 16 != 0) {
        rows_dot(kind, a);
        return;
    }
    struct rows_args b = *a;
    b.rows = (const uint8_t *)wide;
    b.stride = a->k * sizeof *wide;
    for (size_t r = 0; r < a->n; r += FLOAT_ROWS) {
        b.n = MIN(a->n - r, (size_t)FLOAT_ROWS);
        b.dst = a->dst + r;
        b.next = a->next ? a->next + r * a->next_stride : NULL;
        for (size_t i = 0; i < b.n; i++)
            for (size_t k = 0; k < a->k; k += 16) {
                v16 w;
                load16(kind, a->rows + (r + i) * a->stride, k, &w);
                v16_store(wide + i * a->k + k, w);
            }
        ROWS_F32_dot(&b);
    }
}

INLINE void rows_sum_half(enum row_kind kind, const struct rows_args *a) {
    float wide[WIDEN_ROWS * 16 * FLOAT_VECS] __attribute__((aligned(64)));
    struct rows_args b = *a;
    if (a->m < 2 * FLOAT_SUMS) {
        rows_sum(kind, a);
        return;
    }
    for (size_t t = 0; t < a->n; t += WIDEN_ROWS)
        for (size_t d = 0; d + 16 <= a->k; d += b.k) {
            b.k = d + 16 * FLOAT_VECS <= a->k ? 16 * FLOAT_VECS : 16;
            b.n = MIN(a->n - t, (size_t)WIDEN_ROWS);
            b.anew = a->anew && t == 0;
            b.rows = (const uint8_t *)wide;
            b.stride = b.k * sizeof *wide;
            b.x = a->x + t;
            b.dst = a->dst + d;
            for (size_t i = 0; i < b.n; i++)
                for (size_t k = 0; k < b.k; k += 16) {
                    v16 w;
                    load16(kind, a->rows + (t + i) * a->stride, d + k, &w);
                    v16_store(wide + i * b.k + k, w);
                }
            ROWS_F32_sum(&b);
        }
    if (a->k % 16 != 0)
        rows_sum_tail(kind, a, a->k / 16 * 16);
}

static void ROWS_F16_dot(const struct rows_args *a) {
    rows_dot_half(ROWS_F16, a);
}

static void ROWS_F16_sum(const struct rows_args *a) {
    rows_sum_half(ROWS_F16, a);
}

static void ROWS_BF16_dot(const struct rows_args *a) {
    rows_dot_half(ROWS_BF16, a);
}

static void ROWS_BF16_sum(const struct rows_args *a) {
    rows_sum_half(ROWS_BF16, a);
}

static float float_dot(const float *a, const float *b, size_t n) {
    v16 acc = v16_zero(), x, y;
    size_t full = n / 16 * 16;
    for (size_t i = 0; i < full; i += 16)
        acc = v16_mul_add(acc, v16_load(a + i), v16_load(b + i));
    if (full < n) {
        load16_tail(ROWS_F32, (const uint8_t *)a, full, n - full, &x);
        load16_tail(ROWS_F32, (const uint8_t *)b, full, n - full, &y);
        acc = v16_mul_add(acc, x, y);
    }
    return reduce16(&acc);
}

static void float_axpy(float s, const float *x, float *y, size_t n) {
    for (size_t i = 0; i < n; i++)
        y[i] = __builtin_fmaf(s, x[i], y[i]);
}

static void float_scale(float s, float *y, size_t n) {
    for (size_t i = 0; i < n; i++)
        y[i] = y[i] * s;
}

static void float_blend(float a, float *y, float s, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        y[i] = __builtin_fmaf(s, x[i], y[i] * a);
}

/* Definition of a vector's int8 unit (mat.h). Rounding to nearest even by adding 1.5 * 2^23, whose
 * neighbours are 1 apart; the sum's low bits are then the integer in two's complement. */
static void act_quantize_unit(const float *x, struct act_unit *out) {
    int32_t bits[ACT_UNIT], top = 0;
    memcpy(bits, x, sizeof bits);
    for (int i = 0; i < ACT_UNIT; i++) {
        int32_t magnitude = bits[i] & 0x7fffffff; /* orders like the float; NaN above all */
        top = magnitude > top ? magnitude : top;
    }
    float largest;
    memcpy(&largest, &top, sizeof largest);
    /* below 2^-100 the unit is zero: 127 / largest must stay finite */
    bool usable = top < 0x7f800000 && largest >= 0x1p-100f;
    float inverse = usable ? 127.0f / largest : 0.0f;
    out->d = usable ? largest * (1.0f / 127.0f) : top >= 0x7f800000 ? __builtin_nanf("") : 0;
    if (!usable) {
        memset(out->q, 0, sizeof out->q);
        memset(out->sum, 0, sizeof out->sum);
        return;
    }
    float rounded[ACT_UNIT];
    for (int i = 0; i < ACT_UNIT; i++)
        rounded[i] = x[i] * inverse + 0x1.8p23f;
    memcpy(bits, rounded, sizeof bits);
    for (int i = 0; i < ACT_UNIT; i++)
        out->q[i] = (int8_t)bits[i];
    int16_t pairs[ACT_UNIT / 2]; /* then fours, eights: in halves, which compilers do in vectors */
    for (int i = 0; i < ACT_UNIT / 2; i++)
        pairs[i] = (int16_t)(out->q[2 * i] + out->q[2 * i + 1]);
    for (int i = 0; i < ACT_UNIT / 4; i++)
        pairs[i] = (int16_t)(pairs[2 * i] + pairs[2 * i + 1]);
    for (int i = 0; i < ACT_UNIT / 8; i++)
        pairs[i] = (int16_t)(pairs[2 * i] + pairs[2 * i + 1]);
    for (int i = 0; i < ACT_UNIT / 16; i++)
        out->sum[i] = (int16_t)(pairs[2 * i] + pairs[2 * i + 1]);
}

static void act_quantize(const float *x, size_t k, struct act_unit *out) {
    for (; k >= ACT_UNIT; k -= ACT_UNIT, x += ACT_UNIT)
        act_quantize_unit(x, out++);
    if (k > 0) {
        float padded[ACT_UNIT] = {0};
        memcpy(padded, x, k * sizeof *x);
        act_quantize_unit(padded, out);
    }
}
#endif
