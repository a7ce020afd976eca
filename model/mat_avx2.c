/* The AVX2 kernel family, for processors without AVX-512-VNNI.
 *
 * Owns nothing, any thread; compiled with AVX2, FMA and F16C flags and only called after cpuid was
 * asked (mat.c). It reads the panels of mat_int.h in halves of eight rows: one ymm is four columns
 * of eight rows, and a lane of 32 bits is one row.
 *
 * VPMADDUBSW adds pairs of products in 16 bits and saturates, so how many products may be added
 * before they are widened depends on the largest weight: with vectors within +-127, four
 * instructions' worth up to five bits (31 * 254 * 4 = 31496), two of six bits (63 * 254 * 2 =
 * 32004). Weights of eight bits are multiplied as |w| with the weight's sign moved to the vector
 * (128 * 254 = 32512). Nothing ever saturates, the sums are exact, and the floats are those of
 * mat.c's essay in its order: equal to mat_portable.c to the bit.
 *
 * Instantiated for each format and 1, 2 and 4 vectors. Failures: none. */
#ifdef __x86_64__
#include <immintrin.h>
#include <string.h>

#define V16_LANES        8
#define V16_FMA(a, b, c) _mm256_fmadd_ps(b, c, a)
#include "model/mat_int.h"
#include "model/mat_v16.h"

#define FLOAT_ROWS      2
#define FLOAT_COLS      2
#define FLOAT_WIDEN_DOT 0
#define FLOAT_VECS      2
#define FLOAT_SUMS      2

INLINE void load16_f16(const uint8_t *p, v16 *out) {
    out->p0 = _mm256_cvtph_ps(_mm_loadu_si128((const void *)p));
    out->p1 = _mm256_cvtph_ps(_mm_loadu_si128((const void *)(p + 16)));
}

INLINE __m256 load8_bf16(const uint8_t *p) {
    __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

INLINE void load16_bf16(const uint8_t *p, v16 *out) {
    out->p0 = load8_bf16(p);
    out->p1 = load8_bf16(p + 16);
}

#include "model/mat_float.h"

/* ---- panels ---- */
struct avx2_unit {     /* scales of eight rows of a unit */
    __m256 wd[16];     /* of blocks, or of their halves where the format has them */
    __m256 wm[8];      /* of blocks: Q4_1, Q5_1 */
    __m256 start;      /* what the sums of products begin with */
    __m256 dmin;       /* of integer minima */
    __m256i minima[8]; /* pairs of 16 bits */
};

INLINE bool is_iq4(enum panel_kind kind) {
    return kind == PANEL_IQ4_NL || kind == PANEL_IQ4_XS;
}

INLINE bool is_signed(enum panel_kind kind) {
    return panel_layouts[kind].form == FORM_BYTES || is_iq4(kind);
}

INLINE __m256i load32(const uint8_t *p) {
    return _mm256_load_si256((const void *)p);
}

INLINE __m256 load_halves(const uint8_t *p) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const void *)p));
}

INLINE __m256i load_bytes_signed(const uint8_t *p) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const void *)p));
}

INLINE __m256i load_bytes_unsigned(const uint8_t *p) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)p));
}

/* (x << left, or >> -left) & mask; 16-bit shifts, the mask removes what crosses bytes. */
INLINE __m256i shift_and(__m256i x, int left, int mask) {
    __m256i shifted = left > 0   ? _mm256_slli_epi16(x, left)
                      : left < 0 ? _mm256_srli_epi16(x, -left)
                                 : x;
    return _mm256_and_si256(shifted, _mm256_set1_epi8((char)mask));
}

INLINE __m256i shift_or(__m256i low, __m256i x, int left, int mask) {
    return _mm256_or_si256(low, shift_and(x, left, mask));
}

