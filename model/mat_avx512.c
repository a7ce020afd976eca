/* The AVX-512-VNNI kernel family.
 *
 * Owns nothing, any thread; compiled with AVX-512 flags and only called after cpuid was asked
 * (mat.c). One zmm holds four columns of sixteen rows, so that one VPDPBUSD makes 64 products and
 * each lane is one row: no horizontal sums.
 *
 * A kernel is instantiated for each format and tile width: a block's quants are unpacked to eight
 * registers once and then meet every vector; results stay in registers over all of k. Vectors'
 * bytes and scales come as broadcast memory operands, four vectors' sums side by side. The weights
 * are unsigned (value + offset), the vectors signed; offset * sum(a) is taken away by starting the
 * integer sum at it. The products are those of mat.c's essay, in its order: equal to mat_portable.c
 * to the bit.
 *
 * What limits it, for 16 vectors of Q4_K: two of 32-bit operations a cycle, of which a block of a
 * vector wants 8 for the products and 4 to bring them to scale: two thirds of the peak. */
#ifdef __x86_64__
#include <immintrin.h>
#include <string.h>

#define V16_LANES        16
#define V16_FMA(a, b, c) _mm512_fmadd_ps(b, c, a)
#include "model/mat_int.h"
#include "model/mat_v16.h"

#define FLOAT_ROWS      4
#define FLOAT_COLS      4
#define FLOAT_WIDEN_DOT 1
#define FLOAT_VECS      4
#define FLOAT_SUMS      4

INLINE void load16_f16(const uint8_t *p, v16 *out) {
    out->p0 = _mm512_cvtph_ps(_mm256_loadu_si256((const void *)p));
}

INLINE void load16_bf16(const uint8_t *p, v16 *out) {
    __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)p));
    out->p0 = _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

/* Sixteen vectors to their sixteen totals, by one tree: lanes i and i + 8 are added, i and i + 4, i
 * and i + 2, i and i + 1, of floats or (ints) of 32-bit integers. Lane c of four of the result
 * holds the totals of a[c], a[4 + c], a[8 + c], a[12 + c]. */
INLINE __m512 tree_add(__m512 a, __m512 b, const bool ints) {
    if (ints)
        return _mm512_castsi512_ps(
            _mm512_add_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
    return _mm512_add_ps(a, b);
}

INLINE __m512 tree16(const __m512 *a, const bool ints) {
    __m512 eight[8], four[4], two[2];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        eight[i] = tree_add(_mm512_shuffle_f32x4(a[2 * i], a[2 * i + 1], 0x44),
                            _mm512_shuffle_f32x4(a[2 * i], a[2 * i + 1], 0xee), ints);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        four[i] = tree_add(_mm512_shuffle_f32x4(eight[2 * i], eight[2 * i + 1], 0x88),
                           _mm512_shuffle_f32x4(eight[2 * i], eight[2 * i + 1], 0xdd), ints);
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++)
        two[i] = tree_add(_mm512_shuffle_ps(four[2 * i], four[2 * i + 1], 0x44),
                          _mm512_shuffle_ps(four[2 * i], four[2 * i + 1], 0xee), ints);
    return tree_add(_mm512_shuffle_ps(two[0], two[1], 0x88),
                    _mm512_shuffle_ps(two[0], two[1], 0xdd), ints);
}

/* Totals of a whole tile of dots: dst[c * dst_stride + r] */
#define FLOAT_REDUCE_TILE 1
INLINE void reduce_tile(v16 (*acc)[FLOAT_ROWS], float *dst, size_t dst_stride) {
    __m512 a[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++)
        a[i] = acc[i % 4][i / 4].p0;
    __m512 totals = tree16(a, false);
    _mm_storeu_ps(dst, _mm512_extractf32x4_ps(totals, 0));
    _mm_storeu_ps(dst + dst_stride, _mm512_extractf32x4_ps(totals, 1));
    _mm_storeu_ps(dst + 2 * dst_stride, _mm512_extractf32x4_ps(totals, 2));
    _mm_storeu_ps(dst + 3 * dst_stride, _mm512_extractf32x4_ps(totals, 3));
}

