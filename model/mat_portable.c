/* The portable kernel family: plain C for any CPU, and the definition the others must equal.
 *
 * Owns nothing, any thread. A panel's block is unpacked to signed 16-bit weights, row by row, and
 * multiplied with the int8 blocks of all vectors of the call; then the float operations of mat.c's
 * essay, one row at a time. Float matrices go through mat_float.h.
 *
 * Written so that a compiler without intrinsics makes decent code of it (16 x 16 -> 32 bit dot
 * products over contiguous arrays); speed beyond that is the other families' business.
 * Failures: none. */
#include <string.h>

#define V16_LANES        4
#define V16_FMA(a, b, c) portable_fma(a, b, c)
typedef float portable_part __attribute__((vector_size(16)));

static inline portable_part portable_fma(portable_part a, portable_part b, portable_part c) {
    for (int i = 0; i < 4; i++)
        a[i] = __builtin_fmaf(b[i], c[i], a[i]);
    return a;
}

#include "model/mat_int.h"
#include "model/mat_v16.h"

#define FLOAT_ROWS      2
#define FLOAT_COLS      2
#define FLOAT_WIDEN_DOT 1
#define FLOAT_VECS      2
#define FLOAT_SUMS      2

INLINE void load16_f16(const uint8_t *p, v16 *out) {
    float f[16];
    for (int i = 0; i < 16; i++) {
        uint16_t h;
        memcpy(&h, p + 2 * i, 2);
        /* exponent rebased by an exact multiplication, which also normalizes denormals */
        uint32_t bits = (uint32_t)(h & 0x7fff) << 13;
        float small;
        memcpy(&small, &bits, 4);
        small *= 0x1p112f;
        memcpy(&bits, &small, 4);
        uint32_t special = bits | 0x7f800000u | ((h & 0x3ff) ? 0x400000u : 0);
        bits = (h & 0x7c00) == 0x7c00 ? special : bits;
        bits |= (uint32_t)(h & 0x8000) << 16;
        memcpy(&f[i], &bits, 4);
    }
    *out = v16_load(f);
}

INLINE void load16_bf16(const uint8_t *p, v16 *out) {
    uint32_t bits[16];
    for (int i = 0; i < 16; i++)
        bits[i] = (uint32_t)p[2 * i] << 16 | (uint32_t)p[2 * i + 1] << 24;
    *out = v16_load(bits);
}

#include "model/mat_float.h"

/* ---- panels ---- */
struct portable_block {
    int16_t w[16][32];          /* the file's integers (table values for IQ4, MXFP4) */
    float wd[16][2], wm[16][2]; /* of 16 columns where the format has them, else the first alone */
};

static float load_half(const uint8_t *p) {
    return f16_to_f32((uint16_t)(p[0] | p[1] << 8));
}

static void quants_unpack(enum panel_kind kind, const uint8_t *q, struct portable_block *out) {
    const struct panel_layout *l = &panel_layouts[kind];
    int offset = l->offset_log2 == OFFSET_NONE ? 0 : 1 << l->offset_log2;
    for (int r = 0; r < 16; r++)
        for (int i = 0; i < 32; i++) {
            int g = i / 4, at = 4 * r + i % 4, u;
            if (l->form == FORM_BYTES)
                u = q[64 * g + at];
            else if (l->form == FORM_PAIRS || l->form == FORM_THREE)
                u = q[64 * (g / 4) + at] >> 2 * (g % 4) & 3;
            else
                u = q[64 * (g % 4) + at] >> g / 4 * 4 & 15;
            if (l->form == FORM_THREE)
                u |= (q[128 + at] >> g & 1) << 2;
            else if (l->form == FORM_FIVE)
                u |= (q[256 + at] >> g & 1) << 4;
            else if (l->form == FORM_SIX)
                u |= (q[256 + 64 * (g / 4) + at] >> 2 * (g % 4) & 3) << 4;
            if (kind == PANEL_IQ4_NL || kind == PANEL_IQ4_XS)
                out->w[r][i] = quant_iq4_values[u];
            else if (kind == PANEL_MXFP4)
                out->w[r][i] = quant_mxfp4_values[u];
            else
                out->w[r][i] = (int16_t)(u - offset);
        }
}

/* s: scales of the block's unit; j: which block of 32 of the unit. */
static void scales_unpack(enum panel_kind kind, const uint8_t *s, size_t j,
                          struct portable_block *out) {
    for (size_t r = 0; r < 16; r++) {
        float d = kind == PANEL_MXFP4 ? quant_mxfp4_scale(s[r]) : load_half(s + 2 * r);
        out->wd[r][0] = d;
        switch (kind) {
        case PANEL_Q4_1:
        case PANEL_Q5_1:
            out->wm[r][0] = load_half(s + 32 + 2 * r);
            break;
        case PANEL_Q4_K:
        case PANEL_Q5_K:
            out->wd[r][0] = d * (float)s[64 + 32 * j + r];
            out->wm[r][0] = load_half(s + 32 + 2 * r) * (float)s[64 + 32 * j + 16 + r];
            break;
        case PANEL_IQ4_XS:
            out->wd[r][0] = d * (float)(int8_t)s[32 + 16 * j + r];
            break;
        case PANEL_Q6_K:
        case PANEL_Q3_K:
            for (size_t h = 0; h < 2; h++)
                out->wd[r][h] = d * (float)(int8_t)s[32 + 32 * j + 16 * h + r];
            break;
        case PANEL_Q2_K:
            for (size_t h = 0; h < 2; h++) {
                out->wd[r][h] = d * (float)(s[64 + 32 * j + 16 * h + r] & 15);
                out->wm[r][h] =
                    load_half(s + 32 + 2 * r) * (float)(s[64 + 32 * j + 16 * h + r] >> 4);
            }
            break;
        default:
            break;
        }
    }
}

