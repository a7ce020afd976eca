/* The AVX-512-VNNI kernel family.
 *
 * Owns nothing, any thread; compiled with AVX-512 flags and only called after cpuid was asked
 * (mat.c). One zmm holds four columns of sixteen rows, so that one VPDPBUSD makes 64 products and
 * each lane is one row: no horizontal sums.
 *
 * A unit of a panel (256 columns) meets tile after tile of up to 16 vectors. A kernel for each
 * format and number of vectors unpacks a block's quants to eight registers, which then meet every
 * vector. For many tiles the unit is unpacked to the first-level cache once (UNPACK_VECTORS), for
 * kernels that are the same for all formats of a kind. Vectors' bytes come as broadcast memory
 * operands, four vectors' sums side by side. The weights are unsigned (value + offset), the vectors
 * signed; offset * sum(a) is taken away by starting the integer sum at it. The products are those
 * of mat.c's essay, in its order: equal to mat_portable.c to the bit.
 *
 * What limits it, for tiles of 16 vectors: two of 32-bit operations a cycle, of which a block of a
 * vector wants 8 for the products and 1 for its scale, and a unit 1 more and, of Q4_K, 6 for its
 * minima: 88 and 81 % of the peak. */
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
struct avx512_unit {               /* of a panel of 16 rows */
    size_t blocks;                 /* of 32 columns */
    __m512 wd[16];                 /* of blocks, or of their halves where the format has them */
    __m512 wm[8];                  /* of blocks: Q4_1, Q5_1 */
    __m512 start;                  /* what the sums of products begin with */
    __m512 dmin;                   /* of integer minima */
    __m512i minima[8];             /* pairs of 16 bits */
    const uint8_t *quants, *ahead; /* of the first block; what to prefetch meanwhile, or NULL */
    const uint8_t *ahead_end;
    size_t ahead_step;
    bool near;       /* whether to prefetch to the first-level cache, too */
    __m512i w[8][8]; /* unpacked: groups, unsigned, in the upper bits of their bytes */
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

/* With few vectors a processor that is not asked to prefetch into its first-level cache runs so far
 * ahead of what has arrived that its loads, waiting for lines on their way, take the places for
 * misses which prefetches need. So loads begin when earlier ones are done: those of a block after
 * those of the block before, and of whole bytes every two lines. `after` is 0 once w is there. */
INLINE size_t after(__m512i w) {
    size_t zero;
    __asm__ volatile("vmovd %x1, %k0\n\tandl $0, %k0" : "=r"(zero) : "v"(w) : "cc");
    return zero;
}

INLINE bool waits(enum panel_kind kind, const int n) {
    return n <= (panel_layouts[kind].form == FORM_BYTES ? 3 : 2);
}

/* wait: pairs of lines of whole bytes are loaded one after the other. */
INLINE void quants_unpack(enum panel_kind kind, const uint8_t *q, const bool wait, __m512i w[8]) {
    enum panel_form form = panel_layouts[kind].form;
    if (form == FORM_BYTES) {
#pragma GCC unroll 8
        for (int g = 0; g < 8; g++) {
            w[g] = load64(q + 64 * g);
            if (wait && g % 2 == 1 && g < 7)
                q += after(w[g]);
        }
        return;
    }
    if (form == FORM_PAIRS || form == FORM_THREE) {
        const int top = form == FORM_PAIRS ? 6 : 5; /* bits 6, 7 or 5, 6 and a third */
#pragma GCC unroll 2
        for (int h = 0; h < 2; h++) {
            __m512i pairs = load64(q + 64 * h);
#pragma GCC unroll 4
            for (int g = 0; g < 4; g++)
                w[4 * h + g] = shift_and(pairs, top - 2 * g, 3 << top);
        }
        if (form == FORM_THREE) {
            __m512i bits = load64(q + 128);
#pragma GCC unroll 8
            for (int g = 0; g < 8; g++)
                w[g] = shift_or(w[g], bits, 7 - g, 128);
        }
        return;
    }
    const bool table = kind == PANEL_IQ4_NL || kind == PANEL_IQ4_XS || kind == PANEL_MXFP4;
    const int left = table ? 0 : form == FORM_FIVE ? 3 : form == FORM_SIX ? 2 : 4;
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
        __m512i nibbles = load64(q + 64 * j);
        w[j] = shift_and(nibbles, left, 15 << left);
        w[j + 4] = shift_and(nibbles, left - 4, 15 << left);
    }
    if (form == FORM_FIVE) {
        __m512i bits = load64(q + 256);
#pragma GCC unroll 8
        for (int g = 0; g < 8; g++)
            w[g] = shift_or(w[g], bits, 7 - g, 128);
    } else if (form == FORM_SIX) {
#pragma GCC unroll 2
        for (int h = 0; h < 2; h++) {
            __m512i pairs = load64(q + 256 + 64 * h);
#pragma GCC unroll 4
            for (int g = 0; g < 4; g++)
                w[4 * h + g] = shift_or(w[4 * h + g], pairs, 6 - 2 * g, 192);
        }
    } else if (table) {
        const int8_t *values = kind == PANEL_MXFP4 ? quant_mxfp4_values : quant_iq4_values;
        __m512i bytes = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)values));
        bytes = _mm512_add_epi8(bytes, _mm512_set1_epi8((char)(kind == PANEL_MXFP4 ? 16 : 128)));
        if (kind == PANEL_MXFP4) /* to the upper bits */
            bytes = shift_and(bytes, 3, 0xf8);
