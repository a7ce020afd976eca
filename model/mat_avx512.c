/* The AVX-512-VNNI kernel family.
 *
 * Owns nothing, any thread; compiled with AVX-512 flags and only called after cpuid was asked
 * (mat.c). One zmm holds four columns of sixteen rows, so that one VPDPBUSD makes 64 products and
 * each lane is one row: no horizontal sums.
 *
 * A kernel is instantiated for each format and for 1, 2, 4, 8 and 16 vectors: a block's quants are
 * unpacked to eight registers once and then meet every vector; results stay in registers over all
 * of k. Vectors' bytes and scales come as broadcast memory operands. The weights are unsigned
 * (value + offset), the vectors signed; offset * sum(a) is taken away by starting the integer sum
 * at it. The products are those of mat.c's essay, in its order: equal to mat_portable.c to the bit.
 *
 * Other numbers of vectors are cut into these (7 = 4 + 2 + 1), panel by panel, so that the panel is
 * read from memory once. Failures: none. */
#ifdef __x86_64__
#include <immintrin.h>
#include <string.h>

#define V16_LANES 16
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

#include "model/mat_float.h"

/* ---- panels ---- */
/* Hardware prefetchers stop at page ends; with several vectors the loop is too long for the reorder
 * buffer to reach the next block's loads by itself. */
#ifndef PREFETCH_BYTES
#define PREFETCH_BYTES 8192
#endif

struct avx512_block {
    __m512i w[8]; /* groups, unsigned */
    __m512 wd, wm;
    __m512i scale[2], min[2]; /* of 16 columns */
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

INLINE void scales_unpack(enum panel_kind kind, const uint8_t *s, size_t j,
                          struct avx512_block *out) {
    if (kind == PANEL_MXFP4) {
        out->wd = load_exponents(s);
        return;
    }
    out->wd = load_halves(s);
    if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1) {
        out->wm = load_halves(s + 32);
    } else if (kind == PANEL_Q4_K || kind == PANEL_Q5_K) {
        const uint8_t *sub = s + 64 + 32 * j;
        out->wd = _mm512_mul_ps(out->wd, _mm512_cvtepi32_ps(load_bytes_unsigned(sub)));
        out->wm =
            _mm512_mul_ps(load_halves(s + 32), _mm512_cvtepi32_ps(load_bytes_unsigned(sub + 16)));
    } else if (kind == PANEL_IQ4_XS) {
        out->wd = _mm512_mul_ps(out->wd, _mm512_cvtepi32_ps(load_bytes_signed(s + 32 + 16 * j)));
    } else if (kind == PANEL_Q6_K || kind == PANEL_Q3_K) {
        for (int h = 0; h < 2; h++)
            out->scale[h] = load_bytes_signed(s + 32 + 32 * j + 16 * h);
    } else if (kind == PANEL_Q2_K) {
        out->wm = load_halves(s + 32);
        for (int h = 0; h < 2; h++) {
            __m512i both = load_bytes_unsigned(s + 64 + 32 * j + 16 * h);
            out->scale[h] = _mm512_and_si512(both, _mm512_set1_epi32(15));
            out->min[h] = _mm512_srli_epi32(both, 4);
        }
    }
}

INLINE __m512i broadcast(const void *p) {
    int32_t v;
    memcpy(&v, p, 4);
    return _mm512_set1_epi32(v);
}

