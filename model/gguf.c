/* GGUF reader: owns the mappings of a model file's parts and the tables of its keys and tensors.
 * Runs on whatever thread opens the model; immutable afterwards.
 *
 * A model file comes from a stranger. Everything is read through one cursor whose take() compares
 * with what is left before it moves, every multiplication is overflow-checked, and every count is
 * compared with the bytes that are left before anything is allocated for it, so a file of n bytes
 * never makes us allocate more than a small multiple of n. All of it happens in gguf_open:
 *
 *   open, fstat, mmap -> magic, version, counts -> keys (unique) -> alignment -> tensor table
 *   (unique names, dims, block multiples, aligned offsets, extents inside the file)
 *   -> split parts: the same for each, then the union of the tables -> hash tables
 *
 * Tensors may alias each other (some converters write tied weights so), as long as each lies inside
 * the data section: nothing writes to them. Sizes are those of fstat at open; there is no SIGBUS
 * guard, so truncating a model file under a running program kills it (replace by rename instead,
 * which leaves the mapping whole).
 *
 * Failures: ERR_NOT_FOUND or ERR_IO for the file itself, ERR_MODEL for what is in it, always with
 * the place and what would be right. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/gguf.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "GGUF is read in place");

struct gguf_value {
    struct str key;
    enum gguf_type type, element;
    uint64_t count;      /* of an array */
    const uint8_t *data; /* scalar, string bytes, or packed elements */
    uint64_t len;        /* of a string */
    uint64_t *starts;    /* string arrays: offset of each element's length word in data */
};

struct part {
    const uint8_t *map;
    size_t size;
    size_t header; /* bytes before the tensor data */
    bool mapped;
};

/* Open addressing over indices + 1; 0 is empty. */
struct table {
    uint32_t *slots;
    size_t mask;
};

struct gguf {
    struct part *parts;
    size_t n_parts;
    struct gguf_value *values;
    size_t n_values;
    struct gguf_tensor *tensors;
    size_t n_tensors;
    struct table keys, names;
};

struct cursor {
    const uint8_t *p;
    size_t left;
};

/* Elements and bytes a block, by ggml id; 0 elements = known by name only. */
static const struct {
    const char *name;
    uint16_t elements, bytes;
} types[] = {
    [0] = {"F32", 1, 4},         [1] = {"F16", 1, 2},         [2] = {"Q4_0", 32, 18},
    [3] = {"Q4_1", 32, 20},      [6] = {"Q5_0", 32, 22},      [7] = {"Q5_1", 32, 24},
    [8] = {"Q8_0", 32, 34},      [9] = {"Q8_1", 32, 36},      [10] = {"Q2_K", 256, 84},
    [11] = {"Q3_K", 256, 110},   [12] = {"Q4_K", 256, 144},   [13] = {"Q5_K", 256, 176},
    [14] = {"Q6_K", 256, 210},   [15] = {"Q8_K", 256, 292},   [16] = {"IQ2_XXS", 256, 66},
    [17] = {"IQ2_XS", 256, 74},  [18] = {"IQ3_XXS", 256, 98}, [19] = {"IQ1_S", 256, 50},
    [20] = {"IQ4_NL", 32, 18},   [21] = {"IQ3_S", 256, 110},  [22] = {"IQ2_S", 256, 82},
    [23] = {"IQ4_XS", 256, 136}, [24] = {"I8", 1, 1},         [25] = {"I16", 1, 2},
    [26] = {"I32", 1, 4},        [27] = {"I64", 1, 8},        [28] = {"F64", 1, 8},
    [29] = {"IQ1_M", 256, 56},   [30] = {"BF16", 1, 2},       [34] = {"TQ1_0", 256, 54},
    [35] = {"TQ2_0", 256, 66},   [39] = {"MXFP4", 32, 17},    [40] = {"NVFP4", 0, 0},
    [41] = {"Q1_0", 0, 0},       [42] = {"Q2_0", 0, 0},
};