#include "model/mat_float.h"

/* ---- panels ---- */
struct avx512_block {
    __m512i w[8];        /* groups, unsigned */
    __m512 wd[2], wm[2]; /* of 16 columns where the format has them, else the first alone */
};

INLINE __m512i load64(const uint8_t *p) {
    return _mm512_load_si512((const void *)p);
}

INLINE __m512 load_halves(const uint8_t *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const void *)p));
}

INLINE __m512i load_bytes_signed(const uint8_t *p) {
    return _mm512_cvtepi8_epi32(_mm_loadu_si128((const void *)p));
}

INLINE __m512i load_bytes_unsigned(const uint8_t *p) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)p));
}

/* (x << left, or >> -left) & mask; 16-bit shifts, the mask removes what crosses bytes. */
INLINE __m512i shift_and(__m512i x, int left, int mask) {
    __m512i shifted = left > 0   ? _mm512_slli_epi16(x, (unsigned)left)
                      : left < 0 ? _mm512_srli_epi16(x, (unsigned)-left)
                                 : x;
    return _mm512_and_si512(shifted, _mm512_set1_epi8((char)mask));
}

/* low | (shifted x & mask) in one ternary operation */
INLINE __m512i shift_or(__m512i low, __m512i x, int left, int mask) {
    __m512i shifted = left > 0   ? _mm512_slli_epi16(x, (unsigned)left)
                      : left < 0 ? _mm512_srli_epi16(x, (unsigned)-left)
                                 : x;
    return _mm512_ternarylogic_epi32(low, shifted, _mm512_set1_epi8((char)mask), 0xf8);
}

INLINE void quants_unpack(enum panel_kind kind, const uint8_t *q, struct avx512_block *out) {
    enum panel_form form = panel_layouts[kind].form;
    if (form == FORM_BYTES) {
        for (int g = 0; g < 8; g++)
            out->w[g] = load64(q + 64 * g);
        return;
    }
    if (form == FORM_PAIRS || form == FORM_THREE) {
        for (int h = 0; h < 2; h++) {
            __m512i pairs = load64(q + 64 * h);
            for (int g = 0; g < 4; g++)
                out->w[4 * h + g] = shift_and(pairs, -2 * g, 3);
        }
        if (form == FORM_THREE) {
            __m512i bits = load64(q + 128);
            for (int g = 0; g < 8; g++)
                out->w[g] = shift_or(out->w[g], bits, 2 - g, 4);
        }
        return;
    }
    for (int j = 0; j < 4; j++) {
        __m512i nibbles = load64(q + 64 * j);
        out->w[j] = shift_and(nibbles, 0, 15);
        out->w[j + 4] = shift_and(nibbles, -4, 15);
    }
    if (form == FORM_FIVE) {
        __m512i bits = load64(q + 256);
        for (int g = 0; g < 8; g++)
            out->w[g] = shift_or(out->w[g], bits, 4 - g, 16);
    } else if (form == FORM_SIX) {
        for (int h = 0; h < 2; h++) {
            __m512i pairs = load64(q + 256 + 64 * h);
            for (int g = 0; g < 4; g++)
                out->w[4 * h + g] = shift_or(out->w[4 * h + g], pairs, 4 - 2 * g, 48);
        }
    } else if (kind == PANEL_IQ4_NL || kind == PANEL_IQ4_XS || kind == PANEL_MXFP4) {
        const int8_t *values = kind == PANEL_MXFP4 ? quant_mxfp4_values : quant_iq4_values;
        int offset = kind == PANEL_MXFP4 ? 16 : 128;
        __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)values));
        table = _mm512_add_epi8(table, _mm512_set1_epi8((char)offset));
        for (int g = 0; g < 8; g++)
            out->w[g] = _mm512_shuffle_epi8(table, out->w[g]);
    }
}

