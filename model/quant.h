#ifndef MODEL_QUANT_H
#define MODEL_QUANT_H
/* The element types of GGUF tensors that Drover reads, and exact dequantization of their rows.
 *
 * A row is a whole number of blocks; a block holds `block_elements` numbers in `block_bytes` bytes.
 * Dequantization is the definition of the format: f32 arithmetic in the order the format says,
 * equal to the last bit on every CPU. It serves embeddings, tests and conversions at load; matrix
 * products go through mat.h.
 *
 *     const struct quant *q = quant_find(tensor->type);
 *     if (q == NULL) ... unsupported
 *     size_t bytes = quant_row_bytes(q, k);              // 0: k is not a multiple of the block
 *     q->dequantize(row, floats, k);
 *
 * All functions are pure; any thread. Block contents are not validated: any bytes are a legal block
 * (NaN and infinite scales give NaN and infinities, never a crash). */
#include "runtime/base/base.h"

enum quant_type { /* ids of ggml */
                  QUANT_F32 = 0,
                  QUANT_F16 = 1,
                  QUANT_Q4_0 = 2,
                  QUANT_Q4_1 = 3,
                  QUANT_Q5_0 = 6,
                  QUANT_Q5_1 = 7,
                  QUANT_Q8_0 = 8,
                  QUANT_Q2_K = 10,
                  QUANT_Q3_K = 11,
                  QUANT_Q4_K = 12,
                  QUANT_Q5_K = 13,
                  QUANT_Q6_K = 14,
                  QUANT_IQ4_NL = 20,
                  QUANT_IQ4_XS = 23,
                  QUANT_BF16 = 30,
                  QUANT_MXFP4 = 39,
};

struct quant {
    enum quant_type type;
    const char *name; /* "Q4_K" */
    size_t block_elements, block_bytes;
    /* n: elements, a multiple of block_elements. src needs no alignment. */
    void (*dequantize)(const void *src, float *dst, size_t n);
};

const struct quant *quant_find(uint32_t type); /* NULL if not supported */
const struct quant *quant_find_name(const char *name);
const struct quant *quant_at(size_t i); /* i = 0, 1, ... by id; NULL past the last */
/* Bytes of k elements; 0 if k is 0, not a multiple of the block, or the result overflows. */
size_t quant_row_bytes(const struct quant *q, size_t k);

/* IEEE half <-> single. To half: round to nearest even, overflow to infinity, NaN stays NaN. */
float f16_to_f32(uint16_t h);
uint16_t f32_to_f16(float f);
float bf16_to_f32(uint16_t b);

/* Tables that kernels share: value index of IQ4_NL/IQ4_XS; MXFP4 doubled (scale 2^(e-128)). */
extern const int8_t quant_iq4_values[16];
extern const int8_t quant_mxfp4_values[16];
float quant_mxfp4_scale(uint8_t e); /* 2^(e-128), a denormal below e = 2 */
/* Unpacks the 6-bit scale and minimum of sub-block j (0..7) of a Q4_K or Q5_K block. */
void quant_k4_scale(const uint8_t scales[12], int j, uint8_t *scale, uint8_t *min);
/* Unpacks the sixteen 6-bit scales of a Q3_K block, minus 32. */
void quant_q3k_scales(const uint8_t scales[12], int8_t out[16]);
#endif