static const uint8_t scalar_bytes[] = {
    [GGUF_U8] = 1,  [GGUF_I8] = 1,  [GGUF_U16] = 2,  [GGUF_I16] = 2,    [GGUF_U32] = 4,
    [GGUF_I32] = 4, [GGUF_F32] = 4, [GGUF_BOOL] = 1, [GGUF_STRING] = 0, [GGUF_ARRAY] = 0,
    [GGUF_U64] = 8, [GGUF_I64] = 8, [GGUF_F64] = 8,
};

const char *gguf_type_name(uint32_t type) {
    return type < ARRAY_LEN(types) ? types[type].name : NULL;
}

bool gguf_type_block(uint32_t type, uint32_t *elements, uint32_t *bytes) {
    if (type >= ARRAY_LEN(types) || types[type].elements == 0) {
        return false;
    }
    *elements = types[type].elements;
    *bytes = types[type].bytes;
    return true;
}

/* ---- cursor ---- */

static const uint8_t *take(struct cursor *c, uint64_t n) {
    if (n > c->left) {
        return NULL;
    }
    const uint8_t *p = c->p;
    c->p += n;
    c->left -= (size_t)n;
    return p;
}

static bool take_u32(struct cursor *c, uint32_t *out) {
    const uint8_t *p = take(c, 4);
    if (p != NULL) {
        memcpy(out, p, 4);
    }
    return p != NULL;
}

static bool take_u64(struct cursor *c, uint64_t *out) {
    const uint8_t *p = take(c, 8);
    if (p != NULL) {
        memcpy(out, p, 8);
    }
    return p != NULL;
}

static bool take_string(struct cursor *c, uint64_t max, struct str *out) {
    uint64_t n = 0;
    const uint8_t *p = NULL;
    if (!take_u64(c, &n) || n > max || (p = take(c, n)) == NULL) {
        return false;
    }
    *out = (struct str){(const char *)p, (size_t)n};
    return true;
}

/* Names that go into messages: no control characters, no length without a bound. */
static const char *printable(struct str s, char out[64]) {
    size_t n = MIN(s.len, 60);
    for (size_t i = 0; i < n; i++) {
        out[i] = s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f ? s.ptr[i] : '?';
    }
    out[n] = '\0';
    return out;
}

/* ---- tables ---- */

static void table_init(struct table *t, size_t n) {
    size_t size = 16;
    while (size < n * 2) {
        size *= 2;
    }
    t->slots = xcalloc(size, sizeof *t->slots);
    t->mask = size - 1;
}

/* Finds the slot of key: an index whose key_of equals it, or the empty slot where it belongs. */
static size_t table_slot(const struct table *t, struct str key, const void *base, size_t stride) {
    size_t i = (size_t)str_hash(key) & t->mask;
    while (t->slots[i] != 0) {
        struct str have;
        memcpy(&have, (const char *)base + (t->slots[i] - 1) * stride, sizeof have);
        if (str_equal(have, key)) {
            break;
        }
        i = (i + 1) & t->mask;
    }
    return i;
}

_Static_assert(offsetof(struct gguf_value, key) == 0 && offsetof(struct gguf_tensor, name) == 0,
               "table_slot reads the name at the start of an entry");

/* ---- keys ---- */

static bool parse_array(struct cursor *c, struct gguf_value *v, struct err *err) {
    char name[64];
    uint32_t element = 0;
    if (!take_u32(c, &element) || !take_u64(c, &v->count)) {
        return err_set(err, ERR_MODEL, "key '%s': array cut off", printable(v->key, name));
    }
    if (element > GGUF_F64 || element == GGUF_ARRAY) {
        return err_set(err, ERR_MODEL, "key '%s': array of unknown type %u",
                       printable(v->key, name), element);
    }
    v->element = (enum gguf_type)element;
    v->data = c->p;
    uint64_t smallest = element == GGUF_STRING ? 8 : scalar_bytes[element];
    if (v->count > GGUF_ARRAY_MAX || v->count > c->left / smallest) {
        return err_set(err, ERR_MODEL, "key '%s': array of %llu elements does not fit the file",
                       printable(v->key, name), (unsigned long long)v->count);
    }
    if (element != GGUF_STRING) {
        (void)take(c, v->count * smallest);
        for (uint64_t i = 0; element == GGUF_BOOL && i < v->count; i++) {
            if (v->data[i] > 1) {
                return err_set(err, ERR_MODEL, "key '%s': element %llu is not a truth value",
                               printable(v->key, name), (unsigned long long)i);
            }
        }
        return true;
    }
    v->starts = xmalloc((size_t)(v->count + 1) * sizeof *v->starts);
    for (uint64_t i = 0; i < v->count; i++) {
        struct str s;
        v->starts[i] = (uint64_t)(c->p - v->data);
        if (!take_string(c, GGUF_STRING_MAX, &s)) {
            return err_set(err, ERR_MODEL,
                           "key '%s': string %llu of the array is cut off or too long",
                           printable(v->key, name), (unsigned long long)i);
        }
    }
    return true;
}