/* 2^(e-128) of sixteen exponents: quant_mxfp4_scale */
INLINE __m512 load_exponents(const uint8_t *p) {
    __m512i e = load_bytes_unsigned(p);
    __m512i normal = _mm512_slli_epi32(_mm512_sub_epi32(e, _mm512_set1_epi32(1)), 23);
    __m512i denormal = _mm512_sllv_epi32(_mm512_set1_epi32(0x200000), e);
    __mmask16 small = _mm512_cmplt_epu32_mask(e, _mm512_set1_epi32(2));
    return _mm512_castsi512_ps(_mm512_mask_mov_epi32(normal, small, denormal));
}

INLINE __m512 times(__m512 d, __m512i scale) {
    return _mm512_mul_ps(d, _mm512_cvtepi32_ps(scale));
}

INLINE void scales_unpack(enum panel_kind kind, const uint8_t *s, size_t j,
                          struct avx512_block *out) {
    if (kind == PANEL_MXFP4) {
        out->wd[0] = load_exponents(s);
        return;
    }
    const __m512 d = load_halves(s);
    out->wd[0] = d;
    if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1) {
        out->wm[0] = load_halves(s + 32);
    } else if (kind == PANEL_Q4_K || kind == PANEL_Q5_K) {
        const uint8_t *sub = s + 64 + 32 * j;
        out->wd[0] = times(d, load_bytes_unsigned(sub));
        out->wm[0] = times(load_halves(s + 32), load_bytes_unsigned(sub + 16));
    } else if (kind == PANEL_IQ4_XS) {
        out->wd[0] = times(d, load_bytes_signed(s + 32 + 16 * j));
    } else if (kind == PANEL_Q6_K || kind == PANEL_Q3_K) {
        for (int h = 0; h < 2; h++)
            out->wd[h] = times(d, load_bytes_signed(s + 32 + 32 * j + 16 * h));
    } else if (kind == PANEL_Q2_K) {
        for (int h = 0; h < 2; h++) {
            __m512i both = load_bytes_unsigned(s + 64 + 32 * j + 16 * h);
            out->wd[h] = times(d, _mm512_and_si512(both, _mm512_set1_epi32(15)));
            out->wm[h] = times(load_halves(s + 32), _mm512_srli_epi32(both, 4));
        }
    }
}

INLINE __m512i broadcast(const void *p) {
    int32_t v;
    memcpy(&v, p, 4);
    return _mm512_set1_epi32(v);
}

/* acc + sums of four products of w (unsigned) and the four bytes at a (signed), the same for every
 * lane. Assembly, because the compiler loads the broadcast apart and copies accumulators to and fro
 * around the intrinsic (gcc 12). */
INLINE __m512i dot_broadcast(__m512i acc, __m512i w, const int8_t *a) {
    __asm__("vpdpbusd %2%{1to16%}, %1, %0"
            : "+v"(acc)
            : "v"(w), "m"(*(const int8_t(*)[4])(const void *)a));
    return acc;
}

/* Vectors whose sums are kept going side by side: enough to hide the latency of VPDPBUSD. */
#define CHAINS 4

struct columns { /* vectors c .. c + count - 1 of the n of a tile's block */
    const uint8_t *block;
    size_t n, c;
    int count;
};

/* Integer sums of groups [from, to) into sum, which begins with the offset's part. */
INLINE void sums_make(enum panel_kind kind, const struct avx512_block *w, const struct columns *x,
                      int part, const int from, const int to, __m512i *sum) {
#pragma GCC unroll 4
    for (int i = 0; i < x->count; i++)
        sum[i] = panel_layouts[kind].offset_log2 == OFFSET_NONE
                     ? _mm512_setzero_si512()
                     : broadcast(tile_sum(x->block, 0, x->n, x->c + (size_t)i, part));
#pragma GCC unroll 8
    for (int g = from; g < to; g++)
#pragma GCC unroll 4
        for (int i = 0; i < x->count; i++)
            sum[i] =
                dot_broadcast(sum[i], w->w[g], tile_q(x->block, 0, x->n, x->c + (size_t)i) + 4 * g);
}

