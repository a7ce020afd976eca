/* Block formats of GGUF and what their numbers are.
 *
 * Owns the table of supported types and one dequantizer each; pure functions, any thread. The
 * dequantizers are the definition that everything else is tested against: kernels and packing
 * (mat_pack.c) take the integers and scales of a block, this file turns them into floats.
 *
 * Invariants: every product of a block scale (f16, 11 bits) with an integer sub-scale (at most 8
 * bits) is exact in f32, so scale * sub-scale * integer rounds once and minimum once more, in the
 * order written here; the build has -ffp-contract=off, so no compiler fuses them. Blocks are read
 * bytewise (memcpy): tensors may be unaligned in the file. No block content is illegal.
 *
 * Happy path: quant_find(type) -> dequantize(row, floats, n). Failures: an unknown type is NULL, a
 * row that is no whole number of blocks has 0 bytes; both are for the caller to report. */
#include "model/quant.h"

#include <string.h>

const int8_t quant_iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                     1,    13,   25,  38,  53,  69,  89,  113};
const int8_t quant_mxfp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static float float_of_bits(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static uint32_t bits_of_float(float f) {
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

float f16_to_f32(uint16_t h) {
    uint32_t sign = (uint32_t)(h & 0x8000) << 16;
    uint32_t exponent = (h >> 10) & 31, fraction = h & 0x3ff;
    if (exponent == 31) /* a signalling NaN becomes quiet, as the hardware's conversion does */
        return float_of_bits(sign | 0x7f800000 | fraction << 13 | (fraction ? 0x400000 : 0));
    if (exponent != 0)
        return float_of_bits(sign | (exponent + 112) << 23 | fraction << 13);
    float small = (float)fraction * 0x1p-24f; /* exact */
    return sign ? -small : small;
}

uint16_t f32_to_f16(float f) {
    uint32_t bits = bits_of_float(f);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7fffffff;
    if (bits > 0x7f800000)
        return (uint16_t)(sign | 0x7e00 | (bits >> 13 & 0x3ff));
    if (bits >= 0x477ff000) /* 65520 and more round to infinity */
        return sign | 0x7c00;
    if (bits < 0x38800000) { /* below 2^-14: the result is a multiple of 2^-24 */
        /* adding 0.5 leaves a float with exactly that step, rounded to nearest even */
        float sum = float_of_bits(bits) + 0.5f;
        return (uint16_t)(sign | (bits_of_float(sum) - 0x3f000000));
    }
    uint32_t odd = bits >> 13 & 1;
    return (uint16_t)(sign | ((bits - 0x38000000 + 0xfff + odd) >> 13));
}

float bf16_to_f32(uint16_t b) {
    return float_of_bits((uint32_t)b << 16);
}

float quant_mxfp4_scale(uint8_t e) {
    /* 2^-128 and 2^-127 are denormal: single bits of the fraction */
    return float_of_bits(e < 2 ? 0x200000u << e : (uint32_t)(e - 1) << 23);
}

static uint16_t load16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static float load_f16(const uint8_t *p) {
    return f16_to_f32(load16(p));
}

void quant_k4_scale(const uint8_t s[12], int j, uint8_t *scale, uint8_t *min) {
    if (j < 4) {
        *scale = s[j] & 63;
        *min = s[j + 4] & 63;
    } else {
        *scale = (uint8_t)((s[j + 4] & 15) | (s[j - 4] >> 6) << 4);
        *min = (uint8_t)((s[j + 4] >> 4) | (s[j] >> 6) << 4);
    }
}

void quant_q3k_scales(const uint8_t s[12], int8_t out[16]) {
    for (int k = 0; k < 16; k++) {
        int low = k < 8 ? s[k & 7] & 15 : s[k & 7] >> 4;
        int high = s[8 + (k & 3)] >> 2 * (k / 4) & 3;
        out[k] = (int8_t)((low | high << 4) - 32);
    }
}

/* ---- one function a format ---- */
static void dequantize_f32(const void *src, float *dst, size_t n) {
    memcpy(dst, src, n * sizeof *dst);
}

static void dequantize_f16(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (size_t i = 0; i < n; i++)
        dst[i] = load_f16(p + 2 * i);
}

static void dequantize_bf16(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (size_t i = 0; i < n; i++)
        dst[i] = bf16_to_f32(load16(p + 2 * i));
}

static void dequantize_q4_0(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 18) {
        float d = load_f16(p);
        for (int j = 0; j < 16; j++) {
            dst[j] = (float)((p[2 + j] & 15) - 8) * d;
            dst[j + 16] = (float)((p[2 + j] >> 4) - 8) * d;
        }
    }
}

static void dequantize_q4_1(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 20) {
        float d = load_f16(p), m = load_f16(p + 2);
        for (int j = 0; j < 16; j++) {
            dst[j] = (float)(p[4 + j] & 15) * d + m;
            dst[j + 16] = (float)(p[4 + j] >> 4) * d + m;
        }
    }
}