static bool parse_value(struct cursor *c, struct gguf_value *v, struct err *err) {
    char name[64];
    uint32_t type = 0;
    if (!take_u32(c, &type)) {
        return err_set(err, ERR_MODEL, "key '%s' is cut off", printable(v->key, name));
    }
    if (type > GGUF_F64) {
        return err_set(err, ERR_MODEL, "key '%s' has unknown type %u", printable(v->key, name),
                       type);
    }
    v->type = (enum gguf_type)type;
    if (type == GGUF_ARRAY) {
        return parse_array(c, v, err);
    }
    if (type == GGUF_STRING) {
        struct str s;
        if (!take_string(c, GGUF_STRING_MAX, &s)) {
            return err_set(err, ERR_MODEL, "key '%s': string cut off or longer than %u bytes",
                           printable(v->key, name), GGUF_STRING_MAX);
        }
        v->data = (const uint8_t *)s.ptr;
        v->len = s.len;
        return true;
    }
    v->data = take(c, scalar_bytes[type]);
    if (v->data == NULL || (type == GGUF_BOOL && *v->data > 1)) {
        return err_set(err, ERR_MODEL, "key '%s' is cut off or not a truth value",
                       printable(v->key, name));
    }
    return true;
}

static bool parse_key(struct cursor *c, struct str *key, struct err *err) {
    if (!take_string(c, GGUF_KEY_MAX, key) || key->len == 0) {
        return err_set(err, ERR_MODEL, "a key is empty, longer than %u bytes or cut off",
                       GGUF_KEY_MAX);
    }
    for (size_t i = 0; i < key->len; i++) {
        if (key->ptr[i] < 0x20 || key->ptr[i] >= 0x7f) {
            char name[64];
            return err_set(err, ERR_MODEL, "key '%s' is not ASCII", printable(*key, name));
        }
    }
    return true;
}

static void values_free(struct gguf_value *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(values[i].starts);
    }
    free(values);
}

/* Reads n keys into a fresh array and table; on failure both are freed. */
static bool parse_keys(struct cursor *c, uint64_t n, struct gguf_value **out, struct table *table,
                       struct err *err) {
    /* Shortest key: length word, one byte, type word, one byte of value. */
    if (n > GGUF_KEYS_MAX || n > c->left / 14) {
        return err_set(err, ERR_MODEL, "%llu keys do not fit the file", (unsigned long long)n);
    }
    struct gguf_value *values = xcalloc((size_t)n + 1, sizeof *values);
    table_init(table, (size_t)n);
    for (uint64_t i = 0; i < n; i++) {
        bool ok = parse_key(c, &values[i].key, err) && parse_value(c, &values[i], err);
        size_t slot = ok ? table_slot(table, values[i].key, values, sizeof *values) : 0;
        if (ok && table->slots[slot] != 0) {
            char name[64];
            ok = err_set(err, ERR_MODEL, "key '%s' is there twice", printable(values[i].key, name));
        }
        if (!ok) {
            values_free(values, (size_t)n);
            free(table->slots);
            table->slots = NULL;
            return false;
        }
        table->slots[slot] = (uint32_t)i + 1;
    }
    *out = values;
    return true;
}

