/* Repacking: sixteen rows of file blocks become one panel (mat_int.h has the picture).
 *
 * Owns the only code that writes panels (the layouts are a table in mat_int.h); pure, any thread.
 * The file's integers and scales are kept as they are, only their order changes and 6-bit scales
 * get a byte each, so packing loses nothing and needs no arithmetic.
 *
 * Happy path, for each block of 32 columns and each of the 16 rows: block_unpack gives the 32
 * unsigned quants, which are laid into the panel's bytes according to the layout's form; for each
 * unit the scales are stored as arrays over the rows. Rows past the end of the matrix are zeros
 * with zero scales: their results are never written. Failures: none; any bytes are a legal block.
 */
#include <string.h>

#include "model/mat_int.h"

#define INLINE static inline __attribute__((always_inline))

/* The stored form (see below) of the 32 quants of sub-block j of a file block. Formats with a value
 * table keep the index; Q8_0 keeps w + 128. */
INLINE void block_unpack(enum quant_type type, const uint8_t *p, int j, uint8_t u[32]) {
    const uint8_t *nibbles = NULL; /* 16 bytes: low nibbles are 0..15, high ones 16..31 */
    const uint8_t *fifth = NULL;   /* 32 bits */
    int half = j / 4, part = j % 4, l;
    switch (type) {
    case QUANT_Q4_0:
    case QUANT_IQ4_NL:
        nibbles = p + 2;
        break;
    case QUANT_Q4_1:
        nibbles = p + 4;
        break;
    case QUANT_Q5_0:
        fifth = p + 2;
        nibbles = p + 6;
        break;
    case QUANT_Q5_1:
        fifth = p + 4;
        nibbles = p + 8;
        break;
    case QUANT_MXFP4:
        nibbles = p + 1;
        break;
    case QUANT_IQ4_XS:
        nibbles = p + 8 + 16 * j;
        break;
    case QUANT_Q8_0:
        for (l = 0; l < 32; l++)
            u[l] = p[2 + l] ^ 0x80;
        return;
    case QUANT_Q4_K:
        for (l = 0; l < 32; l++)
            u[l] = p[16 + j / 2 * 32 + l] >> j % 2 * 4 & 15;
        return;
    case QUANT_Q5_K:
        for (l = 0; l < 32; l++)
            u[l] =
                (uint8_t)((p[48 + j / 2 * 32 + l] >> j % 2 * 4 & 15) | (p[16 + l] >> j & 1) << 4);
        return;
    case QUANT_Q6_K:
        for (l = 0; l < 32; l++)
            u[l] = (uint8_t)((p[half * 64 + part % 2 * 32 + l] >> part / 2 * 4 & 15) |
                             (p[128 + half * 32 + l] >> 2 * part & 3) << 4);
        return;
    case QUANT_Q2_K:
        for (l = 0; l < 32; l++)
            u[l] = p[16 + half * 32 + l] >> 2 * part & 3;
        return;
    case QUANT_Q3_K:
        for (l = 0; l < 32; l++)
            u[l] = (uint8_t)((p[32 + half * 32 + l] >> 2 * part & 3) | (p[l] >> j & 1) << 2);
        return;
    default:
        ASSERT(!"a type without panels");
    }
    for (l = 0; l < 16; l++) {
        u[l] = nibbles[l] & 15;
        u[l + 16] = nibbles[l] >> 4;
    }
    for (l = 0; fifth != NULL && l < 32; l++)
        u[l] |= (uint8_t)((fifth[l / 8] >> l % 8 & 1) << 4);
}

/* Puts 32 quants of row r into the quants of a block. Four columns of a row are one word of a
 * group; bytes of a word never carry into each other. */
INLINE void quants_put(enum panel_form form, size_t r, const uint8_t u[32], uint8_t *out) {
    uint32_t v[8], word, words[8] = {0};
    size_t n = 0; /* vectors of 64 bytes: the row's word of each */
    memcpy(v, u, sizeof v);
    if (form == FORM_BYTES) {
        for (; n < 8; n++)
            words[n] = v[n];
    } else if (form == FORM_PAIRS || form == FORM_THREE) {
        for (; n < 2; n++)
            for (int g = 0; g < 4; g++)
                words[n] |= (v[4 * n + (size_t)g] & 0x03030303) << 2 * g;
    } else {
        for (; n < 4; n++)
            words[n] = (v[n] & 0x0f0f0f0f) | (v[n + 4] & 0x0f0f0f0f) << 4;
    }
    if (form == FORM_FIVE || form == FORM_THREE) {
        for (int g = 0; g < 8; g++)
            words[n] |= (v[g] >> (form == FORM_FIVE ? 4 : 2) & 0x01010101) << g;
        n++;
    } else if (form == FORM_SIX) {
        for (int g = 0; g < 8; g++)
            words[n + (size_t)g / 4] |= (v[g] >> 4 & 0x03030303) << 2 * (g % 4);
        n += 2;
    }
    for (size_t i = 0; i < n; i++) {
        word = words[i];
        memcpy(out + 64 * i + 4 * r, &word, sizeof word);
    }
}