/* 0, once w is there: mat_avx512.c says why a load waits for an earlier one. */
INLINE size_t after(__m256i w) {
    size_t zero;
    __asm__ volatile("vmovd %x1, %k0\n\tandl $0, %k0" : "=r"(zero) : "x"(w) : "cc");
    return zero;
}

/* q: the block's quants plus 32 for the upper eight rows; w: groups, unsigned or signed
 * (is_signed). wait: pairs of lines of whole bytes are loaded one after the other. */
INLINE void quants_unpack(enum panel_kind kind, const uint8_t *q, const bool wait, __m256i w[8]) {
    enum panel_form form = panel_layouts[kind].form;
    if (form == FORM_BYTES) {
        for (int g = 0; g < 8; g++) {
            w[g] = _mm256_xor_si256(load32(q + 64 * g), _mm256_set1_epi8((char)0x80));
            if (wait && g % 2 == 1 && g < 7)
                q += after(w[g]);
        }
        return;
    }
    if (form == FORM_PAIRS || form == FORM_THREE) {
        for (int h = 0; h < 2; h++) {
            __m256i pairs = load32(q + 64 * h);
            for (int g = 0; g < 4; g++)
                w[4 * h + g] = shift_and(pairs, -2 * g, 3);
        }
        __m256i bits = form == FORM_THREE ? load32(q + 128) : _mm256_setzero_si256();
        for (int g = 0; form == FORM_THREE && g < 8; g++)
            w[g] = shift_or(w[g], bits, 2 - g, 4);
        return;
    }
    for (int j = 0; j < 4; j++) {
        __m256i nibbles = load32(q + 64 * j);
        w[j] = shift_and(nibbles, 0, 15);
        w[j + 4] = shift_and(nibbles, -4, 15);
    }
    if (form == FORM_FIVE) {
        __m256i bits = load32(q + 256);
        for (int g = 0; g < 8; g++)
            w[g] = shift_or(w[g], bits, 4 - g, 16);
    } else if (form == FORM_SIX) {
        for (int h = 0; h < 2; h++) {
            __m256i pairs = load32(q + 256 + 64 * h);
            for (int g = 0; g < 4; g++)
                w[4 * h + g] = shift_or(w[4 * h + g], pairs, 4 - 2 * g, 48);
        }
    } else if (is_iq4(kind) || kind == PANEL_MXFP4) {
        const int8_t *values = kind == PANEL_MXFP4 ? quant_mxfp4_values : quant_iq4_values;
        __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)values));
        table = _mm256_add_epi8(table, _mm256_set1_epi8(kind == PANEL_MXFP4 ? 16 : 0));
        for (int g = 0; g < 8; g++)
            w[g] = _mm256_shuffle_epi8(table, w[g]);
    }
}

/* 2^(e-128) of eight exponents: quant_mxfp4_scale */
INLINE __m256 load_exponents(const uint8_t *p) {
    __m256i e = load_bytes_unsigned(p);
    __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, _mm256_set1_epi32(1)), 23);
    __m256i denormal = _mm256_sllv_epi32(_mm256_set1_epi32(0x200000), e);
    __m256i small = _mm256_cmpgt_epi32(_mm256_set1_epi32(2), e);
    return _mm256_castsi256_ps(_mm256_blendv_epi8(normal, denormal, small));
}

INLINE __m256 times(__m256 d, __m256i scale) {
    return _mm256_mul_ps(d, _mm256_cvtepi32_ps(scale));
}

/* s: the scales of block j (of 32 columns) of a unit that shares d, from the first of eight rows r
 * on; it is block b of the 256 columns. */
