#ifndef MODEL_MAT_AVX512_ROW8_H
#define MODEL_MAT_AVX512_ROW8_H
/* The integer loops of attention over int8 cache rows (mat_row8.h) with AVX-512-VNNI. Only for
 * mat_avx512.c, whose INLINE, broadcast, dot_broadcast and tree16 it uses; only static functions.
 *
 * Scores: few queries meet a row in lanes that a tree adds; for many, rows are made columns, a lane
 * each. Sums of values: four rows are interleaved so that a lane's four bytes are one number of
 * each. */
/* acc + sums of four products u (unsigned) * s (signed). Assembly, because the compiler copies
 * accumulators to and fro around the intrinsic (gcc 12: a third of the instructions). */
INLINE __m512i dot_add(__m512i acc, __m512i u, __m512i s) {
    __asm__("vpdpbusd %2, %1, %0" : "+v"(acc) : "v"(u), "v"(s));
    return acc;
}

INLINE void dots8_tile(const uint8_t *rows, size_t stride, size_t steps, const uint8_t *q,
                       size_t q_stride, const int n_rows, const int n_cols,
                       int32_t (*out)[ROW8_ROWS], const uint8_t *next, size_t piece,
                       size_t pieces) {
    __m512i acc[4][4];
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++)
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++)
            acc[c][r] = _mm512_setzero_si512();
    for (size_t i = 0; i < 64 * steps; i += 64) {
        __m512i row[4];
        for (size_t r = piece; next != NULL && r < (size_t)n_rows; r += pieces)
            _mm_prefetch((const char *)next + r * stride + i, _MM_HINT_T2);
#pragma GCC unroll 4
        for (int r = 0; r < n_rows; r++)
            row[r] = _mm512_loadu_si512((const void *)(rows + (size_t)r * stride + i));
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++) {
            __m512i query = _mm512_loadu_si512((const void *)(q + (size_t)c * q_stride + i));
#pragma GCC unroll 4
            for (int r = 0; r < n_rows; r++)
                acc[c][r] = dot_add(acc[c][r], row[r], query);
        }
    }
    if (n_rows == 1) {
        for (int c = 0; c < n_cols; c++)
            out[c][0] = _mm512_reduce_add_epi32(acc[c][0]);
        return;
    }
    __m512 a[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++)
        a[i] = _mm512_castsi512_ps(acc[i % 4][i / 4]);
    __m512i totals = _mm512_castps_si512(tree16(a, true));
    _mm_storeu_si128((void *)out[0], _mm512_extracti32x4_epi32(totals, 0));
    if (n_cols == 1)
        return;
    _mm_storeu_si128((void *)out[1], _mm512_extracti32x4_epi32(totals, 1));
    _mm_storeu_si128((void *)out[2], _mm512_extracti32x4_epi32(totals, 2));
    _mm_storeu_si128((void *)out[3], _mm512_extracti32x4_epi32(totals, 3));
}

/* Few queries: each lane takes part of a row, and their sums are added by a tree. */
static void dots8_few(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
                      size_t q_stride, size_t m, int32_t (*out)[ROW8_ROWS], const uint8_t *next) {
    for (size_t c = 0; c < m; c += m - c >= 4 ? 4 : 1) {
        const uint8_t *query = q + c * q_stride;
        for (size_t t = 0; t < n; t += n - t >= 4 ? 4 : 1) {
            const uint8_t *row = rows + t * stride;
            int32_t(*dst)[ROW8_ROWS] = (int32_t(*)[ROW8_ROWS])(void *)&out[c][t];
            const uint8_t *ahead = next ? next + t * stride : NULL;
            if (m - c >= 4 && n - t >= 4)
                dots8_tile(row, stride, steps, query, q_stride, 4, 4, dst, ahead, c / 4,
                           (m + 3) / 4);
            else if (m - c >= 4)
                dots8_tile(row, stride, steps, query, q_stride, 1, 4, dst, ahead, c / 4,
                           (m + 3) / 4);
            else if (n - t >= 4)
                dots8_tile(row, stride, steps, query, q_stride, 4, 1, dst, ahead, c / 4,
                           (m + 3) / 4);
            else
                dots8_tile(row, stride, steps, query, q_stride, 1, 1, dst, ahead, c / 4,
                           (m + 3) / 4);
        }
    }
}