/* Puts the scales of one unit of row r; p is the file's block. */
INLINE void scales_put(enum quant_type type, size_t r, const uint8_t *p, uint8_t *out) {
    static const struct {
        enum quant_type type;
        uint8_t d, min;
    } halves[] = {{QUANT_Q2_K, 80, 82}, {QUANT_Q3_K, 108, 108}, {QUANT_Q6_K, 208, 208},
                  {QUANT_Q4_1, 0, 2},   {QUANT_Q5_1, 0, 2},     {QUANT_Q4_K, 0, 2},
                  {QUANT_Q5_K, 0, 2}};
    if (type == QUANT_MXFP4) {
        out[r] = p[0];
        return;
    }
    int d = 0, min = 0;
    for (size_t i = 0; i < ARRAY_LEN(halves); i++)
        if (halves[i].type == type) {
            d = halves[i].d;
            min = halves[i].min;
        }
    memcpy(out + 2 * r, p + d, 2);
    out += 32;
    if (min != d) {
        memcpy(out + 2 * r, p + min, 2);
        out += 32;
    }
    int8_t q3[16];
    switch (type) {
    case QUANT_Q4_K:
    case QUANT_Q5_K:
        for (int j = 0; j < 8; j++)
            quant_k4_scale(p + 4, j, &out[32 * j + r], &out[32 * j + 16 + r]);
        break;
    case QUANT_Q6_K:
    case QUANT_Q2_K:
        for (int j = 0; j < 16; j++)
            out[16 * j + r] = p[(type == QUANT_Q6_K ? 192 : 0) + j];
        break;
    case QUANT_Q3_K:
        quant_q3k_scales(p + 96, q3);
        for (int j = 0; j < 16; j++)
            out[16 * j + r] = (uint8_t)q3[j];
        break;
    case QUANT_IQ4_XS:
        for (int j = 0; j < 8; j++) {
            int low = p[4 + j / 2] >> j % 2 * 4 & 15, high = (p[2] | p[3] << 8) >> 2 * j & 3;
            out[16 * j + r] = (uint8_t)((low | high << 4) - 32);
        }
        break;
    default:
        break;
    }
}

INLINE void pack(enum panel_kind kind, const uint8_t *const rows[MAT_PANEL], size_t k,
                 uint8_t *panel) {
    const struct panel_layout *l = &panel_layouts[kind];
    const size_t per_unit = l->unit / 32, block_bytes = quant_find(l->type)->block_bytes;
    uint8_t *quants = panel + panel_scale_area(l, k);
    memset(panel, 0, panel_scale_area(l, k) + k / 32 * l->quant_bytes);
    for (size_t r = 0; r < MAT_PANEL; r++) {
        if (rows[r] == NULL)
            continue;
        for (size_t unit = 0; unit < k / l->unit; unit++) {
            const uint8_t *p = rows[r] + unit * block_bytes;
            scales_put(l->type, r, p, panel + unit * l->scale_bytes);
            for (size_t j = 0; j < per_unit; j++) {
                uint8_t u[32];
                block_unpack(l->type, p, (int)j, u);
                quants_put(l->form, r, u, quants + (unit * per_unit + j) * l->quant_bytes);
            }
        }
    }
}

/* One copy a format, so that the layout's numbers are constants. */
#define X(name, ...)                                                                               \
    static void pack_##name(const uint8_t *const rows[MAT_PANEL], size_t k, uint8_t *panel) {      \
        pack(PANEL_##name, rows, k, panel);                                                        \
    }
PANEL_LAYOUTS(X)
#undef X

void panel_pack(enum panel_kind kind, const uint8_t *const rows[MAT_PANEL], size_t k,
                uint8_t *panel) {
    static void (*const packers[])(const uint8_t *const *, size_t, uint8_t *) = {
#define X(name, ...) [PANEL_##name] = pack_##name,
        PANEL_LAYOUTS(X)
#undef X
    };
    packers[kind](rows, k, panel);
}