#pragma GCC unroll 8
        for (int g = 0; g < 8; g++)
            w[g] = _mm512_shuffle_epi8(bytes, w[g]);
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

/* Scales and minima of the formats that share d among 256 columns; s: of the unit. The integers are
 * summed: the products' sum is exact, so that of the essay (12 bits times 11). */
INLINE void scales_unpack_256(enum panel_kind kind, const uint8_t *s, __m512 less,
                              struct avx512_unit *u) {
    const struct panel_layout *l = &panel_layouts[kind];
    const enum panel_minima minima = panel_minima(kind);
    const uint8_t *sub = s + (minima == MINIMA_NONE ? 32 : 64); /* after d and dmin */
    const __m512i low = _mm512_set1_epi32(15);
    const size_t scales = l->sub16 ? 16 : 8, pairs = minima == MINIMA_32 ? 4 : 8;
    __m512i sum = _mm512_setzero_si512(), scale[16], m[16];
#pragma GCC unroll 16
    for (size_t i = 0; i < scales; i++) {
        scale[i] = minima == MINIMA_32   ? load_bytes_unsigned(sub + 32 * i)
                   : minima == MINIMA_16 ? load_bytes_unsigned(sub + 16 * i)
                                         : load_bytes_signed(sub + 16 * i);
        if (minima == MINIMA_32)
            m[i] = load_bytes_unsigned(sub + 32 * i + 16);
        if (minima == MINIMA_16) {
            m[i] = _mm512_srli_epi32(scale[i], 4);
            scale[i] = _mm512_and_si512(scale[i], low);
        }
        sum = _mm512_add_epi32(sum, scale[i]);
    }
    const __m512 d = _mm512_mul_ps(load_halves(s), less);
    u->start = _mm512_mul_ps(_mm512_set1_ps(-TILE_MAGIC), times(d, sum));
#pragma GCC unroll 16
    for (size_t i = 0; i < scales; i++)
        u->wd[i] = times(d, scale[i]);
    if (minima != MINIMA_NONE) {
        u->dmin = load_halves(s + 32);
#pragma GCC unroll 8
        for (size_t i = 0; i < pairs; i++)
            u->minima[i] = _mm512_or_si512(m[2 * i], _mm512_slli_epi32(m[2 * i + 1], 16));
    }
}

/* Those of a format whose blocks of 32 columns have their own; returns the sum with wd. */
INLINE __m512 block_scales(enum panel_kind kind, const uint8_t *s, size_t b, __m512 less,
                           __m512 sum, struct avx512_unit *u) {
    u->wd[b] = _mm512_mul_ps(kind == PANEL_MXFP4 ? load_exponents(s) : load_halves(s), less);
    if (panel_minima(kind) == MINIMA_FLOAT)
        u->wm[b] = load_halves(s + 32);
    return _mm512_add_ps(sum, u->wd[b]);
}

