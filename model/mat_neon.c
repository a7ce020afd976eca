/* The NEON kernel family, for 64-bit ARM processors with the dot-product instructions.
 *
 * Owns nothing, any thread; compiled for them by the pragma below and only called after the kernel
 * was asked (mat.c). It reads the panels of mat_int.h in quarters of four rows: one register is
 * four columns of four rows, and SDOT with one lane of the vector's bytes makes sixteen products, a
 * lane of the result being one row. SDOT is signed on both sides, so quants are unpacked to their
 * values, without offsets, and all sums are exact in 32 bits. The floats are those of mat.c's essay
 * in its order: equal to mat_portable.c to the bit.
 *
 * Instantiated for each format and 1, 2 and 4 vectors. Checked under qemu by tests/cross/neon.sh.
 * Failures: none. */
#ifdef __aarch64__
#pragma GCC target("arch=armv8.2-a+dotprod")
#include <arm_neon.h>
#include <string.h>

#define V16_LANES        4
#define V16_FMA(a, b, c) vfmaq_f32(a, b, c)
#include "model/mat_int.h"
#include "model/mat_v16.h"

#define FLOAT_ROWS      2
#define FLOAT_COLS      2
#define FLOAT_WIDEN_DOT 0
#define FLOAT_VECS      2
#define FLOAT_SUMS      2

INLINE float32x4_t load4_f16(const uint8_t *p) {
    return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p)));
}

INLINE void load16_f16(const uint8_t *p, v16 *out) {
    out->p0 = load4_f16(p);
    out->p1 = load4_f16(p + 8);
    out->p2 = load4_f16(p + 16);
    out->p3 = load4_f16(p + 24);
}

INLINE float32x4_t load4_bf16(const uint8_t *p) {
    return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(p)), 16));
}

INLINE void load16_bf16(const uint8_t *p, v16 *out) {
    out->p0 = load4_bf16(p);
    out->p1 = load4_bf16(p + 8);
    out->p2 = load4_bf16(p + 16);
    out->p3 = load4_bf16(p + 24);
}

#include "model/mat_float.h"

/* ---- panels ---- */
struct neon_unit {        /* scales of four rows of a unit */
    float32x4_t wd[16];   /* of blocks, or of their halves where the format has them */
    float32x4_t wm[8];    /* of blocks: Q4_1, Q5_1 */
    float32x4_t start;    /* what the sums of products begin with */
    float32x4_t dmin;     /* of integer minima */
    int32x4_t minima[16]; /* these, of 32 or 16 columns */
};

INLINE int32x4_t load4_signed(const uint8_t *p) {
    int32_t bytes;
    memcpy(&bytes, p, 4);
    return vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8((uint32_t)bytes))));
}

INLINE int32x4_t load4_unsigned(const uint8_t *p) {
    uint32_t bytes;
    memcpy(&bytes, p, 4);
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vcreate_u8(bytes)))));
}

/* Bits [from, from + bits) of each byte, at bit `to`. */
INLINE uint8x16_t field(uint8x16_t x, int from, int bits, int to) {
    uint8x16_t mask = vdupq_n_u8((uint8_t)((1 << bits) - 1));
    x = vandq_u8(vshlq_u8(x, vdupq_n_s8((int8_t)-from)), mask);
    return vshlq_u8(x, vdupq_n_s8((int8_t)to));
}

/* q: the block's quants plus 16 for each quarter; w: groups, values */
INLINE void quants_unpack(enum panel_kind kind, const uint8_t *q, int8x16_t w[8]) {
    const struct panel_layout *l = &panel_layouts[kind];
    uint8x16_t u[8];
#pragma GCC unroll 8
    for (int g = 0; g < 8; g++) {
        if (l->form == FORM_BYTES)
            u[g] = vld1q_u8(q + 64 * g);
        else if (l->form == FORM_PAIRS || l->form == FORM_THREE)
            u[g] = field(vld1q_u8(q + g / 4 * 64), 2 * (g % 4), 2, 0);
        else
            u[g] = field(vld1q_u8(q + g % 4 * 64), g / 4 * 4, 4, 0);
        if (l->form == FORM_THREE)
            u[g] = vorrq_u8(u[g], field(vld1q_u8(q + 128), g, 1, 2));
        else if (l->form == FORM_FIVE)
            u[g] = vorrq_u8(u[g], field(vld1q_u8(q + 256), g, 1, 4));
        else if (l->form == FORM_SIX)
            u[g] = vorrq_u8(u[g], field(vld1q_u8(q + 256 + g / 4 * 64), 2 * (g % 4), 2, 4));
        if (kind == PANEL_IQ4_NL || kind == PANEL_IQ4_XS)
            w[g] = vqtbl1q_s8(vld1q_s8(quant_iq4_values), u[g]);
        else if (kind == PANEL_MXFP4)
            w[g] = vqtbl1q_s8(vld1q_s8(quant_mxfp4_values), u[g]);
        else if (l->offset_log2 != OFFSET_NONE)
            w[g] = vreinterpretq_s8_u8(vsubq_u8(u[g], vdupq_n_u8((uint8_t)(1 << l->offset_log2))));
        else
            w[g] = vreinterpretq_s8_u8(u[g]);
    }
}