/* ---- tensors ---- */

/* Type, dimensions and size of t; leaves the offset to the caller. */
static bool tensor_size(struct gguf_tensor *t, struct err *err) {
    char name[64];
    printable(t->name, name);
    uint32_t elements = 0, bytes = 0;
    if (!gguf_type_block(t->type, &elements, &bytes)) {
        const char *known = gguf_type_name(t->type);
        return err_set(err, ERR_MODEL, "tensor '%s' has type %u (%s), which is not supported", name,
                       t->type, known != NULL ? known : "unknown");
    }
    uint64_t total = 1;
    for (int d = 0; d < t->n_dims; d++) {
        if (t->dims[d] == 0 || t->dims[d] > INT64_MAX ||
            __builtin_mul_overflow(total, t->dims[d], &total) || total > INT64_MAX) {
            return err_set(err, ERR_MODEL, "tensor '%s' has an impossible dimension", name);
        }
    }
    if (t->dims[0] % elements != 0) {
        return err_set(err, ERR_MODEL, "tensor '%s': rows of %llu are not whole blocks of %u", name,
                       (unsigned long long)t->dims[0], elements);
    }
    if (__builtin_mul_overflow(total / elements, bytes, &t->bytes)) {
        return err_set(err, ERR_MODEL, "tensor '%s' is too large", name);
    }
    return true;
}

static bool parse_tensor(struct cursor *c, struct gguf_tensor *t, uint64_t *offset,
                         uint32_t alignment, struct err *err) {
    uint32_t n_dims = 0;
    char name[64];
    if (!take_string(c, GGUF_TENSOR_NAME_MAX, &t->name) || t->name.len == 0 ||
        !take_u32(c, &n_dims)) {
        return err_set(err, ERR_MODEL, "a tensor's name is empty, longer than %u bytes or cut off",
                       GGUF_TENSOR_NAME_MAX);
    }
    printable(t->name, name);
    if (memchr(t->name.ptr, 0, t->name.len) != NULL || n_dims < 1 || n_dims > 4) {
        return err_set(err, ERR_MODEL, "tensor '%s' has %u dimensions or NUL in its name", name,
                       n_dims);
    }
    t->n_dims = (int)n_dims;
    for (uint32_t d = 0; d < 4; d++) {
        t->dims[d] = 1;
        if (d < n_dims && !take_u64(c, &t->dims[d])) {
            return err_set(err, ERR_MODEL, "tensor '%s' is cut off", name);
        }
    }
    if (!take_u32(c, &t->type) || !take_u64(c, offset)) {
        return err_set(err, ERR_MODEL, "tensor '%s' is cut off", name);
    }
    if (*offset % alignment != 0) {
        return err_set(err, ERR_MODEL, "tensor '%s' is not aligned to %u bytes", name, alignment);
    }
    return tensor_size(t, err);
}

/* Appends the n tensors of a part to g; data_start and extents are checked once they are known. */
static bool parse_tensors(struct gguf *g, struct part *part, struct cursor *c, uint64_t n,
                          uint32_t alignment, struct err *err) {
    /* Smallest entry: length word, one byte, dims word, one dim, type, offset. */
    if (n > GGUF_TENSORS_MAX || n > c->left / 33 || g->n_tensors + n > GGUF_TENSORS_MAX) {
        return err_set(err, ERR_MODEL, "%llu tensors do not fit the file", (unsigned long long)n);
    }
    g->tensors = xreallocarray(g->tensors, g->n_tensors + (size_t)n + 1, sizeof *g->tensors);
    AUTO_FREE uint64_t *offsets = xcalloc((size_t)n + 1, sizeof *offsets);
    struct gguf_tensor *tensors = g->tensors + g->n_tensors;
    for (uint64_t i = 0; i < n; i++) {
        memset(&tensors[i], 0, sizeof tensors[i]);
        if (!parse_tensor(c, &tensors[i], &offsets[i], alignment, err)) {
            return false;
        }
    }
    size_t end = (size_t)(c->p - part->map);
    size_t start = (end + alignment - 1) / alignment * alignment;
    part->header = end;
    for (uint64_t i = 0; i < n; i++) {
        if (start > part->size || offsets[i] > part->size - start ||
            tensors[i].bytes > part->size - start - offsets[i]) {
            char name[64];
            return err_set(err, ERR_MODEL,
                           "tensor '%s' ends past the end of the file (is the download complete?)",
                           printable(tensors[i].name, name));
        }
        tensors[i].data = part->map + start + offsets[i];
    }
    g->n_tensors += (size_t)n;
    return true;
}