/* Blocks [block, block + u->blocks) of a panel, one unit; those of the next are prefetched. */
INLINE void scales_unpack(enum panel_kind kind, const uint8_t *scales, size_t block,
                          struct avx512_unit *u) {
    const struct panel_layout *l = &panel_layouts[kind];
    const size_t bytes = 256 / l->unit * l->scale_bytes;
    const __m512 less = _mm512_set1_ps(1.0f / (float)(1 << l->shift));
    const uint8_t *s = scales + block / 8 * bytes;
    for (size_t line = 0; line < bytes; line += 64)
        _mm_prefetch((const char *)s + bytes + line, _MM_HINT_T0);
    if (l->unit == 256) {
        scales_unpack_256(kind, s, less, u);
        return;
    }
    __m512 sum = _mm512_setzero_ps();
    if (u->blocks == 8) {
#pragma GCC unroll 8
        for (size_t b = 0; b < 8; b++)
            sum = block_scales(kind, s + b * l->scale_bytes, b, less, sum, u);
    } else {
        for (size_t b = 0; b < u->blocks; b++)
            sum = block_scales(kind, s + b * l->scale_bytes, b, less, sum, u);
    }
    u->start = _mm512_mul_ps(_mm512_set1_ps(-TILE_MAGIC), sum);
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

/* TILE_MAGIC + integer sums of groups [from, to) of a block with vectors c .. c + count - 1 of a
 * tile of n. */
INLINE void sums_make(enum panel_kind kind, const __m512i w[8], const uint8_t *block, size_t n,
                      size_t c, const int count, size_t half, const int from, const int to,
                      __m512i *sum) {
#pragma GCC unroll 4
    for (int i = 0; i < count; i++)
        sum[i] = panel_layouts[kind].offset_log2 == OFFSET_NONE
                     ? _mm512_set1_epi32(TILE_MAGIC_BITS)
                     : broadcast(tile_start(block, n, c + (size_t)i, half));
#pragma GCC unroll 8
    for (int g = from; g < to; g++)
#pragma GCC unroll 4
        for (int i = 0; i < count; i++)
            sum[i] = dot_broadcast(sum[i], w[g], tile_q(block, c + (size_t)i) + 4 * g);
}

/* acc[i] + block b of a unit times vector c + i */
INLINE void block_mul(enum panel_kind kind, const struct avx512_unit *u, const __m512i w[8],
                      size_t b, const uint8_t *block, size_t n, size_t c, const int count,
                      __m512 *acc) {
    __m512i sum[CHAINS];
    if (panel_layouts[kind].sub16) {
#pragma GCC unroll 2
        for (size_t h = 0; h < 2; h++) {
            sums_make(kind, w, block, n, c, count, h, h == 0 ? 0 : 4, h == 0 ? 4 : 8, sum);
#pragma GCC unroll 4
            for (int i = 0; i < count; i++)
                acc[i] = _mm512_fmadd_ps(_mm512_castsi512_ps(sum[i]), u->wd[2 * b + h], acc[i]);
        }
        return;
    }
    sums_make(kind, w, block, n, c, count, 0, 0, 8, sum);
#pragma GCC unroll 4
    for (int i = 0; i < count; i++)
        acc[i] = _mm512_fmadd_ps(_mm512_castsi512_ps(sum[i]), u->wd[b], acc[i]);
}

INLINE __m512 broadcast_float(const void *p) {
    return _mm512_castsi512_ps(broadcast(p));
}

/* acc + integer minima of a unit times vector c of a tile of n; end: of the unit's blocks */
INLINE __m512 minima_mul(enum panel_kind kind, const struct avx512_unit *u, const uint8_t *end,
                         size_t n, size_t c, __m512 acc) {
    const size_t pairs = panel_minima(kind) == MINIMA_32 ? 4 : 8;
    __m512i m = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (size_t i = 0; i < pairs; i++)
        m = _mm512_dpwssd_epi32(m, u->minima[i], broadcast(tile_part(end, n, c, i)));
    return _mm512_fnmadd_ps(u->dmin, _mm512_cvtepi32_ps(m), acc);
}

/* From memory to the second-level cache and from there to the first are two waits. On Intel's
 * processors each wants a prefetch of its own: with one alone, a stream met by one to eight vectors
 * runs at three quarters of the read bandwidth. AMD's (Zen 4) fetch from the second-level cache in
 * time themselves, and to be asked costs them a twentieth. */
#define NEAR_BYTES 2048

INLINE bool near_wanted(void) {
    return !__builtin_cpu_is("amd");
}

/* b: a block that is being read */
INLINE void prefetch(enum panel_kind kind, const struct avx512_unit *u, size_t b) {
    const size_t bytes = panel_layouts[kind].quant_bytes;
    const uint8_t *near = u->quants + b * bytes + NEAR_BYTES, *ahead = u->ahead + b * u->ahead_step;
    for (size_t line = 0; u->near && line < bytes; line += 64)
        _mm_prefetch((const char *)near + line, _MM_HINT_T0);
    for (size_t line = 0; ahead < u->ahead_end && line < u->ahead_step; line += 64)
        _mm_prefetch((const char *)ahead + line, _MM_HINT_T2);
}

/* total[c] + unit times vector c, for the n vectors of a tile; unpacked: from u->w. */
INLINE void unit_mul(enum panel_kind kind, const bool unpacked, const struct avx512_unit *u,
                     const uint8_t *tile, const int n, __m512 *total) {
    const uint8_t *quants = u->quants, *const end = tile + 40 * (size_t)n * u->blocks;
    __m512 acc[TILE_COLS];
#pragma GCC unroll 16
    for (int c = 0; c < n; c++)
        acc[c] = u->start;
    for (size_t b = 0; b < u->blocks; b++) {
        __m512i w[8];
        if (unpacked) {
#pragma GCC unroll 8
            for (int g = 0; g < 8; g++)
                w[g] = u->w[b][g];
        } else {
            if (waits(kind, n) && !u->near) {
                quants_unpack(kind, quants, true, w);
                quants += after(w[7]);
            } else {
                quants_unpack(kind, quants, false, w);
            }
            quants += panel_layouts[kind].quant_bytes;
            if (u->ahead != NULL)
                prefetch(kind, u, b);
        }
#pragma GCC unroll 4
        for (int c = 0; c < n; c += CHAINS)
            block_mul(kind, u, w, b, tile, (size_t)n, (size_t)c, MIN(n - c, CHAINS), acc + c);
        if (panel_minima(kind) == MINIMA_FLOAT) {
#pragma GCC unroll 16
            for (int c = 0; c < n; c++)
                acc[c] = _mm512_fmadd_ps(
                    u->wm[b], broadcast_float(tile_part(end, (size_t)n, (size_t)c, b)), acc[c]);
        }
        /* one register, or each operand with an index costs a slot more */
        tile += 40 * n;
        __asm__("" : "+r"(tile));
    }
#pragma GCC unroll 16
    for (int c = 0; c < n; c++) {
        if (panel_minima(kind) == MINIMA_32 || panel_minima(kind) == MINIMA_16)
            acc[c] = minima_mul(kind, u, end, (size_t)n, (size_t)c, acc[c]);
        total[c] = _mm512_fmadd_ps(acc[c], broadcast_float(tile_d(end, (size_t)c)), total[c]);
    }
}

typedef void (*unit_fn)(const struct avx512_unit *u, const uint8_t *tile, __m512 *total);

/* Every number of vectors has a kernel of its own. */
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

#define UNIT(name, unpacked, n, suffix)                                                            \
    static void unit_##name##_##n##suffix(const struct avx512_unit *u, const uint8_t *tile,        \
                                          __m512 *total) {                                         \
        unit_mul(PANEL_##name, unpacked, u, tile, n, total);                                       \
    }
#define UNIT_PACKED(name, n)         UNIT(name, false, n, )
#define UNIT_UNPACKED(name, n)       UNIT(name, true, n, u)
#define UNIT_PACKED_ENTRY(name, n)   [n] = unit_##name##_##n,
#define UNIT_UNPACKED_ENTRY(name, n) [n] = unit_##name##_##n##u,

#define X(name, ...) WIDTHS(UNIT_PACKED, name)
PANEL_LAYOUTS(X)
#undef X
#define X(name, ...) [PANEL_##name] = {WIDTHS(UNIT_PACKED_ENTRY, name)},
static const unit_fn packed_kernels[PANEL_KINDS][TILE_COLS + 1] = {PANEL_LAYOUTS(X)};
#undef X

/* Formats whose unpacked units are multiplied alike are one kind. */
#define UNPACKED_KINDS(X) X(Q4_0) X(Q4_1) X(Q2_K) X(Q4_K) X(Q6_K)
#define X(name)           WIDTHS(UNIT_UNPACKED, name)
UNPACKED_KINDS(X)
#undef X
#define X(name) [PANEL_##name] = {WIDTHS(UNIT_UNPACKED_ENTRY, name)},
static const unit_fn unpacked_kernels[PANEL_KINDS][TILE_COLS + 1] = {UNPACKED_KINDS(X)};
#undef X
INLINE enum panel_kind unpacked_kind(enum panel_kind kind) {
    enum panel_minima minima = panel_minima(kind);
    return minima == MINIMA_16         ? PANEL_Q2_K
           : panel_layouts[kind].sub16 ? PANEL_Q6_K
           : minima == MINIMA_32       ? PANEL_Q4_K
           : minima == MINIMA_FLOAT    ? PANEL_Q4_1
                                       : PANEL_Q4_0;
}

/* From this many vectors on a unit is unpacked once for all; bytes never are. */
#define UNPACK_VECTORS 65

INLINE void panel_mul(enum panel_kind kind, const struct panel_args *a, size_t panel) {
    const struct panel_layout *l = &panel_layouts[kind];
    const uint8_t *scales = a->panel + panel * a->panel_bytes;
    const bool unpacked = l->form != FORM_BYTES && a->m >= UNPACK_VECTORS;
    const unit_fn *kernels =
        unpacked ? unpacked_kernels[unpacked_kind(kind)] : packed_kernels[kind];
    const __mmask16 mask = (__mmask16)((1u << MIN(a->rows - 16 * panel, (size_t)16)) - 1);
    float *dst = a->dst + 16 * panel;
    __m512 total[MAT_TILES_VECTORS];
    struct avx512_unit u;
    u.ahead_end = a->ahead_end;
    u.ahead_step = a->ahead_step;
    u.near = near_wanted();
    u.quants = scales + a->scale_area + 8 * a->unit * l->quant_bytes;
    for (size_t c = 0; c < a->m; c++)
        total[c] =
            a->first ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask, dst + c * a->dst_stride);
    for (size_t b = 0; b < a->blocks; b += u.blocks, u.quants += u.blocks * l->quant_bytes) {
        u.blocks = panel_unit_blocks(kind, a->blocks - b);
        u.ahead = a->ahead + panel * a->panel_bytes + b * a->ahead_step;
        scales_unpack(kind, scales, 8 * a->unit + b, &u);
        for (size_t i = 0; unpacked && i < u.blocks; i++) {
            quants_unpack(kind, u.quants + i * l->quant_bytes, false, u.w[i]);
            prefetch(kind, &u, i);
        }
        for (size_t c = 0, n; c < a->m; c += n, u.ahead = NULL) { /* the first tile prefetches */
            n = MIN(a->m - c, (size_t)TILE_COLS);
            kernels[n](&u, a->tiles[c / TILE_COLS] + b / 8 * tile_unit_bytes(n, 8), total + c);
        }
    }
    for (size_t c = 0; c < a->m; c++)
        _mm512_mask_storeu_ps(dst + c * a->dst_stride, mask, total[c]);
}

#define X(name, ...)                                                                               \
    static void mul_##name(const struct panel_args *a) {                                           \
        for (size_t panel = 0; panel < a->n_panels; panel++)                                       \
            panel_mul(PANEL_##name, a, panel);                                                     \
    }
PANEL_LAYOUTS(X)
#undef X

#include "model/mat_avx512_row8.h"
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