INLINE void block_scales(enum panel_kind kind, const uint8_t *s, size_t r, size_t j, size_t b,
                         struct avx2_unit *out) {
    __m256 *wd = out->wd + (panel_layouts[kind].sub16 ? 2 * b : b);
    const __m256 less = _mm256_set1_ps(1.0f / (float)(1 << panel_layouts[kind].shift));
    const __m256 d =
        _mm256_mul_ps(kind == PANEL_MXFP4 ? load_exponents(s + r) : load_halves(s + 2 * r), less);
    wd[0] = d;
    if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1) {
        out->wm[b] = load_halves(s + 32 + 2 * r);
    } else if (kind == PANEL_Q4_K || kind == PANEL_Q5_K) {
        const uint8_t *sub = s + 64 + 32 * j + r;
        __m256i m = load_bytes_unsigned(sub + 16);
        wd[0] = times(d, load_bytes_unsigned(sub));
        out->minima[b / 2] =
            b % 2 == 0 ? m : _mm256_or_si256(out->minima[b / 2], _mm256_slli_epi32(m, 16));
        out->dmin = load_halves(s + 32 + 2 * r);
    } else if (kind == PANEL_IQ4_XS) {
        wd[0] = times(d, load_bytes_signed(s + 32 + 16 * j + r));
    } else if (kind == PANEL_Q6_K || kind == PANEL_Q3_K) {
        for (size_t h = 0; h < 2; h++)
            wd[h] = times(d, load_bytes_signed(s + 32 + 32 * j + 16 * h + r));
    } else if (kind == PANEL_Q2_K) {
        const __m256i low = load_bytes_unsigned(s + 64 + 32 * j + r);
        const __m256i high = load_bytes_unsigned(s + 64 + 32 * j + 16 + r);
        wd[0] = times(d, _mm256_and_si256(low, _mm256_set1_epi32(15)));
        wd[1] = times(d, _mm256_and_si256(high, _mm256_set1_epi32(15)));
        out->minima[b] = _mm256_or_si256(_mm256_srli_epi32(low, 4),
                                         _mm256_slli_epi32(_mm256_srli_epi32(high, 4), 16));
        out->dmin = load_halves(s + 32 + 2 * r);
    }
}

/* Blocks [block, block + n) of a panel, one unit */
INLINE void scales_unpack(enum panel_kind kind, const uint8_t *scales, size_t r, size_t block,
                          size_t n, struct avx2_unit *out) {
    const struct panel_layout *l = &panel_layouts[kind];
    const size_t per_unit = l->unit / 32;
    __m256 sum = _mm256_setzero_ps();
    size_t b = 0;
    do
        block_scales(kind, scales + (block + b) / per_unit * l->scale_bytes, r,
                     (block + b) % per_unit, b, out);
    while (++b < n);
    for (size_t i = 0; i < (l->sub16 ? 2 * n : n); i++)
        sum = _mm256_add_ps(sum, out->wd[i]);
    out->start = _mm256_mul_ps(_mm256_set1_ps(-TILE_MAGIC), sum);
}

INLINE __m256i broadcast(const void *p) {
    int32_t v;
    memcpy(&v, p, 4);
    return _mm256_set1_epi32(v);
}

/* Sum over four groups from g0 (16 columns), exact in 32 bits. Pairs of 16-bit sums are widened
 * after `chunk` groups, what the largest weight allows. */
INLINE __m256i dot16(enum panel_kind kind, const __m256i w[8], const int8_t *q, int g0) {
    const int chunk = is_signed(kind) ? 1 : panel_layouts[kind].form == FORM_SIX ? 2 : 4;
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i total = _mm256_setzero_si256();
    for (int g = g0; g < g0 + 4; g += chunk) {
        __m256i pairs = _mm256_setzero_si256();
        for (int i = g; i < g + chunk; i++) {
            __m256i a = broadcast(q + 4 * i), u = w[i];
            if (is_signed(kind)) {
                a = _mm256_sign_epi8(a, u);
                u = _mm256_abs_epi8(u);
            }
            __m256i product = _mm256_maddubs_epi16(u, a);
            pairs = i == g ? product : _mm256_add_epi16(pairs, product);
        }
        total = _mm256_add_epi32(total, _mm256_madd_epi16(pairs, ones));
    }
    return total;
}