INLINE float32x4_t times(float32x4_t d, int32x4_t scale) {
    return vmulq_f32(d, vcvtq_f32_s32(scale));
}

/* s: the scales of block j (of 32 columns) of a unit that shares d, from the first of four rows r
 * on; it is block b of the 256 columns. */
INLINE void block_scales(enum panel_kind kind, const uint8_t *s, size_t r, size_t j, size_t b,
                         struct neon_unit *out) {
    float32x4_t *wd = out->wd + (panel_layouts[kind].sub16 ? 2 * b : b), d;
    if (kind == PANEL_MXFP4) {
        float exact[4];
        for (size_t i = 0; i < 4; i++)
            exact[i] = quant_mxfp4_scale(s[r + i]);
        d = vld1q_f32(exact);
    } else {
        d = load4_f16(s + 2 * r);
    }
    d = vmulq_n_f32(d, 1.0f / (float)(1 << panel_layouts[kind].shift));
    wd[0] = d;
    if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1) {
        out->wm[b] = load4_f16(s + 32 + 2 * r);
    } else if (kind == PANEL_Q4_K || kind == PANEL_Q5_K) {
        const uint8_t *sub = s + 64 + 32 * j + r;
        wd[0] = times(d, load4_unsigned(sub));
        out->minima[b] = load4_unsigned(sub + 16);
        out->dmin = load4_f16(s + 32 + 2 * r);
    } else if (kind == PANEL_IQ4_XS) {
        wd[0] = times(d, load4_signed(s + 32 + 16 * j + r));
    } else if (kind == PANEL_Q6_K || kind == PANEL_Q3_K) {
        for (size_t h = 0; h < 2; h++)
            wd[h] = times(d, load4_signed(s + 32 + 32 * j + 16 * h + r));
    } else if (kind == PANEL_Q2_K) {
        out->dmin = load4_f16(s + 32 + 2 * r);
        for (size_t h = 0; h < 2; h++) {
            int32x4_t both = load4_unsigned(s + 64 + 32 * j + 16 * h + r);
            wd[h] = times(d, vandq_s32(both, vdupq_n_s32(15)));
            out->minima[2 * b + h] = vshrq_n_s32(both, 4);
        }
    }
}

/* Blocks [block, block + n) of a panel, one unit */
INLINE void scales_unpack(enum panel_kind kind, const uint8_t *scales, size_t r, size_t block,
                          size_t n, struct neon_unit *out) {
    const struct panel_layout *l = &panel_layouts[kind];
    const size_t per_unit = l->unit / 32;
    float32x4_t sum = vdupq_n_f32(0);
    size_t b = 0;
    do
        block_scales(kind, scales + (block + b) / per_unit * l->scale_bytes, r,
                     (block + b) % per_unit, b, out);
    while (++b < n);
    for (size_t i = 0; i < (l->sub16 ? 2 * n : n); i++)
        sum = vaddq_f32(sum, out->wd[i]);
    out->start = vmulq_n_f32(sum, -TILE_MAGIC);
}

/* TILE_MAGIC + an integer sum */
INLINE float32x4_t sum_float(enum panel_kind kind, int32x4_t sum) {
    sum = vshlq_s32(sum, vdupq_n_s32(panel_layouts[kind].shift));
    return vreinterpretq_f32_s32(vaddq_s32(sum, vdupq_n_s32(TILE_MAGIC_BITS)));
}

