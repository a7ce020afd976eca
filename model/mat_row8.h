#ifndef MODEL_MAT_ROW8_H
#define MODEL_MAT_ROW8_H
/* Attention over int8 cache rows: the part that every family shares; its file includes this after
 * defining the integer loops (dots8, and sums8 with add_scaled64 or sums8_add) and INLINE. Only
 * static functions.
 *
 * A row is cut into groups of 512 numbers (a latent row of DeepSeek is then its 512 latents and its
 * rotated key, each with a scale of its own; a head's row is one group), the last one padded with
 * zeros to a multiple of 64: f32 scale, then bytes 128 + q with number = scale * q, |q| <= 127. So
 * a row of fewer numbers is a prefix of the longer one. A query is prepared in its own place, group
 * by group of 512 floats: f32 scale, int32 sum of q, int8 q[...], padded likewise.
 *
 * Arithmetic (the same bits in every family, since the sums are integers):
 *   score = sum over groups, in order, of (float)I * (row scale * query scale), I = sum(row q * q)
 *   value: the weights of a call's rows times their row scales, as bytes of one scale for the call:
 *          w_t = p_t * scale_t, u_t = round(w_t * 255 / max w), out[d] += (float)I[d] * (max w /
 * 255) 512 products of 127 * 127 and 32 of 255 * 127 are below 2^24: the conversions are exact. */
#include <string.h>

#include "model/mat_int.h"

#define ROW8_GROUP_BYTES (4 + ROW8_GROUP)
#define ROW8_QUERIES     32 /* queries that share an interleaved piece of values */
#define ROW8_PIECES      4  /* a tile of attention's pages */

/* 127 over the largest magnitude, and its reciprocal scale; zeros for a zero (or denormal) vector,
 * scale NaN if a number is not finite. */
INLINE float row8_scale(const float *x, size_t n, float levels, float *inverse) {
    int32_t top = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits &= 0x7fffffff;
        top = bits > top ? bits : top;
    }
    float largest;
    memcpy(&largest, &top, sizeof largest);
    bool usable = top < 0x7f800000 && largest >= 0x1p-100f;
    *inverse = usable ? levels / largest : 0;
    return usable ? largest / levels : top >= 0x7f800000 ? __builtin_nanf("") : 0;
}

/* The nearest integer, ties to even, of |x| < 2^22. */
INLINE int32_t row8_round(float x) {
    float rounded = x + 0x1.8p23f;
    int32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits - 0x4b400000;
}

static size_t row8_padded(size_t n) {
    return (n + 63) / 64 * 64;
}

static void row8_put(const float *x, size_t dim, uint8_t *row) {
    for (size_t at = 0; at < dim; at += ROW8_GROUP, row += ROW8_GROUP_BYTES) {
        size_t n = MIN(dim - at, (size_t)ROW8_GROUP);
        float inverse, scale = row8_scale(x + at, n, 127, &inverse);
        bool usable = inverse != 0;
        memcpy(row, &scale, 4);
        for (size_t i = 0; i < n; i++)
            row[4 + i] = (uint8_t)(128 + (usable ? row8_round(x[at + i] * inverse) : 0));
        memset(row + 4 + n, 128, row8_padded(n) - n);
    }
}

static void row8_prepare(float *q, size_t dim) {
    for (size_t at = 0; at < dim; at += ROW8_GROUP) {
        size_t n = MIN(dim - at, (size_t)ROW8_GROUP);
        int8_t rounded[ROW8_GROUP];
        float inverse, scale = row8_scale(q + at, n, 127, &inverse);
        bool usable = inverse != 0;
        int32_t sum = 0;
        for (size_t i = 0; i < n; i++)
            rounded[i] = (int8_t)(usable ? row8_round(q[at + i] * inverse) : 0);
        for (size_t i = 0; i < n; i++)
            sum += rounded[i];
        uint8_t *out = (uint8_t *)(q + at);
        memcpy(out, &scale, 4);
        memcpy(out + 4, &sum, 4);
        memcpy(out + ROW8_QUERY_HEAD, rounded, n);
        memset(out + ROW8_QUERY_HEAD + n, 0, row8_padded(n) - n);
    }
}

/* Adds (first: sets) the scaled sums of one group to one query's scores. */
INLINE void row8_scores(const int32_t *totals, const float *row_scale, size_t n,
                        const uint8_t *query, bool first, float *dst) {
    float scale;
    int32_t sum;
    memcpy(&scale, query, 4);
    memcpy(&sum, query + 4, 4);
    for (size_t t = 0; t < n; t++) {
        float total = (float)(totals[t] - 128 * sum), by = row_scale[t] * scale;
        dst[t] = first ? total * by : __builtin_fmaf(total, by, dst[t]);
    }
}

static void row8_dot(const struct rows_args *a) {
    int32_t totals[ROW8_QUERIES][ROW8_ROWS];
    for (size_t t0 = 0; t0 < a->n; t0 += ROW8_ROWS) {
        size_t n = MIN(a->n - t0, (size_t)ROW8_ROWS);
        for (size_t at = 0; at < a->k; at += ROW8_GROUP) {
            const uint8_t *rows = a->rows + t0 * a->stride + at / ROW8_GROUP * ROW8_GROUP_BYTES;
            size_t steps = row8_padded(MIN(a->k - at, (size_t)ROW8_GROUP)) / 64;
            float row_scale[ROW8_ROWS];
            for (size_t t = 0; t < n; t++)
                memcpy(&row_scale[t], rows + t * a->stride, 4);
            for (size_t c0 = 0; c0 < a->m; c0 += ROW8_QUERIES) {
                size_t m = MIN(a->m - c0, (size_t)ROW8_QUERIES);
                const uint8_t *queries = (const uint8_t *)(a->x + c0 * a->x_stride + at);
                const uint8_t *next = a->next && c0 == 0 ? a->next + (rows - a->rows) : NULL;
                dots8(rows + 4, a->stride, n, steps, queries + ROW8_QUERY_HEAD, a->x_stride * 4, m,
                      totals, next);
                for (size_t c = 0; c < m; c++)
                    row8_scores(totals[c], row_scale, n, queries + c * a->x_stride * 4, at == 0,
                                a->dst + (c0 + c) * a->dst_stride + t0);
            }
        }
    }
}