/* Sixteen rows of 64 bytes (of which n are there) to sixteen vectors: lane r of vector g is bytes 4
 * g to 4 g + 3 of row r. */
INLINE void columns16(const uint8_t *rows, size_t stride, size_t n, __m512i out[16]) {
    const uint8_t *row[16];
#pragma GCC unroll 16
    for (size_t r = 0; r < 16; r++)
        row[r] = rows + MIN(r, n - 1) * stride;
#pragma GCC unroll 4
    for (size_t p = 0; p < 4; p++) {
        __m512i set[4]; /* lane l of set i: row 4 l + i */
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; i++) {
            set[i] = _mm512_castsi128_si512(_mm_loadu_si128((const void *)(row[i] + 16 * p)));
            set[i] =
                _mm512_inserti32x4(set[i], _mm_loadu_si128((const void *)(row[4 + i] + 16 * p)), 1);
            set[i] =
                _mm512_inserti32x4(set[i], _mm_loadu_si128((const void *)(row[8 + i] + 16 * p)), 2);
            set[i] = _mm512_inserti32x4(set[i],
                                        _mm_loadu_si128((const void *)(row[12 + i] + 16 * p)), 3);
        }
        __m512i low01 = _mm512_unpacklo_epi32(set[0], set[1]);
        __m512i high01 = _mm512_unpackhi_epi32(set[0], set[1]);
        __m512i low23 = _mm512_unpacklo_epi32(set[2], set[3]);
        __m512i high23 = _mm512_unpackhi_epi32(set[2], set[3]);
        out[4 * p] = _mm512_unpacklo_epi64(low01, low23);
        out[4 * p + 1] = _mm512_unpackhi_epi64(low01, low23);
        out[4 * p + 2] = _mm512_unpacklo_epi64(high01, high23);
        out[4 * p + 3] = _mm512_unpackhi_epi64(high01, high23);
    }
}

/* out[c][r] += (first: =) 64 bytes of row r times those of query c, for n_cols queries and
 * `halves` times 16 rows as columns */
INLINE void dots8_columns(__m512i (*columns)[16], const int halves, const uint8_t *q,
                          size_t q_stride, const int n_cols, bool first,
                          int32_t (*out)[ROW8_ROWS]) {
    __m512i acc[8][2];
#pragma GCC unroll 8
    for (int c = 0; c < n_cols; c++)
#pragma GCC unroll 2
        for (int h = 0; h < halves; h++)
            acc[c][h] =
                first ? _mm512_setzero_si512() : _mm512_loadu_si512((const void *)&out[c][16 * h]);
#pragma GCC unroll 4
    for (size_t g = 0; g < 16; g++)
#pragma GCC unroll 8
        for (int c = 0; c < n_cols; c++)
#pragma GCC unroll 2
            for (int h = 0; h < halves; h++)
                acc[c][h] = dot_broadcast(acc[c][h], columns[h][g],
                                          (const int8_t *)q + (size_t)c * q_stride + 4 * g);
#pragma GCC unroll 8
    for (int c = 0; c < n_cols; c++)
#pragma GCC unroll 2
        for (int h = 0; h < halves; h++)
            _mm512_storeu_si512((void *)&out[c][16 * h], acc[c][h]);
}

INLINE void dots8_step(const uint8_t *rows, size_t stride, size_t n, const int halves,
                       const uint8_t *q, size_t q_stride, size_t m, bool first,
                       int32_t (*out)[ROW8_ROWS]) {
    __m512i columns[2][16];
    size_t c = 0;
#pragma GCC unroll 2
    for (size_t h = 0; h < (size_t)halves; h++)
        columns16(rows + 16 * h * stride, stride, MIN(n - 16 * h, (size_t)16), columns[h]);
    for (; c + 8 <= m; c += 8)
        dots8_columns(columns, halves, q + c * q_stride, q_stride, 8, first, out + c);
    for (; c + 4 <= m; c += 4)
        dots8_columns(columns, halves, q + c * q_stride, q_stride, 4, first, out + c);
    for (; c < m; c++)
        dots8_columns(columns, halves, q + c * q_stride, q_stride, 1, first, out + c);
}

/* From this many queries on rows made columns, each a lane of its own, cost less than the trees. */
#define COLUMNS_QUERIES 24