/* Element i of a Q5_0/Q5_1 block as 0..31; qh: the four bytes of fifth bits, before the nibbles. */
static int q5_element(const uint8_t *qh, int i) {
    uint8_t byte = qh[4 + (i & 15)];
    return (i < 16 ? byte & 15 : byte >> 4) | (qh[i / 8] >> i % 8 & 1) << 4;
}

static void dequantize_q5_0(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 22) {
        float d = load_f16(p);
        for (int i = 0; i < 32; i++)
            dst[i] = (float)(q5_element(p + 2, i) - 16) * d;
    }
}

static void dequantize_q5_1(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 24) {
        float d = load_f16(p), m = load_f16(p + 2);
        for (int i = 0; i < 32; i++)
            dst[i] = (float)q5_element(p + 4, i) * d + m;
    }
}

static void dequantize_q8_0(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 34) {
        float d = load_f16(p);
        for (int j = 0; j < 32; j++)
            dst[j] = (float)(int8_t)p[2 + j] * d;
    }
}

static void dequantize_q2_k(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 256, p += 84) {
        float d = load_f16(p + 80), dmin = load_f16(p + 82);
        for (int i = 0; i < 256; i++) {
            uint8_t scale = p[i / 16];
            float dl = d * (float)(scale & 15), ml = dmin * (float)(scale >> 4);
            int q = p[16 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
            dst[i] = dl * (float)q - ml;
        }
    }
}

static void dequantize_q3_k(const void *src, float *dst, size_t n) {
    const uint8_t *p = src; /* hmask[32], qs[64], scales[12], d */
    for (const float *end = dst + n; dst < end; dst += 256, p += 110) {
        float d = load_f16(p + 108);
        int8_t scales[16];
        quant_q3k_scales(p + 96, scales);
        for (int i = 0; i < 256; i++) {
            int q = p[32 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
            int high = p[i % 32] >> i / 32 & 1;
            float dl = d * (float)scales[i / 16];
            dst[i] = dl * (float)(q - (high ? 0 : 4));
        }
    }
}

static void dequantize_q4_k(const void *src, float *dst, size_t n) {
    const uint8_t *p = src; /* d, dmin, scales[12], qs[128] */
    for (const float *end = dst + n; dst < end; dst += 256, p += 144) {
        float d = load_f16(p), dmin = load_f16(p + 2);
        for (int j = 0; j < 8; j++) {
            uint8_t scale, min;
            quant_k4_scale(p + 4, j, &scale, &min);
            float dl = d * (float)scale, ml = dmin * (float)min;
            const uint8_t *qs = p + 16 + j / 2 * 32;
            for (int i = 0; i < 32; i++)
                dst[j * 32 + i] = dl * (float)(qs[i] >> j % 2 * 4 & 15) - ml;
        }
    }
}

static void dequantize_q5_k(const void *src, float *dst, size_t n) {
    const uint8_t *p = src; /* d, dmin, scales[12], qh[32], qs[128] */
    for (const float *end = dst + n; dst < end; dst += 256, p += 176) {
        float d = load_f16(p), dmin = load_f16(p + 2);
        for (int j = 0; j < 8; j++) {
            uint8_t scale, min;
            quant_k4_scale(p + 4, j, &scale, &min);
            float dl = d * (float)scale, ml = dmin * (float)min;
            const uint8_t *qs = p + 48 + j / 2 * 32;
            for (int i = 0; i < 32; i++) {
                int q = (qs[i] >> j % 2 * 4 & 15) | (p[16 + i] >> j & 1) << 4;
                dst[j * 32 + i] = dl * (float)q - ml;
            }
        }
    }
}

static void dequantize_q6_k(const void *src, float *dst, size_t n) {
    const uint8_t *p = src; /* ql[128], qh[64], scales[16], d */
    for (const float *end = dst + n; dst < end; dst += 256, p += 210) {
        float d = load_f16(p + 208);
        for (int i = 0; i < 256; i++) {
            int half = i / 128, j = i % 128 / 32, l = i % 32;
            int low = p[half * 64 + j % 2 * 32 + l] >> j / 2 * 4 & 15;
            int high = p[128 + half * 32 + l] >> 2 * j & 3;
            float dl = d * (float)(int8_t)p[192 + i / 16];
            dst[i] = dl * (float)((low | high << 4) - 32);
        }
    }
}

static void dequantize_iq4_nl(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 18) {
        float d = load_f16(p);
        for (int j = 0; j < 16; j++) {
            dst[j] = d * (float)quant_iq4_values[p[2 + j] & 15];
            dst[j + 16] = d * (float)quant_iq4_values[p[2 + j] >> 4];
        }
    }
}