static bool tensors_index(struct gguf *g, struct err *err) {
    table_init(&g->names, g->n_tensors);
    for (size_t i = 0; i < g->n_tensors; i++) {
        size_t slot = table_slot(&g->names, g->tensors[i].name, g->tensors, sizeof *g->tensors);
        if (g->names.slots[slot] != 0) {
            char name[64];
            return err_set(err, ERR_MODEL, "tensor '%s' is there twice",
                           printable(g->tensors[i].name, name));
        }
        g->names.slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

/* ---- parts ---- */

static bool parse_magic(struct cursor *c, struct err *err) {
    const uint8_t *magic = take(c, 4);
    uint32_t version = 0;
    if (magic == NULL || memcmp(magic, "GGUF", 4) != 0) {
        err_set(err, ERR_MODEL, "not a GGUF file");
        return err_hint(err, "models must be in GGUF format, version 2 or 3");
    }
    if (!take_u32(c, &version)) {
        return err_set(err, ERR_MODEL, "the header is cut off");
    }
    if (version != 2 && version != 3) {
        bool swapped = __builtin_bswap32(version) == 2 || __builtin_bswap32(version) == 3;
        err_set(err, ERR_MODEL, swapped ? "a big-endian GGUF file" : "GGUF version %u", version);
        return err_hint(err, "supported are little-endian files of version 2 and 3");
    }
    return true;
}

static bool find_alignment(const struct gguf_value *v, uint32_t *alignment, struct err *err) {
    *alignment = 32;
    if (v == NULL) {
        return true;
    }
    if (v->type != GGUF_U32) {
        return err_set(err, ERR_MODEL, "general.alignment is not an unsigned 32-bit number");
    }
    memcpy(alignment, v->data, 4);
    if (*alignment < 8 || *alignment > GGUF_ALIGNMENT_MAX || (*alignment & (*alignment - 1)) != 0) {
        return err_set(err, ERR_MODEL, "general.alignment is %u, not a power of two from 8 to %u",
                       *alignment, GGUF_ALIGNMENT_MAX);
    }
    return true;
}

/* Parses one part; part 0 gives g its keys, the others are asked for their split numbers only. */
static bool parse_part(struct gguf *g, size_t index, uint32_t count, struct err *err) {
    struct part *part = &g->parts[index];
    struct cursor c = {part->map, part->size};
    uint64_t n_tensors = 0, n_values = 0;
    if (!parse_magic(&c, err)) {
        return false;
    }
    if (!take_u64(&c, &n_tensors) || !take_u64(&c, &n_values)) {
        return err_set(err, ERR_MODEL, "the header is cut off");
    }
    struct gguf other = {0};
    struct gguf *keys = index == 0 ? g : &other;
    if (!parse_keys(&c, n_values, &keys->values, &keys->keys, err)) {
        return false;
    }
    keys->n_values = (size_t)n_values;
    uint32_t alignment = 32, no = 0, of = 0;
    bool ok = find_alignment(gguf_find(keys, "general.alignment"), &alignment, err);
    if (ok && index > 0 &&
        (!gguf_u32(gguf_find(keys, "split.no"), &no) ||
         !gguf_u32(gguf_find(keys, "split.count"), &of) || no != index || of != count)) {
        ok =
            err_set(err, ERR_MODEL, "it is not part %zu of %u of the split file", index + 1, count);
    }
    ok = ok && parse_tensors(g, part, &c, n_tensors, alignment, err);
    if (index > 0) {
        values_free(other.values, other.n_values);
        free(other.keys.slots);
    }
    return ok;
}

static bool map_part(struct part *part, const char *path, struct err *err) {
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0) {
        int saved = errno;
        err_set_errno(err, saved, "open '%s'", path);
        if (err != NULL && (saved == ENOENT || saved == ENOTDIR)) {
            err->code = ERR_NOT_FOUND;
        }
        return false;
    }
    if (fstat(fd, &st) != 0) {
        return err_set_errno(err, errno, "stat '%s'", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return err_set(err, ERR_MODEL, "'%s' is not a regular file", path);
    }
    if (st.st_size < 24) {
        return err_set(err, ERR_MODEL, "'%s' is too short for a GGUF file", path);
    }
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        return err_set_errno(err, errno, "map '%s'", path);
    }
    (void)madvise(map, (size_t)st.st_size, MADV_DONTDUMP);
    *part = (struct part){map, (size_t)st.st_size, 0, true};
    return true;
}

/* "PREFIX-00002-of-00005.gguf" -> length of PREFIX, and the count. */
static bool split_name(const char *path, size_t *prefix, uint32_t *count) {
    static const char like[] = "-ddddd-of-ddddd.gguf";
    size_t n = strlen(path), tail = sizeof like - 1;
    if (n < tail) {
        return false;
    }
    const char *p = path + n - tail;
    for (size_t i = 0; i < tail; i++) {
        bool digit = p[i] >= '0' && p[i] <= '9';
        if (like[i] == 'd' && i < tail - 5 ? !digit : p[i] != like[i]) {
            return false;
        }
    }
    *prefix = n - tail;
    *count = 0;
    for (size_t i = 10; i < 15; i++) {
        *count = *count * 10 + (uint32_t)(p[i] - '0');
    }
    return true;
}

/* Maps and parses parts 2.. of a split file whose first part is parsed. */
static bool open_rest(struct gguf *g, const char *path, struct err *err) {
    uint32_t count = 1, named = 0, total = 0;
    size_t prefix = 0;
    if (gguf_find(g, "split.count") == NULL) {
        return true;
    }
    if (!gguf_u32(gguf_find(g, "split.count"), &count) || count > GGUF_PARTS_MAX) {
        return err_set(err, ERR_MODEL, "split.count is not a number up to %u", GGUF_PARTS_MAX);
    }
    if (count <= 1) {
        return true;
    }
    if (path == NULL || !split_name(path, &prefix, &named) || named != count) {
        err_set(err, ERR_MODEL, "it is one of %u parts, and its name does not say which", count);
        return err_hint(err, "split files are named NAME-00001-of-%05u.gguf", count);
    }
    g->parts = xreallocarray(g->parts, count, sizeof *g->parts);
    for (uint32_t i = 1; i < count; i++) {
        AUTO_FREE char *name = xasprintf("%.*s-%05u-of-%05u.gguf", (int)prefix, path, i + 1, count);
        if (!map_part(&g->parts[i], name, err)) {
            return err_prefix(err, "part %u of %u", i + 1, count);
        }
        g->n_parts++;
        if (!parse_part(g, i, count, err)) {
            return err_prefix(err, "'%s'", name);
        }
    }
    if (gguf_find(g, "split.tensors.count") != NULL &&
        (!gguf_u32(gguf_find(g, "split.tensors.count"), &total) || total != g->n_tensors)) {
        return err_set(err, ERR_MODEL, "the parts hold %zu tensors, split.tensors.count says %u",
                       g->n_tensors, total);
    }
    return true;
}

bool gguf_open(struct gguf **out, const char *path, struct err *err) {
    struct gguf *g = xcalloc(1, sizeof *g);
    g->parts = xcalloc(1, sizeof *g->parts);
    size_t prefix = 0;
    uint32_t named = 0;
    AUTO_FREE char *first = xstrdup(path);
    if (split_name(path, &prefix, &named) && named >= 1) {
        free(first);
        first = xasprintf("%.*s-00001-of-%05u.gguf", (int)prefix, path, named);
    }
    bool ok = map_part(&g->parts[0], first, err);
    g->n_parts = ok;
    ok = ok && (parse_part(g, 0, 1, err) || err_prefix(err, "'%s'", first));
    ok = ok && (open_rest(g, first, err) || err_prefix(err, "'%s'", first));
    ok = ok && (tensors_index(g, err) || err_prefix(err, "'%s'", first));
    if (!ok) {
        gguf_close(g);
        return false;
    }
    *out = g;
    return true;
}

bool gguf_open_memory(struct gguf **out, const void *data, size_t size, struct err *err) {
    struct gguf *g = xcalloc(1, sizeof *g);
    g->parts = xcalloc(1, sizeof *g->parts);
    g->parts[0] = (struct part){data, size, 0, false};
    g->n_parts = 1;
    if (!parse_part(g, 0, 1, err) || !open_rest(g, NULL, err) || !tensors_index(g, err)) {
        gguf_close(g);
        return false;
    }
    *out = g;
    return true;
}

void gguf_close(struct gguf *g) {
    if (g == NULL) {
        return;
    }
    for (size_t i = 0; i < g->n_parts; i++) {
        if (g->parts[i].mapped) {
            (void)munmap((void *)(uintptr_t)g->parts[i].map, g->parts[i].size);
        }
    }
    values_free(g->values, g->n_values);
    free(g->parts);
    free(g->tensors);
    free(g->keys.slots);
    free(g->names.slots);
    free(g);
}

/* ---- getters ---- */

const struct gguf_value *gguf_find(const struct gguf *g, const char *key) {
    if (g->keys.slots == NULL) {
        return NULL;
    }
    size_t slot = table_slot(&g->keys, str_from(key), g->values, sizeof *g->values);
    return g->keys.slots[slot] == 0 ? NULL : &g->values[g->keys.slots[slot] - 1];
}

/* Any integer as (negative, magnitude); false for other types. */
static bool read_integer(enum gguf_type type, const uint8_t *p, bool *negative, uint64_t *out) {
    int64_t i = 0;
    uint64_t u = 0;
    switch (type) {
    case GGUF_U8:
    case GGUF_BOOL:
        u = *p;
        break;
    case GGUF_U16:
    case GGUF_U32:
    case GGUF_U64:
        memcpy(&u, p, scalar_bytes[type]);
        break;
    case GGUF_I8:
        i = (int8_t)*p;
        break;
    case GGUF_I16: {
        int16_t x;
        memcpy(&x, p, 2);
        i = x;
        break;
    }
    case GGUF_I32: {
        int32_t x;
        memcpy(&x, p, 4);
        i = x;
        break;
    }
    case GGUF_I64:
        memcpy(&i, p, 8);
        break;
    default:
        return false;
    }
    *negative = i < 0;
    *out = i < 0 ? -(uint64_t)i : (u | (uint64_t)i);
    return true;
}

bool gguf_u64(const struct gguf_value *v, uint64_t *out) {
    bool negative = false;
    uint64_t x = 0;
    if (v == NULL || v->type == GGUF_BOOL || !read_integer(v->type, v->data, &negative, &x) ||
        negative) {
        return false;
    }
    *out = x;
    return true;
}

bool gguf_u32(const struct gguf_value *v, uint32_t *out) {
    uint64_t x = 0;
    if (!gguf_u64(v, &x) || x > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)x;
    return true;
}

bool gguf_f32(const struct gguf_value *v, float *out) {
    uint64_t x = 0;
    double d = 0;
    if (v == NULL) {
        return false;
    }
    if (v->type == GGUF_F32) {
        memcpy(out, v->data, 4);
        return true;
    }
    if (v->type == GGUF_F64) {
        memcpy(&d, v->data, 8);
        *out = (float)d;
        return true;
    }
    if (!gguf_u64(v, &x)) {
        return false;
    }
    *out = (float)x;
    return true;
}

bool gguf_bool(const struct gguf_value *v, bool *out) {
    if (v == NULL || v->type != GGUF_BOOL) {
        return false;
    }
    *out = *v->data != 0;
    return true;
}

bool gguf_string(const struct gguf_value *v, struct str *out) {
    if (v == NULL || v->type != GGUF_STRING) {
        return false;
    }
    *out = (struct str){(const char *)v->data, (size_t)v->len};
    return true;
}

uint64_t gguf_array_count(const struct gguf_value *v) {
    return v != NULL && v->type == GGUF_ARRAY ? v->count : 0;
}

enum gguf_type gguf_array_type(const struct gguf_value *v) {
    return v != NULL && v->type == GGUF_ARRAY ? v->element : GGUF_ARRAY;
}

struct str gguf_array_string(const struct gguf_value *v, uint64_t i) {
    ASSERT(v != NULL && v->type == GGUF_ARRAY && v->element == GGUF_STRING && i < v->count);
    uint64_t n = 0;
    const uint8_t *p = v->data + v->starts[i];
    memcpy(&n, p, 8);
    return (struct str){(const char *)p + 8, (size_t)n};
}

int64_t gguf_array_int(const struct gguf_value *v, uint64_t i) {
    ASSERT(v != NULL && v->type == GGUF_ARRAY && i < v->count);
    bool negative = false;
    uint64_t x = 0;
    bool integer = read_integer(v->element, v->data + i * scalar_bytes[v->element], &negative, &x);
    ASSERT(integer);
    if (negative) {
        return (int64_t)-x;
    }
    return x > INT64_MAX ? INT64_MAX : (int64_t)x;
}

float gguf_array_f32(const struct gguf_value *v, uint64_t i) {
    ASSERT(v != NULL && v->type == GGUF_ARRAY && i < v->count);
    ASSERT(v->element == GGUF_F32 || v->element == GGUF_F64);
    float f = 0;
    double d = 0;
    if (v->element == GGUF_F32) {
        memcpy(&f, v->data + i * 4, 4);
        return f;
    }
    memcpy(&d, v->data + i * 8, 8);
    return (float)d;
}

size_t gguf_key_count(const struct gguf *g) {
    return g->n_values;
}

struct str gguf_key(const struct gguf *g, size_t i, const struct gguf_value **value) {
    ASSERT(i < g->n_values);
    *value = &g->values[i];
    return g->values[i].key;
}

enum gguf_type gguf_value_type(const struct gguf_value *v) {
    return v->type;
}

const struct gguf_tensor *gguf_tensor(const struct gguf *g, const char *name) {
    size_t slot = table_slot(&g->names, str_from(name), g->tensors, sizeof *g->tensors);
    return g->names.slots[slot] == 0 ? NULL : &g->tensors[g->names.slots[slot] - 1];
}

size_t gguf_tensor_count(const struct gguf *g) {
    return g->n_tensors;
}

const struct gguf_tensor *gguf_tensor_at(const struct gguf *g, size_t i) {
    ASSERT(i < g->n_tensors);
    return &g->tensors[i];
}

uint64_t gguf_file_bytes(const struct gguf *g) {
    uint64_t total = 0;
    for (size_t i = 0; i < g->n_parts; i++) {
        total += g->parts[i].size;
    }
    return total;
}

/* ---- hashes ---- */

static bool hash_parts(const struct gguf *g, bool whole, char out[65]) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char digest[32] = {0};
    bool ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; ok && i < g->n_parts; i++) {
        const struct part *part = &g->parts[i];
        uint64_t size = part->size;
        ok = EVP_DigestUpdate(ctx, part->map, whole ? part->size : part->header) == 1 &&
             (whole || EVP_DigestUpdate(ctx, &size, sizeof size) == 1);
    }
    ok = ok && EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    for (size_t i = 0; i < 32; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
    }
    return ok;
}

void gguf_header_hash(const struct gguf *g, char out[65]) {
    bool ok = hash_parts(g, false, out);
    ASSERT(ok);
}

bool gguf_full_hash(const struct gguf *g, char out[65], struct err *err) {
    if (!hash_parts(g, true, out)) {
        return err_set(err, ERR_INTERNAL, "hash the model file");
    }
    return true;
}
