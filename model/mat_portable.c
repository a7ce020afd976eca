/* The portable kernel family: plain C for any CPU, and the definition the others must equal.
 *
 * Owns nothing, any thread. A unit's blocks are unpacked to signed 16-bit weights, row by row, and
 * multiplied with the int8 blocks of all vectors of a tile; then the float operations of mat.c's
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
struct portable_unit { /* of 16 rows */
    float wd[16][16];  /* by row; of blocks, or of their halves where the format has them */
    float wm[16][8];   /* of blocks: Q4_1, Q5_1 */
    float start[16];   /* what acc begins with */
    float dmin[16];    /* of integer minima */
    int32_t m[16][16]; /* these, of 32 or 16 columns */
};

static float load_half(const uint8_t *p) {
    return f16_to_f32((uint16_t)(p[0] | p[1] << 8));
}

/* w: the file's integers (table values for IQ4, MXFP4) */
static void quants_unpack(enum panel_kind kind, const uint8_t *q, int16_t (*w)[32]) {
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
                w[r][i] = quant_iq4_values[u];
            else if (kind == PANEL_MXFP4)
                w[r][i] = quant_mxfp4_values[u];
            else
                w[r][i] = (int16_t)(u - offset);
        }
}

/* Block j (of 32 columns) of row r; s: scales of its unit */
static void block_scales(enum panel_kind kind, const uint8_t *s, size_t r, size_t j, size_t b,
                         struct portable_unit *out) {
    const float d = kind == PANEL_MXFP4 ? quant_mxfp4_scale(s[r]) : load_half(s + 2 * r);
    float *wd = out->wd[r] + (panel_layouts[kind].sub16 ? 2 * b : b);
    wd[0] = d;
    switch (kind) {
    case PANEL_Q4_1:
    case PANEL_Q5_1:
        out->wm[r][b] = load_half(s + 32 + 2 * r);
        break;
    case PANEL_Q4_K:
    case PANEL_Q5_K:
        wd[0] = d * (float)s[64 + 32 * j + r];
        out->dmin[r] = load_half(s + 32 + 2 * r);
        out->m[r][b] = s[64 + 32 * j + 16 + r];
        break;
    case PANEL_IQ4_XS:
        wd[0] = d * (float)(int8_t)s[32 + 16 * j + r];
        break;
    case PANEL_Q6_K:
    case PANEL_Q3_K:
        for (size_t h = 0; h < 2; h++)
            wd[h] = d * (float)(int8_t)s[32 + 32 * j + 16 * h + r];
        break;
    case PANEL_Q2_K:
        out->dmin[r] = load_half(s + 32 + 2 * r);
        for (size_t h = 0; h < 2; h++) {
            wd[h] = d * (float)(s[64 + 32 * j + 16 * h + r] & 15);
            out->m[r][2 * b + h] = s[64 + 32 * j + 16 * h + r] >> 4;
        }
        break;
    default:
        break;
    }
}

