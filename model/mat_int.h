#ifndef MODEL_MAT_INT_H
#define MODEL_MAT_INT_H
/* What packing and the kernel families share: the layout of a panel and the table of a family. */
#include "model/mat.h"

/* A panel is 16 rows of a matrix, in two parts, each 64-byte aligned: the scales of all blocks,
 * then the quants of all blocks of 32 columns. All integers are the file's own; quants are stored
 * so that they unpack to unsigned bytes u = value + offset. "Group" g (0..7) of a block of 32
 * columns is the 64 bytes of columns 4g..4g+3: byte 4r+t is row r, column 4g+t (what one VPDPBUSD
 * eats).
 *
 *   quants of a block of 32:
 *     nibbles  256 bytes  vector j (0..3): low nibbles are group j, high nibbles group j+4
 *     bits      64 bytes  bit g of byte 4r+t belongs to group g       (fifth bits; Q3_K's third)
 *     pairs    128 bytes  two vectors: bits 2g..2g+1 of vector g/4 belong to group g, g mod 4
 *     bytes    512 bytes  group g is vector g
 *   scales of a unit (32 columns, or 256 for the K formats and IQ4_XS), arrays over the 16 rows:
 *     d f16[16]; minimum f16[16] where there is one; then for each sub-block its scales (and for
 *     Q4_K, Q5_K its minima) as bytes[16]. MXFP4: exponents, bytes[16]. */
enum panel_form { FORM_NIBBLES, FORM_FIVE, FORM_BYTES, FORM_SIX, FORM_PAIRS, FORM_THREE };

struct panel_layout {
    enum quant_type type;
    enum panel_form form;
    uint8_t offset_log2; /* offset is 1 << this; 255: no offset */
    uint8_t shift;       /* integer sums are taken times 1 << this: see TILE_MAGIC */
    bool sub16;          /* scales of 16 columns */
    size_t unit;         /* columns that share d */
    size_t scale_bytes;  /* of a unit */
    size_t quant_bytes;  /* of 32 columns */
};
#define OFFSET_NONE 255

/* X(type name, form, offset_log2, shift, sub16, unit, scale_bytes, quant_bytes) */
#define PANEL_LAYOUTS(X)                                                                           \
    X(Q4_0, FORM_NIBBLES, 3, 4, 0, 32, 32, 256)                                                    \
    X(Q4_1, FORM_NIBBLES, OFFSET_NONE, 4, 0, 32, 64, 256)                                          \
    X(Q5_0, FORM_FIVE, 4, 3, 0, 32, 32, 320)                                                       \
    X(Q5_1, FORM_FIVE, OFFSET_NONE, 3, 0, 32, 64, 320)                                             \
    X(Q8_0, FORM_BYTES, 7, 0, 0, 32, 32, 512)                                                      \
    X(Q2_K, FORM_PAIRS, OFFSET_NONE, 6, 1, 256, 320, 128)                                          \
    X(Q3_K, FORM_THREE, 2, 5, 1, 256, 288, 192)                                                    \
    X(Q4_K, FORM_NIBBLES, OFFSET_NONE, 4, 0, 256, 320, 256)                                        \
    X(Q5_K, FORM_FIVE, OFFSET_NONE, 3, 0, 256, 320, 320)                                           \
    X(Q6_K, FORM_SIX, 5, 2, 1, 256, 288, 384)                                                      \
    X(IQ4_NL, FORM_NIBBLES, 7, 0, 0, 32, 32, 256)                                                  \
    X(IQ4_XS, FORM_NIBBLES, 7, 0, 0, 256, 160, 256)                                                \
    X(MXFP4, FORM_NIBBLES, 4, 3, 0, 32, 16, 256)

enum panel_kind {
#define X(name, ...) PANEL_##name,
    PANEL_LAYOUTS(X)
#undef X
        PANEL_KINDS
};