/* acc[i] + the block times vector i */
INLINE void block_mul(enum panel_kind kind, const struct avx512_block *w, struct columns x,
                      __m512 *acc) {
    const bool sub16 = panel_layouts[kind].sub16;
    __m512i sum[CHAINS], high[CHAINS];
    sums_make(kind, w, &x, 0, 0, sub16 ? 4 : 8, sum);
    if (sub16)
        sums_make(kind, w, &x, 1, 4, 8, high);
#pragma GCC unroll 4
    for (int i = 0; i < x.count; i++) {
        const size_t c = x.c + (size_t)i;
        __m512 d = _mm512_set1_ps(*tile_d(x.block, 0, x.n, c));
        __m512 s = _mm512_set1_ps(*tile_s(x.block, 0, x.n, c)), total = _mm512_cvtepi32_ps(sum[i]);
        if (sub16) {
            total = _mm512_mul_ps(total, w->wd[0]);
            total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(high[i]), w->wd[1], total);
            acc[i] = _mm512_fmadd_ps(total, d, acc[i]);
        } else {
            acc[i] = _mm512_fmadd_ps(total, _mm512_mul_ps(w->wd[0], d), acc[i]);
        }
        if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1)
            acc[i] = _mm512_fmadd_ps(w->wm[0], s, acc[i]);
        if (kind == PANEL_Q4_K || kind == PANEL_Q5_K)
            acc[i] = _mm512_fnmadd_ps(w->wm[0], s, acc[i]);
        for (int h = 0; kind == PANEL_Q2_K && h < 2; h++) {
            s = _mm512_set1_ps(*tile_part(x.block, 0, x.n, c, h));
            acc[i] = _mm512_fnmadd_ps(w->wm[h], s, acc[i]);
        }
    }
}

/* From memory to the second-level cache and from there to the first are two waits, and each wants a
 * prefetch of its own: with one alone, a stream met by one to eight vectors runs at three quarters
 * of the read bandwidth. */
#define NEAR_BYTES 2048

/* One panel times the n vectors of the tile. */
INLINE void panel_tile(enum panel_kind kind, const struct panel_args *a, size_t panel,
                       const int n) {
    const struct panel_layout *l = &panel_layouts[kind];
    const uint8_t *scales = a->panel + panel * a->panel_bytes;
    const uint8_t *quants = scales + a->scale_area + a->block * l->quant_bytes;
    const uint8_t *ahead = a->ahead + panel * a->panel_bytes;
    const size_t per_unit = l->unit / 32;
    const __mmask16 mask = (__mmask16)((1u << MIN(a->rows - 16 * panel, (size_t)16)) - 1);
    float *dst = a->dst + 16 * panel;
    const uint8_t *block = a->tile;
    __m512 acc[TILE_COLS];
#pragma GCC unroll 16
    for (int c = 0; c < n; c++)
        acc[c] = a->first ? _mm512_setzero_ps()
                          : _mm512_maskz_loadu_ps(mask, dst + (size_t)c * a->dst_stride);
    for (size_t b = 0; b < a->blocks; b++, quants += l->quant_bytes) {
        struct avx512_block w;
        quants_unpack(kind, quants, &w);
        scales_unpack(kind, scales + (a->block + b) / per_unit * l->scale_bytes,
                      (a->block + b) % per_unit, &w);
#pragma GCC unroll 4
        for (int c = 0; c < n; c += CHAINS)
            block_mul(kind, &w, (struct columns){block, (size_t)n, (size_t)c, MIN(n - c, CHAINS)},
                      acc + c);
        for (size_t line = 0; a->near && line < l->quant_bytes; line += 64)
            _mm_prefetch((const char *)quants + NEAR_BYTES + line, _MM_HINT_T0);
        for (size_t line = 0; ahead < a->ahead_end && line < a->ahead_step; line += 64)
            _mm_prefetch((const char *)ahead + line, _MM_HINT_T2);
        ahead += a->ahead_step;
        /* one register, or each operand with an index costs a slot more */
        block += TILE_BLOCK_BYTES * n;
        __asm__("" : "+r"(block));
    }
#pragma GCC unroll 16
    for (int c = 0; c < n; c++)
        _mm512_mask_storeu_ps(dst + (size_t)c * a->dst_stride, mask, acc[c]);
}