/* acc + block times one vector */
INLINE __m512 block_mul(enum panel_kind kind, const struct avx512_block *w,
                        const struct act_block *x, __m512 acc) {
    const int offset = panel_layouts[kind].offset_log2;
    __m512i low = _mm512_setzero_si512(), high = low;
    if (offset != OFFSET_NONE && panel_layouts[kind].sub16) {
        low = broadcast(&x->negsum0);
        high = _mm512_slli_epi32(_mm512_sub_epi32(broadcast(&x->negsum), low), (unsigned)offset);
        low = _mm512_slli_epi32(low, (unsigned)offset);
    } else if (offset != OFFSET_NONE) {
        low = _mm512_slli_epi32(broadcast(&x->negsum), (unsigned)offset);
    }
    for (int g = 0; g < 4; g++) {
        low = _mm512_dpbusd_epi32(low, w->w[g], broadcast(x->q + 4 * g));
        high = _mm512_dpbusd_epi32(high, w->w[g + 4], broadcast(x->q + 16 + 4 * g));
    }
    if (panel_layouts[kind].sub16) {
        low = _mm512_mullo_epi32(low, w->scale[0]);
        high = _mm512_mullo_epi32(high, w->scale[1]);
    }
    __m512 total = _mm512_cvtepi32_ps(_mm512_add_epi32(low, high));
    __m512 d = _mm512_set1_ps(x->d), s = _mm512_set1_ps(x->s);
    acc = _mm512_add_ps(acc, _mm512_mul_ps(total, _mm512_mul_ps(w->wd, d)));
    if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1) {
        acc = _mm512_add_ps(acc, _mm512_mul_ps(w->wm, s));
    } else if (kind == PANEL_Q4_K || kind == PANEL_Q5_K) {
        acc = _mm512_sub_ps(acc, _mm512_mul_ps(w->wm, s));
    } else if (kind == PANEL_Q2_K) {
        low = broadcast(&x->negsum0);
        high = _mm512_sub_epi32(broadcast(&x->negsum), low);
        __m512i mins = _mm512_add_epi32(_mm512_mullo_epi32(w->min[0], low),
                                        _mm512_mullo_epi32(w->min[1], high));
        acc = _mm512_add_ps(acc, _mm512_mul_ps(_mm512_cvtepi32_ps(mins), _mm512_mul_ps(w->wm, d)));
    }
    return acc;
}

/* One panel times n_cols vectors from column c0. */
INLINE void panel_tile(enum panel_kind kind, const struct panel_args *a, size_t panel, size_t c0,
                       const int n_cols) {
    const uint8_t *scales = a->panel + panel * a->panel_bytes, *quants = scales + a->scale_area;
    const size_t per_unit = panel_layouts[kind].unit / 32;
    const struct act_block *x[PANEL_COLS_MAX];
    __m512 acc[PANEL_COLS_MAX];
#pragma GCC unroll 16
    for (int c = 0; c < n_cols; c++) {
        x[c] = a->x[c0 + (size_t)c];
        acc[c] = _mm512_setzero_ps();
    }
    for (size_t b = 0; b < a->blocks; b++) {
        struct avx512_block w;
        const uint8_t *ahead = quants + b * panel_layouts[kind].quant_bytes + PREFETCH_BYTES;
        for (size_t line = 0; line < panel_layouts[kind].quant_bytes; line += 64)
            _mm_prefetch((const char *)ahead + line, _MM_HINT_T0);
        quants_unpack(kind, quants + b * panel_layouts[kind].quant_bytes, &w);
        scales_unpack(kind, scales + b / per_unit * panel_layouts[kind].scale_bytes, b % per_unit,
                      &w);
#pragma GCC unroll 16
        for (int c = 0; c < n_cols; c++)
            acc[c] = block_mul(kind, &w, x[c] + b, acc[c]);
    }
    size_t rows = MIN(a->rows - 16 * panel, 16);
    __mmask16 mask = (__mmask16)((1u << rows) - 1);
#pragma GCC unroll 16
    for (int c = 0; c < n_cols; c++)
        _mm512_mask_storeu_ps(a->dst + (c0 + (size_t)c) * a->dst_stride + 16 * panel, mask, acc[c]);
}

#define X(name, ...)                                                                               \
    static void mul_##name##_1(const struct panel_args *a, size_t panel, size_t c) {               \
        panel_tile(PANEL_##name, a, panel, c, 1);                                                  \
    }                                                                                              \
    static void mul_##name##_2(const struct panel_args *a, size_t panel, size_t c) {               \
        panel_tile(PANEL_##name, a, panel, c, 2);                                                  \
    }                                                                                              \
    static void mul_##name##_4(const struct panel_args *a, size_t panel, size_t c) {               \
        panel_tile(PANEL_##name, a, panel, c, 4);                                                  \
    }                                                                                              \
    static void mul_##name##_8(const struct panel_args *a, size_t panel, size_t c) {               \
        panel_tile(PANEL_##name, a, panel, c, 8);                                                  \
    }                                                                                              \
    static void mul_##name##_16(const struct panel_args *a, size_t panel, size_t c) {              \
        panel_tile(PANEL_##name, a, panel, c, 16);                                                 \
    }                                                                                              \
    static void mul_##name(const struct panel_args *a) {                                           \
        for (size_t panel = 0; panel < a->n_panels; panel++) {                                     \
            size_t c = 0;                                                                          \
            for (; c + 16 <= a->m; c += 16)                                                        \
                mul_##name##_16(a, panel, c);                                                      \
            if ((a->m & 8) != 0) {                                                                 \
                mul_##name##_8(a, panel, c);                                                       \
                c += 8;                                                                            \
            }                                                                                      \
            if ((a->m & 4) != 0) {                                                                 \
                mul_##name##_4(a, panel, c);                                                       \
                c += 4;                                                                            \
            }                                                                                      \
            if ((a->m & 2) != 0) {                                                                 \
                mul_##name##_2(a, panel, c);                                                       \
                c += 2;                                                                            \
            }                                                                                      \
            if ((a->m & 1) != 0)                                                                   \
                mul_##name##_1(a, panel, c);                                                       \
        }                                                                                          \
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