/* acc + four rows of block b of a unit times vector c */
INLINE float32x4_t block_mul(enum panel_kind kind, const struct neon_unit *u, const int8x16_t w[8],
                             size_t b, const int8_t *q, float32x4_t acc) {
    int8x16_t a0 = vld1q_s8(q), a1 = vld1q_s8(q + 16);
    int32x4_t low = vdupq_n_s32(0), high = low;
    low = vdotq_laneq_s32(low, w[0], a0, 0);
    low = vdotq_laneq_s32(low, w[1], a0, 1);
    low = vdotq_laneq_s32(low, w[2], a0, 2);
    low = vdotq_laneq_s32(low, w[3], a0, 3);
    high = vdotq_laneq_s32(high, w[4], a1, 0);
    high = vdotq_laneq_s32(high, w[5], a1, 1);
    high = vdotq_laneq_s32(high, w[6], a1, 2);
    high = vdotq_laneq_s32(high, w[7], a1, 3);
    if (panel_layouts[kind].sub16) {
        acc = vfmaq_f32(acc, sum_float(kind, low), u->wd[2 * b]);
        return vfmaq_f32(acc, sum_float(kind, high), u->wd[2 * b + 1]);
    }
    return vfmaq_f32(acc, sum_float(kind, vaddq_s32(low, high)), u->wd[b]);
}

/* acc + integer minima of a unit times vector c of a tile of n; end: of the unit's blocks */
INLINE float32x4_t minima_mul(enum panel_kind kind, const struct neon_unit *u, const uint8_t *end,
                              size_t n, size_t c, float32x4_t acc) {
    const size_t count = panel_minima(kind) == MINIMA_32 ? 8 : 16;
    int32x4_t m = vdupq_n_s32(0);
    for (size_t j = 0; j < count; j++) {
        int16_t pair[2];
        memcpy(pair, tile_part(end, n, c, j / 2), sizeof pair);
        m = vmlaq_n_s32(m, u->minima[j], pair[j % 2]);
    }
    return vfmsq_f32(acc, u->dmin, vcvtq_f32_s32(m));
}

/* Four rows of a unit of `count` blocks times vectors c0 .. c0 + n_cols - 1 of a tile of n. */
INLINE void unit_mul(enum panel_kind kind, const struct neon_unit *u, const uint8_t *quants,
                     size_t count, const uint8_t *tile, size_t n, size_t c0, const int n_cols,
                     float32x4_t *total) {
    const uint8_t *const end = tile + 40 * n * count;
    float32x4_t acc[4];
    float s;
#pragma GCC unroll 4
    for (int c = 0; c < n_cols; c++)
        acc[c] = u->start;
    for (size_t b = 0; b < count; b++, quants += panel_layouts[kind].quant_bytes, tile += 40 * n) {
        int8x16_t w[8];
        quants_unpack(kind, quants, w);
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++) {
            const size_t at = c0 + (size_t)c;
            acc[c] = block_mul(kind, u, w, b, tile_q(tile, at), acc[c]);
            if (panel_minima(kind) == MINIMA_FLOAT) {
                memcpy(&s, tile_part(end, n, at, b), sizeof s);
                acc[c] = vfmaq_n_f32(acc[c], u->wm[b], s);
            }
        }
    }
#pragma GCC unroll 4
    for (int c = 0; c < n_cols; c++) {
        const size_t at = c0 + (size_t)c;
        if (panel_minima(kind) == MINIMA_32 || panel_minima(kind) == MINIMA_16)
            acc[c] = minima_mul(kind, u, end, n, at, acc[c]);
        total[c] = vfmaq_n_f32(total[c], acc[c], *tile_d(end, at));
    }
}