/* The layout as constants, so that a kernel made for one format has no decisions left. */
#define X(name, form, offset, shift_, sub16_, unit_, scales, quants)                               \
    [PANEL_##name] = {QUANT_##name, form, offset, shift_, sub16_, unit_, scales, quants},
static const struct panel_layout panel_layouts[PANEL_KINDS] = {PANEL_LAYOUTS(X)};
#undef X
/* Index into panel_layouts; -1 for float types. */
static inline int panel_kind_find(enum quant_type type) {
    for (int i = 0; i < PANEL_KINDS; i++)
        if (panel_layouts[i].type == type)
            return i;
    return -1;
}

/* Sixteen file rows (NULL: a row of zeros past the end) to one panel. */
void panel_pack(enum panel_kind kind, const uint8_t *const rows[MAT_PANEL], size_t k,
                uint8_t *panel);

static inline size_t panel_scale_area(const struct panel_layout *l, size_t k) {
    return (k / l->unit * l->scale_bytes + 63) / 64 * 64;
}

/* Blocks of 32 columns of the next unit of `left`: 8, the last of a matrix maybe fewer. */
static inline size_t panel_unit_blocks(enum panel_kind kind, size_t left) {
    return panel_layouts[kind].unit == 256 || left >= 8 ? 8 : left;
}

/* Minima of a format: none; a float for each block of 32; or integers of a unit, times one float.
 */
enum panel_minima { MINIMA_NONE, MINIMA_FLOAT, MINIMA_32, MINIMA_16 };
static inline enum panel_minima panel_minima(enum panel_kind kind) {
    return kind == PANEL_Q4_1 || kind == PANEL_Q5_1   ? MINIMA_FLOAT
           : kind == PANEL_Q4_K || kind == PANEL_Q5_K ? MINIMA_32
           : kind == PANEL_Q2_K                       ? MINIMA_16
                                                      : MINIMA_NONE;
}

/* A tile: up to 16 vectors side by side, so that a kernel needs one pointer for all of them
 * (tile_pack in mat.c). It is a row of units of 256 columns; a unit of n vectors and `blocks` (8,
 * the last of a matrix maybe fewer) blocks of 32 columns is:
 *   for each block   int8 q[n][32]; int32 start[2][n]: what the integer sums begin with, of all 32
 *                    columns (and unused), or of the first and second 16 in sub16 formats
 *   then             float d[n]: scales; and for the minima part[8][n]: float sums of q of each
 * block (MINIMA_FLOAT), or pairs of int16 sums of q of 32 columns (_32) or 16 (_16)
 *
 * An integer sum I, J = I << shift, is made a float without conversion: started at the bits of
 * TILE_MAGIC, less offset * (sum of q) << shift, it ends as the bits of the float TILE_MAGIC + J,
 * as |J| < 2^22 (32 * 255 * 127 < 2^20). Weights of few bits are unpacked to the upper bits of a
 * byte: that is the shift, and makes the rounding of these large floats the smaller (mat.c's
 * essay). */
#define TILE_COLS       16
#define TILE_MAGIC      0x1.8p23f
#define TILE_MAGIC_BITS 0x4b400000

static inline size_t tile_unit_bytes(size_t n, size_t blocks) {
    return (40 * blocks + 36) * n;
}
static inline const int8_t *tile_q(const uint8_t *block, size_t c) {
    return (const int8_t *)(block + 32 * c);
}
static inline const int32_t *tile_start(const uint8_t *block, size_t n, size_t c, size_t half) {
    return (const int32_t *)(const void *)(block + 32 * n + 4 * (half * n + c));
}
/* end: of a unit's blocks */
static inline const float *tile_d(const uint8_t *end, size_t c) {
    return (const float *)(const void *)(end + 4 * c);
}
static inline const void *tile_part(const uint8_t *end, size_t n, size_t c, size_t part) {
    return end + 4 * n + 4 * (part * n + c);
}

struct panel_args {
    const uint8_t *panel; /* first of n_panels */
    size_t panel_bytes, n_panels;
    size_t scale_area;           /* bytes before the quants of a panel */
    size_t unit, blocks;         /* first unit, and blocks of 32 columns: a piece of k */
    bool first;                  /* begins at zero; else goes on from dst */
    const uint8_t *ahead;        /* what will be read soon, for the first panel: a hint */
    size_t ahead_step;           /* bytes a block, a multiple of 64 */
    const uint8_t *ahead_end;    /* what follows is another thread's to read */
    const uint8_t *const *tiles; /* of TILE_COLS vectors, the last maybe fewer */
    size_t m;                    /* vectors of all of them, 1..MAT_TILES_VECTORS */
    float *dst;                  /* column c, row r of the panels: dst[c * dst_stride + r] */
    size_t dst_stride;
    size_t rows; /* to write; of the last panel maybe fewer than 16 */
};

struct rows_args { /* float rows in place: matrices and caches */
    const uint8_t *rows;
    size_t stride, n, k; /* bytes apart, rows, numbers */
    const float *x;      /* column c is x + x_at[c] * x_stride, or x + c * x_stride */
    const int *x_at;
    size_t x_stride, m;
    float *dst; /* column c, row r: dst[c * dst_stride + r] */
    size_t dst_stride;
    const uint8_t *next; /* n rows to prefetch, next_stride apart; NULL: none. rows_dot only */
    size_t next_stride, next_size; /* next_size: bytes of a number of them */
    const void *const *pages;      /* int8 rows_sum, in place of rows: n rows each */
    size_t n_pages;
    bool anew; /* rows_sum: dst = in place of dst += */
};

enum row_kind { ROWS_F32, ROWS_F16, ROWS_BF16, ROWS_Q8, ROW_KINDS };

/* ROW_Q8 (mat_row8.h): numbers that share a scale, and rows that share weights' rounding. */
#define ROW8_GROUP      512
#define ROW8_QUERY_HEAD 8 /* bytes of a prepared query before a group's numbers */
#define ROW8_ROWS       32

struct kernels {
    const char *name;
    void (*act_quantize)(const float *x, size_t k, struct act_unit *out);
    void (*panel_mul[PANEL_KINDS])(const struct panel_args *args);
    void (*rows_dot[ROW_KINDS])(const struct rows_args *args);
    void (*rows_sum[ROW_KINDS])(const struct rows_args *args); /* x: weights */
    void (*row_put_f16)(const float *x, size_t n, uint16_t *out);
    void (*row_put_q8)(const float *x, size_t dim, uint8_t *row);
    void (*query_prepare_q8)(float *q, size_t dim);
    float (*dot)(const float *a, const float *b, size_t n);
    void (*axpy)(float s, const float *x, float *y, size_t n);
    void (*scale)(float s, float *y, size_t n);
    void (*blend)(float a, float *y, float s, const float *x, size_t n);
};
extern const struct kernels kernels_portable;
extern const struct kernels kernels_avx2;   /* only on x86-64 */
extern const struct kernels kernels_avx512; /* only on x86-64 */
extern const struct kernels kernels_neon;   /* only on 64-bit ARM */
#endif
