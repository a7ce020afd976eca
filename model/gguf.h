#ifndef MODEL_GGUF_H
#define MODEL_GGUF_H
/* A GGUF file (v2, v3, one file or split parts), validated whole when it is opened and then mapped.
 *
 * How to think about it. After gguf_open every count, length, offset, dimension and type has been
 * checked against the size of the file: the getters below cannot fail on a damaged file, they only
 * say whether a key is there with a type that fits. Everything returned is borrowed from the
 * mapping and lives until gguf_close. Immutable after open, usable from any thread.
 *
 *     struct gguf *g;
 *     gguf_open(&g, path, &err);
 *     uint32_t layers = 0;
 *     if (!gguf_u32(gguf_find(g, "llama.block_count"), &layers)) ...
 *     const struct gguf_tensor *t = gguf_tensor(g, "token_embd.weight");
 *     gguf_close(g);
 */
#include "runtime/base/err.h"
#include "runtime/base/str.h"

enum gguf_type {
    GGUF_U8 = 0,
    GGUF_I8,
    GGUF_U16,
    GGUF_I16,
    GGUF_U32,
    GGUF_I32,
    GGUF_F32,
    GGUF_BOOL,
    GGUF_STRING,
    GGUF_ARRAY,
    GGUF_U64,
    GGUF_I64,
    GGUF_F64,
};

struct gguf;
struct gguf_value; /* one metadata value, scalar, string or array */

struct gguf_tensor {
    struct str name;
    int n_dims;
    uint64_t dims[4]; /* fastest first; unused ones are 1 */
    uint32_t type;    /* ggml type id */
    uint64_t bytes;
    const void *data; /* aligned to the file's alignment relative to the mapping, at least 8 */
};

/* Opens all parts of a split file when path is one of them. Any thread; errors are ERR_MODEL, or
 * ERR_NOT_FOUND and ERR_IO for the file itself. */
bool gguf_open(struct gguf **out, const char *path, struct err *err) MUST_CHECK;
/* The same over bytes in memory (tests, fuzzing): one part, borrowed until gguf_close. */
bool gguf_open_memory(struct gguf **out, const void *data, size_t size, struct err *err) MUST_CHECK;
void gguf_close(struct gguf *g);

/* NULL if absent; every getter takes that NULL as "absent". */
const struct gguf_value *gguf_find(const struct gguf *g, const char *key);
/* Any integer type whose value fits gives an integer, any float type (or integer) a float. */
bool gguf_u32(const struct gguf_value *v, uint32_t *out);
bool gguf_u64(const struct gguf_value *v, uint64_t *out);
bool gguf_f32(const struct gguf_value *v, float *out);
bool gguf_bool(const struct gguf_value *v, bool *out);
bool gguf_string(const struct gguf_value *v, struct str *out); /* any bytes, not always UTF-8 */

/* Arrays: count 0 and type GGUF_ARRAY for what is not an array. An index out of range, or a type
 * that does not fit, is a programmer error (ASSERT). */
uint64_t gguf_array_count(const struct gguf_value *v);
enum gguf_type gguf_array_type(const struct gguf_value *v);
struct str gguf_array_string(const struct gguf_value *v, uint64_t i); /* O(1) */
int64_t gguf_array_int(const struct gguf_value *v, uint64_t i); /* of any integer type or bool; u64
                                                                   is clamped to INT64_MAX */
float gguf_array_f32(const struct gguf_value *v, uint64_t i);   /* f32 or f64 */

/* All keys in file order, for `model info`. */
size_t gguf_key_count(const struct gguf *g);
struct str gguf_key(const struct gguf *g, size_t i, const struct gguf_value **value);
enum gguf_type gguf_value_type(const struct gguf_value *v);

const struct gguf_tensor *gguf_tensor(const struct gguf *g, const char *name); /* NULL if absent */
size_t gguf_tensor_count(const struct gguf *g);
const struct gguf_tensor *gguf_tensor_at(const struct gguf *g, size_t i);

/* Name of a ggml type id ("Q4_K"), or NULL for an id that no file has. */
const char *gguf_type_name(uint32_t type);
/* Elements and bytes of one block; false for an unknown type. */
bool gguf_type_block(uint32_t type, uint32_t *elements, uint32_t *bytes);

uint64_t gguf_file_bytes(const struct gguf *g); /* of all parts */
/* SHA-256 over header, metadata and tensor table of each part and the parts' sizes. */
void gguf_header_hash(const struct gguf *g, char out[65]);
/* SHA-256 over all bytes, parts in order: slow. */
bool gguf_full_hash(const struct gguf *g, char out[65], struct err *err) MUST_CHECK;
#endif