static void dot16x2(const int16_t *w, const int16_t *a, int32_t sum[2]) {
    int32_t low = 0, high = 0;
    for (int i = 0; i < 16; i++)
        low += w[i] * a[i];
    for (int i = 16; i < 32; i++)
        high += w[i] * a[i];
    sum[0] = low;
    sum[1] = high;
}

/* One block times vector c of a tile of n, into 16 accumulators. */
INLINE void block_mul(enum panel_kind kind, const struct portable_block *w, const uint8_t *tile,
                      size_t b, size_t n, size_t c, float *acc) {
    const int8_t *q = tile_q(tile, b, n, c);
    float d = *tile_d(tile, b, n, c), s = *tile_s(tile, b, n, c);
    int16_t a[32];
    for (int i = 0; i < 32; i++)
        a[i] = q[i];
    for (int r = 0; r < 16; r++) {
        int32_t sum[2];
        dot16x2(w->w[r], a, sum);
        if (panel_layouts[kind].sub16) {
            float total = (float)sum[0] * w->wd[r][0];
            total = __builtin_fmaf((float)sum[1], w->wd[r][1], total);
            acc[r] = __builtin_fmaf(total, d, acc[r]);
        } else {
            acc[r] = __builtin_fmaf((float)(sum[0] + sum[1]), w->wd[r][0] * d, acc[r]);
        }
        if (kind == PANEL_Q4_1 || kind == PANEL_Q5_1)
            acc[r] = __builtin_fmaf(w->wm[r][0], s, acc[r]);
        if (kind == PANEL_Q4_K || kind == PANEL_Q5_K)
            acc[r] = __builtin_fmaf(-w->wm[r][0], s, acc[r]);
        for (int h = 0; kind == PANEL_Q2_K && h < 2; h++)
            acc[r] = __builtin_fmaf(-w->wm[r][h], *tile_part(tile, b, n, c, h), acc[r]);
    }
}

INLINE void panel_mul(enum panel_kind kind, const struct panel_args *a) {
    const struct panel_layout *l = &panel_layouts[kind];
    size_t per_unit = l->unit / 32;
    for (size_t p = 0; p < a->n_panels; p++) {
        const uint8_t *scales = a->panel + p * a->panel_bytes, *quants = scales + a->scale_area;
        const size_t rows = MIN(a->rows - 16 * p, (size_t)16);
        float acc[TILE_COLS][16] = {{0}};
        for (size_t c = 0; !a->first && c < a->m; c++)
            memcpy(acc[c], a->dst + c * a->dst_stride + 16 * p, rows * sizeof(float));
        for (size_t b = 0; b < a->blocks; b++) {
            struct portable_block w;
            size_t at = a->block + b;
            quants_unpack(kind, quants + at * l->quant_bytes, &w);
            scales_unpack(kind, scales + at / per_unit * l->scale_bytes, at % per_unit, &w);
            for (size_t c = 0; c < a->m; c++)
                block_mul(kind, &w, a->tile, b, a->m, c, acc[c]);
        }
        for (size_t c = 0; c < a->m; c++)
            memcpy(a->dst + c * a->dst_stride + 16 * p, acc[c], rows * sizeof(float));
    }
}

#define X(name, ...)                                                                               \
    static void mul_##name(const struct panel_args *a) {                                           \
        panel_mul(PANEL_##name, a);                                                                \
    }
PANEL_LAYOUTS(X)
#undef X

/* ---- int8 cache rows ---- */
static void dots8(const uint8_t *rows, size_t stride, size_t n, size_t steps, const uint8_t *q,
                  size_t q_stride, size_t m, int32_t out[][ROW8_ROWS], const uint8_t *next) {
    (void)next; /* a hint */
    for (size_t t = 0; t < n; t++) {
        int16_t row[ROW8_GROUP];
        for (size_t i = 0; i < 64 * steps; i++)
            row[i] = rows[t * stride + i];
        for (size_t c = 0; c < m; c++) {
            const int8_t *query = (const int8_t *)(q + c * q_stride);
            int32_t sum = 0;
            for (size_t i = 0; i < 64 * steps; i++)
                sum += row[i] * query[i];
            out[c][t] = sum;
        }
    }
}

static void sums8(const uint8_t *rows, size_t stride, size_t n, const uint8_t (*u)[ROW8_ROWS],
                  size_t m, int32_t (*out)[64]) {
    for (size_t c = 0; c < m; c++) {
        memset(out[c], 0, sizeof out[c]);
        for (size_t t = 0; t < n; t++)
            for (size_t i = 0; i < 64; i++)
                out[c][i] += u[c][t] * (rows[t * stride + i] - 128);
    }
}

INLINE void add_scaled64(float *dst, const int32_t *totals, float scale) {
    for (size_t i = 0; i < 64; i++)
        dst[i] = __builtin_fmaf((float)totals[i], scale, dst[i]);
}

#include "model/mat_row8.h"

static void row_put_f16(const float *x, size_t n, uint16_t *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = f32_to_f16(x[i]);
}

#include "model/mat_table.h"

const struct kernels kernels_portable = KERNELS("portable");