/* Every tile width has a kernel of its own. */
#define WIDTHS(X, name)                                                                            \
    X(name, 1)                                                                                     \
    X(name, 2)                                                                                     \
    X(name, 3)                                                                                     \
    X(name, 4)                                                                                     \
    X(name, 5)                                                                                     \
    X(name, 6)                                                                                     \
    X(name, 7)                                                                                     \
    X(name, 8)                                                                                     \
    X(name, 9)                                                                                     \
    X(name, 10)                                                                                    \
    X(name, 11) X(name, 12) X(name, 13) X(name, 14) X(name, 15) X(name, 16)
#define MUL_WIDTH(name, n)                                                                         \
    static void mul_##name##_##n(const struct panel_args *a) {                                     \
        for (size_t panel = 0; panel < a->n_panels; panel++)                                       \
            panel_tile(PANEL_##name, a, panel, n);                                                 \
    }
#define MUL_ENTRY(name, n) [n] = mul_##name##_##n,
#define X(name, ...)                                                                               \
    WIDTHS(MUL_WIDTH, name)                                                                        \
    static void mul_##name(const struct panel_args *a) {                                           \
        static void (*const by_width[TILE_COLS + 1])(const struct panel_args *) = {                \
            WIDTHS(MUL_ENTRY, name)};                                                              \
        by_width[a->m](a);                                                                         \
    }
PANEL_LAYOUTS(X)
#undef X

/* ---- int8 cache rows ---- */
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

/* out[c][t] = sum of row t's bytes (unsigned) times query c's (signed) */
static void dots8(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
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

INLINE void sums8_tile(const __m512i *rows, size_t quads, const uint8_t (*u)[ROW8_ROWS],
                       const int n_cols, int32_t (*out)[64]) {
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
    for (int c = 0; c < n_cols; c++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            _mm512_storeu_si512((void *)&out[c][16 * v], acc[c][v]);
}

/* out[c][d] = sum over rows t of u[c][t] * (row t's byte d - 128); u is zero past n */
static void sums8(const uint8_t *rows, size_t stride, size_t n, const uint8_t (*u)[ROW8_ROWS],
                  size_t m, int32_t (*out)[64]) {
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
        sums8_tile(interleaved, quads, u + c, 4, out + c);
    for (; c < m; c++)
        sums8_tile(interleaved, quads, u + c, 1, out + c);
}

INLINE void add_scaled64(float *dst, const int32_t *totals, float scale) {
#pragma GCC unroll 4
    for (size_t i = 0; i < 64; i += 16) {
        __m512 add = _mm512_cvtepi32_ps(_mm512_loadu_si512((const void *)(totals + i)));
        add = _mm512_fmadd_ps(add, _mm512_set1_ps(scale), _mm512_loadu_ps(dst + i));
        _mm512_storeu_ps(dst + i, add);
    }
}

#include "model/mat_row8.h"

static void row_put_f16(const float *x, size_t n, uint16_t *out) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        _mm256_storeu_si256((void *)(out + i), _mm512_cvtps_ph(_mm512_loadu_ps(x + i), 0));
    for (; i < n; i++)
        out[i] = f32_to_f16(x[i]);
}

#include "model/mat_table.h"

const struct kernels kernels_avx512 = KERNELS("avx512");
#endif