/* Blocks [block, block + n) of a panel */
static void scales_unpack(enum panel_kind kind, const uint8_t *scales, size_t block, size_t n,
                          struct portable_unit *out) {
    const struct panel_layout *l = &panel_layouts[kind];
    const size_t per_unit = l->unit / 32, parts = l->sub16 ? 2 * n : n;
    const float less = 1.0f / (float)(1 << l->shift);
    for (size_t r = 0; r < 16; r++) {
        float sum = 0;
        for (size_t b = 0; b < n; b++)
            block_scales(kind, scales + (block + b) / per_unit * l->scale_bytes, r,
                         (block + b) % per_unit, b, out);
        for (size_t i = 0; i < parts; i++) {
            out->wd[r][i] *= less;
            sum += out->wd[r][i];
        }
        out->start[r] = -(TILE_MAGIC * sum);
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

/* Block b of a unit times vector c of a tile of n, into 16 accumulators. */
INLINE void block_mul(enum panel_kind kind, int16_t (*w)[32], const struct portable_unit *u,
                      const int8_t *q, size_t b, float *acc) {
    const struct panel_layout *l = &panel_layouts[kind];
    int16_t a[32];
    for (int i = 0; i < 32; i++)
        a[i] = q[i];
    for (int r = 0; r < 16; r++) {
        int32_t sum[2];
        dot16x2(w[r], a, sum);
        for (size_t h = 0; h < 2; h++)
            sum[h] *= 1 << l->shift;
        if (l->sub16) {
            for (size_t h = 0; h < 2; h++)
                acc[r] = __builtin_fmaf(TILE_MAGIC + (float)sum[h], u->wd[r][2 * b + h], acc[r]);
        } else {
            acc[r] = __builtin_fmaf(TILE_MAGIC + (float)(sum[0] + sum[1]), u->wd[r][b], acc[r]);
        }
    }
}

/* Minima of a unit, of vector c of a tile of n, and the unit's scale. */
INLINE void unit_end(enum panel_kind kind, const struct portable_unit *u, const uint8_t *end,
                     size_t n, size_t c, float *acc, float *total) {
    int16_t sums[16];
    for (size_t i = 0; i < 8; i++)
        memcpy(sums + 2 * i, tile_part(end, n, c, i), 4);
    for (int r = 0; r < 16; r++) {
        int32_t m = 0, count = panel_minima(kind) == MINIMA_32 ? 8 : 16;
        for (int32_t j = 0; j < count; j++)
            m += u->m[r][j] * sums[j];
        if (panel_minima(kind) >= MINIMA_32)
            acc[r] = __builtin_fmaf(-u->dmin[r], (float)m, acc[r]);
        total[r] = __builtin_fmaf(acc[r], *tile_d(end, c), total[r]);
    }
}

/* Blocks [block, block + count) of a panel, one unit, times a tile's n vectors */
INLINE void unit_mul(enum panel_kind kind, const uint8_t *scales, const uint8_t *quants,
                     size_t block, size_t count, const uint8_t *tile, size_t n,
                     float (*total)[16]) {
    float acc[TILE_COLS][16];
    struct portable_unit u = {0};
    scales_unpack(kind, scales, block, count, &u);
    for (size_t c = 0; c < n; c++)
        memcpy(acc[c], u.start, sizeof u.start);
    for (size_t b = 0; b < count; b++, tile += 40 * n) {
        int16_t w[16][32];
        quants_unpack(kind, quants + (block + b) * panel_layouts[kind].quant_bytes, w);
        for (size_t c = 0; c < n; c++) {
            block_mul(kind, w, &u, tile_q(tile, c), b, acc[c]);
            if (panel_minima(kind) == MINIMA_FLOAT) {
                float s;
                memcpy(&s, tile_part(tile + 40 * n * (count - b), n, c, b), 4);
                for (int r = 0; r < 16; r++)
                    acc[c][r] = __builtin_fmaf(u.wm[r][b], s, acc[c][r]);
            }
        }
    }
    for (size_t c = 0; c < n; c++)
        unit_end(kind, &u, tile, n, c, acc[c], total[c]);
}

INLINE void panel_mul(enum panel_kind kind, const struct panel_args *a) {
    for (size_t p = 0; p < a->n_panels; p++) {
        const uint8_t *scales = a->panel + p * a->panel_bytes, *quants = scales + a->scale_area;
        const size_t rows = MIN(a->rows - 16 * p, (size_t)16);
        for (size_t c0 = 0, n; c0 < a->m; c0 += n) {
            const uint8_t *tile = a->tiles[c0 / TILE_COLS];
            float total[TILE_COLS][16] = {{0}}, *dst = a->dst + c0 * a->dst_stride + 16 * p;
            n = MIN(a->m - c0, (size_t)TILE_COLS);
            for (size_t c = 0; !a->first && c < n; c++)
                memcpy(total[c], dst + c * a->dst_stride, rows * sizeof *dst);
            for (size_t b = 0, count; b < a->blocks; b += count) {
                count = panel_unit_blocks(kind, a->blocks - b);
                unit_mul(kind, scales, quants, 8 * a->unit + b, count, tile, n, total);
                tile += tile_unit_bytes(n, count);
            }
            for (size_t c = 0; c < n; c++)
                memcpy(dst + c * a->dst_stride, total[c], rows * sizeof *dst);
        }
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