/* TILE_MAGIC + an integer sum. Signed weights have no offset to take away. */
INLINE __m256 sum_float(enum panel_kind kind, __m256i sum, const uint8_t *block, size_t n, size_t c,
                        size_t half) {
    __m256i start = is_signed(kind) ? _mm256_set1_epi32(TILE_MAGIC_BITS)
                                    : broadcast(tile_start(block, n, c, half));
    sum = _mm256_slli_epi32(sum, panel_layouts[kind].shift);
    return _mm256_castsi256_ps(_mm256_add_epi32(sum, start));
}

/* acc + eight rows of block b of a unit times vector c of a tile of n */
INLINE __m256 block_mul(enum panel_kind kind, const struct avx2_unit *u, const __m256i w[8],
                        size_t b, const uint8_t *block, size_t n, size_t c, __m256 acc) {
    const int8_t *q = tile_q(block, c);
    __m256i low = dot16(kind, w, q, 0), high = dot16(kind, w, q, 4);
    if (panel_layouts[kind].sub16) {
        acc = _mm256_fmadd_ps(sum_float(kind, low, block, n, c, 0), u->wd[2 * b], acc);
        return _mm256_fmadd_ps(sum_float(kind, high, block, n, c, 1), u->wd[2 * b + 1], acc);
    }
    __m256i sum = _mm256_add_epi32(low, high);
    return _mm256_fmadd_ps(sum_float(kind, sum, block, n, c, 0), u->wd[b], acc);
}

/* acc + integer minima of a unit times vector c of a tile of n; end: of the unit's blocks */
INLINE __m256 minima_mul(enum panel_kind kind, const struct avx2_unit *u, const uint8_t *end,
                         size_t n, size_t c, __m256 acc) {
    const size_t pairs = panel_minima(kind) == MINIMA_32 ? 4 : 8;
    __m256i m = _mm256_setzero_si256();
    for (size_t i = 0; i < pairs; i++)
        m = _mm256_add_epi32(m,
                             _mm256_madd_epi16(u->minima[i], broadcast(tile_part(end, n, c, i))));
    return _mm256_fnmadd_ps(u->dmin, _mm256_cvtepi32_ps(m), acc);
}

INLINE __m256 broadcast_float(const void *p) {
    return _mm256_castsi256_ps(broadcast(p));
}

/* What a block later is read from memory, asked for while this one is multiplied. */
INLINE void prefetch(const struct panel_args *a, const uint8_t *ahead) {
    for (size_t line = 0; ahead < a->ahead_end && line < a->ahead_step; line += 64)
        _mm_prefetch((const char *)ahead + line, _MM_HINT_T2);
}

/* Eight rows of a unit of `count` blocks times vectors c0 .. c0 + n_cols - 1 of a tile of n. ahead:
 * what to prefetch meanwhile, or NULL. */
INLINE void unit_mul(enum panel_kind kind, const struct avx2_unit *u, const uint8_t *quants,
                     size_t count, const uint8_t *tile, size_t n, size_t c0, const int n_cols,
                     const struct panel_args *a, const uint8_t *ahead, __m256 *total) {
    const uint8_t *const end = tile + 40 * n * count;
    __m256 acc[4];
#pragma GCC unroll 4
    for (int c = 0; c < n_cols; c++)
        acc[c] = u->start;
    for (size_t b = 0; b < count; b++, quants += panel_layouts[kind].quant_bytes, tile += 40 * n) {
        __m256i w[8];
        quants_unpack(kind, quants, n_cols == 1 && ahead != NULL, w);
        if (n_cols == 1 && ahead != NULL)
            quants += after(w[7]);
        if (ahead != NULL)
            prefetch(a, ahead + b * a->ahead_step);
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++) {
            const size_t at = c0 + (size_t)c;
            acc[c] = block_mul(kind, u, w, b, tile, n, at, acc[c]);
            if (panel_minima(kind) == MINIMA_FLOAT)
                acc[c] =
                    _mm256_fmadd_ps(u->wm[b], broadcast_float(tile_part(end, n, at, b)), acc[c]);
        }
    }
