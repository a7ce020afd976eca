#ifndef MODEL_MAT_H
#define MODEL_MAT_H
/* Matrices times batches of vectors, and the inner loops of attention: the only hot arithmetic.
 *
 * How to think about it. A `mat` is a stack of `count` weight matrices (experts, heads) of n rows
 * of k numbers in a GGUF type. An `act` is the other side: up to `rows` vectors of k floats; each
 * is put in once (quantized to int8 units of 256 for quantized weights, copied for F32/F16/BF16
 * ones) and then used by every matrix that reads it. mat_mul computes dst[j][r] = W[expert][r] .
 * act[rows[j]] for a range of rows r; threads take different ranges. Quantized matrices are first
 * packed into panels of 16 rows (mat_pack); the packed bytes do not depend on the kernel family or
 * the machine, so they can live in a cache file. Float matrices are used in place.
 *
 *     const struct kernels *kern = kernels_find(NULL, &err);
 *     mat_init(&m, type, k, n, count, tensor_data, tensor_size, &err);
 *     void *p = aligned memory or file of mat_packed_bytes(&m) bytes;      // 0 for float types
 *     mat_pack(&m, p, expert, 0, m.n);                                     // any split of the work
 *     mat_use_packed(&m, p);
 *     act_init(&a, memory, k, rows);                                       // act_bytes(k, rows)
 *     act_put(kern, &a, i, x_i, ACT_FOR(m.type));                          // any thread, own rows
 *     mat_mul(kern, &m, expert, &a, rows, n_rows, dst, dst_stride, 0, m.n);
 *
 * Exact (G3): an element of the result depends on its row, its vector and k alone: not on the other
 * rows and vectors, the split into ranges, the thread or the kernel family. portable, avx2 and
 * avx512 give the same bits; a test holds them together. (mat.c says what the arithmetic is.)
 *
 * No function here allocates, blocks or keeps state; all may run on any thread. Wrong shapes are
 * programmer errors (ASSERT): the caller validated the file. */
#include "model/quant.h"
#include "runtime/base/err.h"

#define MAT_PANEL              16 /* rows of a panel: ranges begin at multiples of it */
#define MAT_LAYOUT_VERSION     1  /* of packed bytes: part of the cache file's key */
#define MAT_ARITHMETIC_VERSION 4  /* of results to the bit: part of the page key and of a run */
#define MAT_ALIGN              64 /* of packed memory and of act memory */

/* ---- kernel families ---- */
struct kernels; /* mat_int.h */
/* By name ("portable", "avx2", "avx512", "neon"); NULL = the best that this CPU has. An unknown
 * name or one that this CPU cannot run gives NULL and err. */
const struct kernels *kernels_find(const char *name, struct err *err);
const char *kernels_name(const struct kernels *kern);
bool kernels_supported(const char *name);

/* ---- matrices ---- */
struct mat {
    enum quant_type type;
    size_t k, n, count;       /* columns, rows (of a pair: both), matrices */
    const uint8_t *data;      /* the tensor as it is in the file: borrowed; may be unaligned */
    const uint8_t *data_pair; /* the second tensor of a pair, else NULL */
    size_t row_bytes;         /* of data */
    const uint8_t *packed;    /* NULL until mat_use_packed; NULL for float types */
    size_t panel_bytes;       /* of packed */
};

/* False with ERR_MODEL if the type is not supported or size is not k x n x count of it. */
bool mat_init(struct mat *m, uint32_t type, size_t k, size_t n, size_t count, const void *data,
              size_t size, struct err *err) MUST_CHECK;
/* Two matrices of one type and shape as one of 2n rows, interleaved by panels: rows 0..15 are a's
 * 0..15, rows 16..31 are b's 0..15, rows 32..47 a's 16..31, ... (gate and up of an expert: one pass
 * over the activations, and 32 neighbouring results give 16 inputs of the next matrix).
 * False (no error set) if they cannot be paired: types or shapes differ, or n is not a multiple of
 * 16; the caller then uses the two. */
bool mat_init_pair(struct mat *m, const struct mat *a, const struct mat *b);
bool mat_is_float(uint32_t type); /* F32, F16, BF16 */

size_t mat_packed_bytes(const struct mat *m); /* all matrices; 0 if it is used in place */
/* Where panel row/16 of a matrix is in the packed bytes; row == n gives its end. */
size_t mat_packed_offset(const struct mat *m, size_t expert, size_t row);
/* Writes the panels of rows [row_begin, row_end) of one matrix to their place in packed (the start
 * of all matrices' bytes, MAT_ALIGN aligned). row_begin is a multiple of 16, row_end too or n. */
void mat_pack(const struct mat *m, void *packed, size_t expert, size_t row_begin, size_t row_end);
void mat_use_packed(struct mat *m, const void *packed);
/* Row as floats, exact, from data (works before packing; of a pair: interleaved rows). */
void mat_row(const struct mat *m, size_t expert, size_t row, float *dst);

/* ---- activations ---- */
enum act_form { ACT_F32 = 1, ACT_Q8 = 2 };
#define ACT_FOR(type) (mat_is_float(type) ? ACT_F32 : ACT_Q8)