/* Four vectors of lanes to the four totals. */
INLINE __m128i totals4(const __m512i a[4]) {
    __m128i q[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m256i half =
            _mm256_add_epi32(_mm512_castsi512_si256(a[i]), _mm512_extracti64x4_epi64(a[i], 1));
        q[i] = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    }
    return _mm_hadd_epi32(_mm_hadd_epi32(q[0], q[1]), _mm_hadd_epi32(q[2], q[3]));
}

INLINE void dots8_tile(const uint8_t *rows, size_t stride, size_t steps, const uint8_t *q,
                       size_t q_stride, const int n_rows, const int n_cols,
                       int32_t (*out)[ROW8_ROWS]) {
    __m512i acc[4][4];
#pragma GCC unroll 4
    for (int c = 0; c < 4; c++)
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++)
            acc[c][r] = _mm512_setzero_si512();
    for (size_t i = 0; i < 64 * steps; i += 64) {
        __m512i row[4];
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
#pragma GCC unroll 4
    for (int c = 0; c < n_cols; c++) {
        __m128i totals = totals4(acc[c]);
        if (n_rows == 4)
            _mm_storeu_si128((void *)out[c], totals);
        else
            out[c][0] = _mm_cvtsi128_si32(totals);
    }
}

/* out[c][t] = sum of row t's bytes (unsigned) times query c's (signed) */
static void dots8(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
                  size_t q_stride, size_t m, int32_t (*out)[ROW8_ROWS]) {
    for (size_t c = 0; c < m; c += m - c >= 4 ? 4 : 1) {
        const uint8_t *query = q + c * q_stride;
        for (size_t t = 0; t < n; t += n - t >= 4 ? 4 : 1) {
            const uint8_t *row = rows + t * stride;
            int32_t(*dst)[ROW8_ROWS] = (int32_t(*)[ROW8_ROWS])(void *)&out[c][t];
            if (m - c >= 4 && n - t >= 4)
                dots8_tile(row, stride, steps, query, q_stride, 4, 4, dst);
            else if (m - c >= 4)
                dots8_tile(row, stride, steps, query, q_stride, 1, 4, dst);
            else if (n - t >= 4)
                dots8_tile(row, stride, steps, query, q_stride, 4, 1, dst);
            else
                dots8_tile(row, stride, steps, query, q_stride, 1, 1, dst);
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
        add = _mm512_mul_ps(add, _mm512_set1_ps(scale));
        _mm512_storeu_ps(dst + i, _mm512_add_ps(_mm512_loadu_ps(dst + i), add));
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

const struct kernels kernels_avx512 = {
    .name = "avx512",
    .act_quantize = act_quantize,
#define X(name, ...) [PANEL_##name] = mul_##name,
    .panel_mul = {PANEL_LAYOUTS(X)},
#undef X
    .rows_dot = {ROWS_F32_dot, ROWS_F16_dot, ROWS_BF16_dot, row8_dot},
    .rows_sum = {ROWS_F32_sum, ROWS_F16_sum, ROWS_BF16_sum, row8_sum},
    .row_put_f16 = row_put_f16,
    .row_put_q8 = row8_put,
    .query_prepare_q8 = row8_prepare,
    .dot = float_dot,
    .axpy = float_axpy,
    .scale = float_scale,
};
#endif