static void dequantize_iq4_xs(const void *src, float *dst, size_t n) {
    const uint8_t *p = src; /* d, scales_h, scales_l[4], qs[128] */
    for (const float *end = dst + n; dst < end; dst += 256, p += 136) {
        float d = load_f16(p);
        for (int ib = 0; ib < 8; ib++) {
            int scale = (p[4 + ib / 2] >> ib % 2 * 4 & 15) | (load16(p + 2) >> 2 * ib & 3) << 4;
            float dl = d * (float)(scale - 32);
            const uint8_t *qs = p + 8 + ib * 16;
            for (int j = 0; j < 16; j++) {
                dst[ib * 32 + j] = dl * (float)quant_iq4_values[qs[j] & 15];
                dst[ib * 32 + j + 16] = dl * (float)quant_iq4_values[qs[j] >> 4];
            }
        }
    }
}

static void dequantize_mxfp4(const void *src, float *dst, size_t n) {
    const uint8_t *p = src;
    for (const float *end = dst + n; dst < end; dst += 32, p += 17) {
        float d = quant_mxfp4_scale(p[0]);
        for (int j = 0; j < 16; j++) {
            dst[j] = d * (float)quant_mxfp4_values[p[1 + j] & 15];
            dst[j + 16] = d * (float)quant_mxfp4_values[p[1 + j] >> 4];
        }
    }
}

/* ---- the table ---- */
static const struct quant quant_types[] = {
    {QUANT_F32, "F32", 1, 4, dequantize_f32},
    {QUANT_F16, "F16", 1, 2, dequantize_f16},
    {QUANT_Q4_0, "Q4_0", 32, 18, dequantize_q4_0},
    {QUANT_Q4_1, "Q4_1", 32, 20, dequantize_q4_1},
    {QUANT_Q5_0, "Q5_0", 32, 22, dequantize_q5_0},
    {QUANT_Q5_1, "Q5_1", 32, 24, dequantize_q5_1},
    {QUANT_Q8_0, "Q8_0", 32, 34, dequantize_q8_0},
    {QUANT_Q2_K, "Q2_K", 256, 84, dequantize_q2_k},
    {QUANT_Q3_K, "Q3_K", 256, 110, dequantize_q3_k},
    {QUANT_Q4_K, "Q4_K", 256, 144, dequantize_q4_k},
    {QUANT_Q5_K, "Q5_K", 256, 176, dequantize_q5_k},
    {QUANT_Q6_K, "Q6_K", 256, 210, dequantize_q6_k},
    {QUANT_IQ4_NL, "IQ4_NL", 32, 18, dequantize_iq4_nl},
    {QUANT_IQ4_XS, "IQ4_XS", 256, 136, dequantize_iq4_xs},
    {QUANT_BF16, "BF16", 1, 2, dequantize_bf16},
    {QUANT_MXFP4, "MXFP4", 32, 17, dequantize_mxfp4},
};

const struct quant *quant_at(size_t i) {
    return i < ARRAY_LEN(quant_types) ? &quant_types[i] : NULL;
}

const struct quant *quant_find(uint32_t type) {
    for (size_t i = 0; i < ARRAY_LEN(quant_types); i++)
        if ((uint32_t)quant_types[i].type == type)
            return &quant_types[i];
    return NULL;
}

const struct quant *quant_find_name(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(quant_types); i++)
        if (strcmp(quant_types[i].name, name) == 0)
            return &quant_types[i];
    return NULL;
}

size_t quant_row_bytes(const struct quant *q, size_t k) {
    size_t bytes;
    if (k % q->block_elements != 0 ||
        __builtin_mul_overflow(k / q->block_elements, q->block_bytes, &bytes))
        return 0;
    return bytes;
}