#define ACT_UNIT 256
struct act_unit {       /* 256 numbers, the last of a vector maybe fewer: x ~ d * q */
    int8_t q[ACT_UNIT]; /* zeros past the end */
    int16_t sum[16];    /* of 16 q each */
    float d;            /* largest magnitude / 127; NaN if x has a NaN or infinity */
} __attribute__((aligned(64)));
struct act {
    size_t k, rows;
    float *f;           /* rows x f_stride, zero-padded to a multiple of 16 */
    size_t f_stride;    /* floats */
    struct act_unit *q; /* rows x q_stride */
    size_t q_stride;    /* units */
};
size_t act_bytes(size_t k, size_t rows); /* for both forms */
/* memory: MAT_ALIGN aligned, act_bytes bytes, owned by the caller. */
void act_init(struct act *a, void *memory, size_t k, size_t rows);
/* Sets one vector in the forms given (ACT_F32 | ACT_Q8). ACT_Q8 needs k a multiple of 32. */
void act_put(const struct kernels *kern, const struct act *a, size_t row, const float *x,
             int forms);
/* The same for numbers [begin, begin + n) of the vector; begin is a multiple of ACT_UNIT, the end
 * too or k. */
void act_put_part(const struct kernels *kern, const struct act *a, size_t row, size_t begin,
                  size_t n, const float *x, int forms);

/* ---- product ---- */
/* dst[j * dst_stride + r] = matrix[expert] row row_begin + r . vector rows[j]
 *   for j < m, r < row_end - row_begin.
 * rows NULL: vector j. row_begin is a multiple of 16, row_end too or n. The act holds the form
 * ACT_FOR(type). */
void mat_mul(const struct kernels *kern, const struct mat *w, size_t expert, const struct act *a,
             const int *rows, size_t m, float *dst, size_t dst_stride, size_t row_begin,
             size_t row_end);

/* The same for at most MAT_TILES_VECTORS vectors, which stay in `tiles` as the kernels want them:
 * the next call with the same act, rows, m and matrix then multiplies other rows without packing
 * them again. Before anything of these changes the caller sets ready to false. One thread. */
#define MAT_TILES_VECTORS 128
#define MAT_TILES_BYTES   (384u << 10)
struct mat_tiles {
    uint8_t *memory; /* MAT_ALIGN aligned, MAT_TILES_BYTES, the caller's */
    bool ready;
};
void mat_mul_tiles(const struct kernels *kern, struct mat_tiles *tiles, const struct mat *w,
                   size_t expert, const struct act *a, const int *rows, size_t m, float *dst,
                   size_t dst_stride, size_t row_begin, size_t row_end);

/* ---- attention ----
 * Rows of a cache: `dim` numbers in a format, `stride` bytes apart, n of them. ROW_Q8 rows are int8
 * with a scale for each 512 numbers (mat_row8.h). The first numbers of a row are a row themselves.
 */
enum row_format { ROW_F32, ROW_F16, ROW_Q8 };
/* Whether rows of dim numbers can be ROW_Q8: a prepared query has room in its own place unless the
 * last group is of 1 to 17 numbers. */
bool row_fits_q8(size_t dim);
size_t row_bytes(enum row_format format, size_t dim);
/* Stores floats as one cache row (round to nearest even). */
void row_put(const struct kernels *kern, enum row_format format, const float *x, size_t dim,
             void *row);
void row_get(enum row_format format, const void *row, size_t dim, float *x);

/* Makes a query ready for attn_dot, once, in its place: what is there afterwards only attn_dot with
 * the same format and dim understands. Floats and halves need nothing: it may be left out. */
void attn_prepare(const struct kernels *kern, enum row_format format, float *q, size_t dim);
/* out[i * out_stride + t] = q_i . row t, for i < n_q, t < n; q_i = q + i * q_stride floats,
 * prepared. Floats: 16 lanes by element index mod 16 and a fixed reduction tree. ROW_Q8: integer
 * dots. next (or NULL): as many rows that will be read after these; they are prefetched. */
void attn_dot(const struct kernels *kern, enum row_format format, const void *rows, size_t stride,
              size_t n, size_t dim, const float *q, size_t q_stride, size_t n_q, float *out,
              size_t out_stride, const void *next);
/* out_i[d] += p[i * p_stride + t] * row_t[d] for t = 0, 1, ... in this order (multiply, then add),
 * out_i = out + i * out_stride floats, taken as zeros if `anew`; the rows are those of n_pages
 * pages of n rows each, one page's after the other's. Floats: consecutive pieces of a run of rows
 * give the same bits as one call. ROW_Q8: p >= 0, and the weights of each 32 rows of a page are
 * rounded together (to 1/255 of the largest), so cut only at multiples of 32, where positions say.
 */
void attn_sum(const struct kernels *kern, enum row_format format, const void *const *pages,
              size_t n_pages, size_t stride, size_t n, size_t dim, const float *p, size_t p_stride,
              size_t n_q, float *out, size_t out_stride, bool anew);

/* ---- vectors ---- */
/* Sum of a[i]*b[i], of a[i]: the same 16 lanes and tree; for norms. */
float vec_dot(const struct kernels *kern, const float *a, const float *b, size_t n);
/* y[i] += s * x[i] (fused). */
void vec_axpy(const struct kernels *kern, float s, const float *x, float *y, size_t n);
/* y[i] *= s */
void vec_scale(const struct kernels *kern, float s, float *y, size_t n);
/* y[i] = y[i] * a + s * x[i]: vec_scale, then vec_axpy. */
void vec_blend(const struct kernels *kern, float a, float *y, float s, const float *x, size_t n);
#endif