#pragma GCC unroll 4
    for (int c = 0; c < n_cols; c++) {
        const size_t at = c0 + (size_t)c;
        if (panel_minima(kind) == MINIMA_32 || panel_minima(kind) == MINIMA_16)
            acc[c] = minima_mul(kind, u, end, n, at, acc[c]);
        total[c] = _mm256_fmadd_ps(acc[c], broadcast_float(tile_d(end, at)), total[c]);
    }
}

/* One panel times vectors c0 .. c0 + n_cols - 1, which are in one tile. */
INLINE void panel_tile(enum panel_kind kind, const struct panel_args *a, size_t panel, size_t c0,
                       const int n_cols) {
    const struct panel_layout *l = &panel_layouts[kind];
    const uint8_t *scales = a->panel + panel * a->panel_bytes, *quants = scales + a->scale_area;
    const size_t rows = MIN(a->rows - 16 * panel, (size_t)16), at = c0 % TILE_COLS;
    const size_t n = MIN(a->m - (c0 - at), (size_t)TILE_COLS);
    const uint8_t *ahead = a->ahead + panel * a->panel_bytes;
    float *dst = a->dst + c0 * a->dst_stride + 16 * panel, out[4][16] = {{0}};
    for (int c = 0; !a->first && c < n_cols; c++)
        memcpy(out[c], dst + (size_t)c * a->dst_stride, rows * sizeof *dst);
#pragma GCC unroll 2
    for (size_t r = 0; r < 16; r += 8) {
        const uint8_t *tile = a->tiles[c0 / TILE_COLS];
        __m256 total[4];
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++)
            total[c] = _mm256_loadu_ps(&out[c][r]);
        for (size_t b = 0, count; b < a->blocks; b += count) {
            const size_t block = 8 * a->unit + b;
            struct avx2_unit u;
            count = panel_unit_blocks(kind, a->blocks - b);
            scales_unpack(kind, scales, r, block, count, &u);
            unit_mul(kind, &u, quants + block * l->quant_bytes + 4 * r, count, tile, n, at, n_cols,
                     a, r == 0 && c0 == 0 ? ahead + b * a->ahead_step : NULL, total);
            tile += tile_unit_bytes(n, count);
        }
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++)
            _mm256_storeu_ps(&out[c][r], total[c]);
    }
    for (int c = 0; c < n_cols; c++)
        memcpy(dst + (size_t)c * a->dst_stride, out[c], rows * sizeof *dst);
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
    static void mul_##name(const struct panel_args *a) {                                           \
        for (size_t panel = 0; panel < a->n_panels; panel++) {                                     \
            size_t c = 0;                                                                          \
            for (; c + 4 <= a->m; c += 4)                                                          \
                mul_##name##_4(a, panel, c);                                                       \
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
INLINE int32_t total(__m256i a) {
    __m128i q = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    q = _mm_hadd_epi32(q, q);
    return _mm_cvtsi128_si32(_mm_hadd_epi32(q, q));
}

/* out[c][t] = sum of row t's bytes (unsigned) times query c's (signed), as
 * (byte - 128) * q + 128 * q: the first with the row's sign moved to the query, so that a pair of
 * products stays within 16 bits. */
INLINE void dots8_tile(const uint8_t *row, size_t steps, const uint8_t *q, size_t q_stride,
                       const int n_cols, int32_t (*out)[ROW8_ROWS]) {
    const __m256i ones = _mm256_set1_epi16(1), bias = _mm256_set1_epi8((char)128);
    __m256i acc[4], sums[4];
    for (int c = 0; c < n_cols; c++)
        acc[c] = sums[c] = _mm256_setzero_si256();
    for (size_t i = 0; i < 64 * steps; i += 32) {
        __m256i k = _mm256_xor_si256(_mm256_loadu_si256((const void *)(row + i)), bias);
        __m256i size = _mm256_abs_epi8(k);
        for (int c = 0; c < n_cols; c++) {
            __m256i x = _mm256_loadu_si256((const void *)(q + (size_t)c * q_stride + i));
            __m256i pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(x, k));
            acc[c] = _mm256_add_epi32(acc[c], _mm256_madd_epi16(pairs, ones));
            __m256i plain = _mm256_maddubs_epi16(_mm256_set1_epi8(1), x);
            sums[c] = _mm256_add_epi32(sums[c], _mm256_madd_epi16(plain, ones));
        }
    }
    for (int c = 0; c < n_cols; c++)
        out[c][0] = total(acc[c]) + 128 * total(sums[c]);
}