/* One panel times vectors c0 .. c0 + n_cols - 1, which are in one tile. */
INLINE void panel_tile(enum panel_kind kind, const struct panel_args *a, size_t panel, size_t c0,
                       const int n_cols) {
    const struct panel_layout *l = &panel_layouts[kind];
    const uint8_t *scales = a->panel + panel * a->panel_bytes, *quants = scales + a->scale_area;
    const size_t rows = MIN(a->rows - 16 * panel, (size_t)16), at = c0 % TILE_COLS;
    const size_t n = MIN(a->m - (c0 - at), (size_t)TILE_COLS);
    float *dst = a->dst + c0 * a->dst_stride + 16 * panel, out[4][16] = {{0}};
    for (int c = 0; !a->first && c < n_cols; c++)
        memcpy(out[c], dst + (size_t)c * a->dst_stride, rows * 4);
    for (size_t r = 0; r < 16; r += 4) {
        const uint8_t *tile = a->tiles[c0 / TILE_COLS];
        float32x4_t total[4];
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++)
            total[c] = vld1q_f32(&out[c][r]);
        for (size_t b = 0, count; b < a->blocks; b += count) {
            const size_t block = 8 * a->unit + b;
            struct neon_unit u;
            count = panel_unit_blocks(kind, a->blocks - b);
            scales_unpack(kind, scales, r, block, count, &u);
            unit_mul(kind, &u, quants + block * l->quant_bytes + 4 * r, count, tile, n, at, n_cols,
                     total);
            tile += tile_unit_bytes(n, count);
        }
#pragma GCC unroll 4
        for (int c = 0; c < n_cols; c++)
            vst1q_f32(&out[c][r], total[c]);
    }
    for (int c = 0; c < n_cols; c++)
        memcpy(dst + (size_t)c * a->dst_stride, out[c], rows * 4);
}

#define X(name, ...)                                                                               \
    static void mul_##name(const struct panel_args *a) {                                           \
        for (size_t panel = 0; panel < a->n_panels; panel++) {                                     \
            size_t c = 0;                                                                          \
            for (; c + 4 <= a->m; c += 4)                                                          \
                panel_tile(PANEL_##name, a, panel, c, 4);                                          \
            for (; c < a->m; c++)                                                                  \
                panel_tile(PANEL_##name, a, panel, c, 1);                                          \
        }                                                                                          \
    }
PANEL_LAYOUTS(X)
#undef X

/* ---- int8 cache rows ---- */
/* out[c][t] = sum of row t's bytes (unsigned) times query c's (signed): (byte - 128) * q, and 128
 * times the sum of q. */
static void dots8(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
                  size_t q_stride, size_t m, int32_t (*out)[ROW8_ROWS], const uint8_t *next) {
    (void)next; /* a hint */
    const int8x16_t ones = vdupq_n_s8(1);
    for (size_t c = 0; c < m; c++)
        for (size_t t = 0; t < n; t++) {
            int32x4_t acc = vdupq_n_s32(0), sum = acc;
            for (size_t i = 0; i < 64 * steps; i += 16) {
                uint8x16_t row = veorq_u8(vld1q_u8(rows + t * stride + i), vdupq_n_u8(128));
                int8x16_t x = vreinterpretq_s8_u8(vld1q_u8(q + c * q_stride + i));
                acc = vdotq_s32(acc, vreinterpretq_s8_u8(row), x);
                sum = vdotq_s32(sum, ones, x);
            }
            out[c][t] = vaddvq_s32(acc) + 128 * vaddvq_s32(sum);
        }
}

/* out[c][d] = sum over rows t of u[c][t] * (row t's byte d - 128) */
static void sums8(const uint8_t *rows, size_t stride, size_t n, const uint8_t (*u)[ROW8_ROWS],
                  size_t m, int32_t (*out)[64]) {
    for (size_t c = 0; c < m; c++)
        for (size_t d = 0; d < 64; d += 8) {
            int32x4_t low = vdupq_n_s32(0), high = low;
            for (size_t t = 0; t < n; t++) {
                uint8x8_t row = veor_u8(vld1_u8(rows + t * stride + d), vdup_n_u8(128));
                int16x8_t wide = vmovl_s8(vreinterpret_s8_u8(row));
                low = vmlal_n_s16(low, vget_low_s16(wide), u[c][t]);
                high = vmlal_n_s16(high, vget_high_s16(wide), u[c][t]);
            }
            vst1q_s32(&out[c][d], low);
            vst1q_s32(&out[c][d + 4], high);
        }
}

INLINE void add_scaled64(float *dst, const int32_t *totals, float scale) {
    for (size_t i = 0; i < 64; i++)
        dst[i] = __builtin_fmaf((float)totals[i], scale, dst[i]);
}

#include "model/mat_row8.h"

static void row_put_f16(const float *x, size_t n, uint16_t *out) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        vst1_u16(out + i, vreinterpret_u16_f16(vcvt_f16_f32(vld1q_f32(x + i))));
    for (; i < n; i++)
        out[i] = f32_to_f16(x[i]);
}

#include "model/mat_table.h"

const struct kernels kernels_neon = KERNELS("neon");
#endif