/* Weights of up to 32 rows as bytes; their scale. row_scale is zero past n. */
INLINE float row8_weights(const float *p, const float *row_scale, size_t n, uint8_t *out) {
    float w[ROW8_ROWS] = {0}, inverse;
    memcpy(w, p, n * sizeof *w);
    for (size_t t = 0; t < ROW8_ROWS; t++)
        w[t] = w[t] * row_scale[t];
    float scale = row8_scale(w, ROW8_ROWS, 255, &inverse);
    for (size_t t = 0; t < ROW8_ROWS; t++)
        w[t] = __builtin_fmaf(w[t], inverse, 0x1.8p23f); /* rounds to the nearest integer */
    int32_t bits[ROW8_ROWS];
    memcpy(bits, w, sizeof bits);
    for (size_t t = 0; t < ROW8_ROWS; t++)
        out[t] = (uint8_t)(inverse != 0 ? bits[t] : 0);
    return scale;
}

#ifndef ROW8_SUMS_ADD
/* dst[c][d] += (anew: =) scale[c] * sum over rows t of u[c][t] * (row t's byte d - 128), d < width,
 * which is 64 at most */
static void sums8_add(const uint8_t *rows, size_t stride, size_t n, const uint8_t (*u)[ROW8_ROWS],
                      size_t m, const float *scale, size_t width, float *dst, size_t dst_stride,
                      bool anew) {
    int32_t totals[ROW8_QUERIES][64];
    sums8(rows, stride, n, u, m, totals);
    for (size_t c = 0; c < m; c++, dst += dst_stride) {
        for (size_t i = 0; anew && i < width; i++)
            dst[i] = 0;
        if (width == 64)
            add_scaled64(dst, totals[c], scale[c]);
        for (size_t i = 0; width < 64 && i < width; i++)
            dst[i] = __builtin_fmaf((float)totals[c][i], scale[c], dst[i]);
    }
}
#endif

struct row8_piece { /* up to ROW8_ROWS rows whose weights are rounded together */
    const uint8_t *rows;
    size_t at, n; /* of its first row among all, and rows */
};

static struct row8_piece row8_piece(const struct rows_args *a, size_t i) {
    size_t each = (a->n + ROW8_ROWS - 1) / ROW8_ROWS, t = i % each * ROW8_ROWS;
    const uint8_t *page = a->pages[i / each];
    return (struct row8_piece){page + t * a->stride, i / each * a->n + t,
                               MIN(a->n - t, (size_t)ROW8_ROWS)};
}

/* One group of up to 512 numbers of a few pieces, for up to ROW8_QUERIES weightings. All pieces
 * meet 64 numbers of the sums before the next 64: those stay in the first-level cache. */
static void row8_sum_group(const struct rows_args *a, const struct row8_piece *piece,
                           size_t n_pieces, size_t c0, size_t m, size_t at, bool anew) {
    uint8_t weights[ROW8_PIECES][ROW8_QUERIES][ROW8_ROWS];
    float scale[ROW8_PIECES][ROW8_QUERIES];
    size_t group = at / ROW8_GROUP * ROW8_GROUP_BYTES, dim = MIN(a->k - at, (size_t)ROW8_GROUP);
    for (size_t i = 0; i < n_pieces; i++) {
        float row_scale[ROW8_ROWS] = {0};
        for (size_t t = 0; t < piece[i].n; t++)
            memcpy(&row_scale[t], piece[i].rows + t * a->stride + group, 4);
        for (size_t c = 0; c < m; c++)
            scale[i][c] = row8_weights(a->x + (c0 + c) * a->x_stride + piece[i].at, row_scale,
                                       piece[i].n, weights[i][c]);
    }
    for (size_t d = 0; d < dim; d += 64) {
        float *dst = a->dst + c0 * a->dst_stride + at + d;
        size_t width = MIN(dim - d, (size_t)64);
        for (size_t i = 0; i < n_pieces; i++)
            sums8_add(piece[i].rows + group + 4 + d, a->stride, piece[i].n, weights[i], m, scale[i],
                      width, dst, a->dst_stride, anew && i == 0);
    }
}

static void row8_sum(const struct rows_args *a) {
    size_t all = (a->n + ROW8_ROWS - 1) / ROW8_ROWS * a->n_pages, n;
    for (size_t first = 0; first < all; first += n) {
        struct row8_piece piece[ROW8_PIECES];
        n = MIN(all - first, (size_t)ROW8_PIECES);
        for (size_t i = 0; i < n; i++)
            piece[i] = row8_piece(a, first + i);
        for (size_t at = 0; at < a->k; at += ROW8_GROUP)
            for (size_t c0 = 0; c0 < a->m; c0 += ROW8_QUERIES)
                row8_sum_group(a, piece, n, c0, MIN(a->m - c0, (size_t)ROW8_QUERIES), at,
                               a->anew && first == 0);
    }
}
#endif