static void dots8(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
                  size_t q_stride, size_t m, int32_t (*out)[ROW8_ROWS], const uint8_t *next) {
    (void)next; /* a hint */
    for (size_t c = 0; c < m; c += m - c >= 4 ? 4 : 1)
        for (size_t t = 0; t < n; t++) {
            int32_t(*dst)[ROW8_ROWS] = (int32_t(*)[ROW8_ROWS])(void *)&out[c][t];
            if (m - c >= 4)
                dots8_tile(rows + t * stride, steps, q + c * q_stride, q_stride, 4, dst);
            else
                dots8_tile(rows + t * stride, steps, q + c * q_stride, q_stride, 1, dst);
        }
}

/* out[c][d] = sum over rows t of u[c][t] * (row t's byte d - 128): pairs of rows in 16 bits */
static void sums8(const uint8_t *rows, size_t stride, size_t n, const uint8_t (*u)[ROW8_ROWS],
                  size_t m, int32_t (*out)[64]) {
    const __m256i bias = _mm256_set1_epi16(128);
    for (size_t d = 0; d < 64; d += 16) {
        __m256i pairs[ROW8_ROWS / 2][2];
        for (size_t t = 0; t < n; t += 2) {
            const uint8_t *at = rows + t * stride + d;
            __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)at)), b = bias;
            if (t + 1 < n)
                b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)(at + stride)));
            a = _mm256_sub_epi16(a, bias);
            b = _mm256_sub_epi16(b, bias);
            pairs[t / 2][0] = _mm256_unpacklo_epi16(a, b);
            pairs[t / 2][1] = _mm256_unpackhi_epi16(a, b);
        }
        for (size_t c = 0; c < m; c++) {
            __m256i low = _mm256_setzero_si256(), high = low;
            for (size_t t = 0; t < n; t += 2) {
                __m256i weights = _mm256_set1_epi32(u[c][t] | u[c][t + 1] << 16);
                low = _mm256_add_epi32(low, _mm256_madd_epi16(pairs[t / 2][0], weights));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(pairs[t / 2][1], weights));
            }
            /* low: 0..3, 8..11; high: 4..7, 12..15 */
            _mm256_storeu_si256((void *)&out[c][d], _mm256_permute2x128_si256(low, high, 0x20));
            _mm256_storeu_si256((void *)&out[c][d + 8], _mm256_permute2x128_si256(low, high, 0x31));
        }
    }
}

INLINE void add_scaled64(float *dst, const int32_t *totals, float scale) {
    for (size_t i = 0; i < 64; i++)
        dst[i] = __builtin_fmaf((float)totals[i], scale, dst[i]);
}

#include "model/mat_row8.h"

static void row_put_f16(const float *x, size_t n, uint16_t *out) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((void *)(out + i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), 0));
    for (; i < n; i++)
        out[i] = f32_to_f16(x[i]);
}

#include "model/mat_table.h"

const struct kernels kernels_avx2 = KERNELS("avx2");
#endif