/* out[c][t] = sum of row t's bytes (unsigned) times query c's (signed) */
static void dots8(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
                  size_t q_stride, size_t m, int32_t (*out)[ROW8_ROWS], const uint8_t *next) {
    if (m < COLUMNS_QUERIES) {
        dots8_few(rows, stride, n, steps, q, q_stride, m, out, next);
        return;
    }
    for (size_t i = 0; i < 64 * steps; i += 64) {
        for (size_t t = 0; next != NULL && t < n; t++)
            _mm_prefetch((const char *)next + t * stride + i, _MM_HINT_T2);
        if (n > 16)
            dots8_step(rows + i, stride, n, 2, q + i, q_stride, m, i == 0, out);
        else
            dots8_step(rows + i, stride, n, 1, q + i, q_stride, m, i == 0, out);
    }
}

/* Four rows of 64 bytes to four vectors: lane r of vector v is number 16 v + r of the four rows. */
INLINE void interleave4(const uint8_t *rows, size_t stride, size_t n, __m512i out[4]) {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __m512i row[4];
#pragma GCC unroll 4
    for (size_t r = 0; r < 4; r++) {
        row[r] = r < n ? _mm512_loadu_si512((const void *)(rows + r * stride))
                       : _mm512_set1_epi8((char)128);
        row[r] = _mm512_xor_si512(row[r], _mm512_set1_epi8((char)128)); /* signed */
        row[r] = _mm512_permutexvar_epi32(order, row[r]);
    }
    __m512i low01 = _mm512_unpacklo_epi8(row[0], row[1]);
    __m512i high01 = _mm512_unpackhi_epi8(row[0], row[1]);
    __m512i low23 = _mm512_unpacklo_epi8(row[2], row[3]);
    __m512i high23 = _mm512_unpackhi_epi8(row[2], row[3]);
    out[0] = _mm512_unpacklo_epi16(low01, low23);
    out[1] = _mm512_unpackhi_epi16(low01, low23);
    out[2] = _mm512_unpacklo_epi16(high01, high23);
    out[3] = _mm512_unpackhi_epi16(high01, high23);
}

/* dst[c][d] += scale[c] * sum over rows t of u[c][t] * (row t's byte d - 128), 64 numbers of which
 * the mask wants; those that are not `old` are taken as zeros */
INLINE void sums8_tile(const __m512i *rows, size_t quads, const uint8_t (*u)[ROW8_ROWS],
                       const int n_cols, const float *scale, float *dst, size_t dst_stride,
                       __mmask64 mask, __mmask64 old) {
    __m512i acc[4][4];
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            acc[c][v] = _mm512_setzero_si512();
    for (size_t j = 0; j < quads; j++) {
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++) {
            __m512i weights = broadcast(&u[c][4 * j]);
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++)
                acc[c][v] = dot_add(acc[c][v], weights, rows[4 * j + (size_t)v]);
        }
    }
#pragma GCC unroll 4
    for (int c = 0; c < n_cols; c++, dst += dst_stride)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) {
            __mmask16 wanted = (__mmask16)(mask >> 16 * v);
            __m512 sum = _mm512_maskz_loadu_ps((__mmask16)(old >> 16 * v), dst + 16 * v);
            sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[c][v]), _mm512_set1_ps(scale[c]), sum);
            _mm512_mask_storeu_ps(dst + 16 * v, wanted, sum);
        }
}

#define ROW8_SUMS_ADD 1
static void sums8_add(const uint8_t *rows, size_t stride, size_t n, const uint8_t (*u)[ROW8_ROWS],
                      size_t m, const float *scale, size_t width, float *dst, size_t dst_stride,
                      bool anew) {
    const __mmask64 mask = width < 64 ? (1ull << width) - 1 : ~0ull, old = anew ? 0 : mask;
    __m512i interleaved[ROW8_ROWS];
    size_t quads = (n + 3) / 4;
    for (size_t j = 0; j < quads; j++) {
        if (n - 4 * j >= 4)
            interleave4(rows + 4 * j * stride, stride, 4, interleaved + 4 * j);
        else
            interleave4(rows + 4 * j * stride, stride, n - 4 * j, interleaved + 4 * j);
    }
    size_t c = 0;
    for (; c + 4 <= m; c += 4)
        sums8_tile(interleaved, quads, u + c, 4, scale + c, dst + c * dst_stride, dst_stride, mask,
                   old);
    for (; c < m; c++)
        sums8_tile(interleaved, quads, u + c, 1, scale + c, dst + c * dst_stride, dst_stride, mask,
                   old);
}
#endif
