/* Goal: a model file is a stranger's bytes: whatever is in it, opening gives a model or an error of
 * the right kind, and what was opened can be evaluated.
 * Method: handcrafted files, one rule broken each; a file cut at every byte; every key made absurd;
 * thousands of flipped bytes; split files. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <fcntl.h>

#include "model/model.h"
#include "tests/unit/model/gguf_make.h"

/* ---- a small right file ---- */

static void small(struct make *g) {
    float data[64] = {1, 2, 3};
    uint64_t dims[2] = {32, 2};
    make_init(g);
    make_key_str(g, "general.architecture", "llama");
    make_key_u32(g, "a.u32", 7);
    make_key_f32(g, "a.f32", 1.5f);
    make_key_bool(g, "a.bool", 1);
    make_key(g, "a.strings", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_STRING);
    make_u64(&g->keys, 3);
    make_str(&g->keys, "one");
    make_str(&g->keys, "");
    make_str(&g->keys, "three");
    make_key(g, "a.ints", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_I32);
    make_u64(&g->keys, 2);
    make_u32(&g->keys, (uint32_t)-5);
    make_u32(&g->keys, 6);
    make_tensor_bytes(g, "x", QUANT_F32, dims, 2, data, sizeof data);
    make_tensor_bytes(g, "y", QUANT_F32, dims, 2, data, sizeof data);
}

static bool opens(struct make *g, struct err *err) {
    struct gguf *f = NULL;
    *err = ERR_INIT;
    bool ok = gguf_open_memory(&f, g->file.data, g->file.len, err);
    if (ok) {
        gguf_close(f);
    } else {
        assert_int_equal(err->code, ERR_MODEL);
        assert_true(err->msg[0] != '\0');
    }
    return ok;
}

static void test_what_is_in_a_file_can_be_read(void **state) {
    struct make g;
    struct err err = ERR_INIT;
    struct gguf *f = NULL;
    uint32_t u = 0;
    float x = 0;
    bool b = false;
    struct str s;
    small(&g);
    make_finish(&g);
    assert_true(gguf_open_memory(&f, g.file.data, g.file.len, &err));
    assert_true(gguf_u32(gguf_find(f, "a.u32"), &u) && u == 7);
    assert_true(gguf_f32(gguf_find(f, "a.f32"), &x) && x == 1.5f);
    assert_true(gguf_bool(gguf_find(f, "a.bool"), &b) && b);
    assert_true(gguf_string(gguf_find(f, "general.architecture"), &s) && str_equal_c(s, "llama"));
    assert_false(gguf_u32(gguf_find(f, "a.f32"), &u));
    assert_false(gguf_u32(gguf_find(f, "absent"), &u));
    assert_false(gguf_string(gguf_find(f, "a.u32"), &s));
    const struct gguf_value *a = gguf_find(f, "a.strings");
    assert_int_equal(gguf_array_count(a), 3);
    assert_true(str_equal_c(gguf_array_string(a, 2), "three"));
    assert_int_equal(gguf_array_int(gguf_find(f, "a.ints"), 0), -5);
    const struct gguf_tensor *t = gguf_tensor(f, "x");
    assert_non_null(t);
    assert_int_equal(t->bytes, 256);
    assert_true(((const float *)t->data)[2] == 3);
    assert_null(gguf_tensor(f, "z"));
    gguf_close(f);
    make_release(&g);
}

/* ---- one rule broken each ---- */

static uint32_t u32_at(struct make *g, size_t at, uint32_t x) {
    memcpy(g->file.data + at, &x, 4);
    return x;
}
static void u64_at(struct make *g, size_t at, uint64_t x) {
    memcpy(g->file.data + at, &x, 8);
}
static void magic(struct make *g) {
    g->file.data[3] = 'g';
}
static void version_0(struct make *g) {
    u32_at(g, 4, 0);
}
static void version_1(struct make *g) {
    u32_at(g, 4, 1);
}
static void version_4(struct make *g) {
    u32_at(g, 4, 4);
}
static void version_swapped(struct make *g) {
    u32_at(g, 4, 3u << 24);
}
static const uint64_t counts[] = {1,
                                  3,
                                  1ull << 31,
                                  (1ull << 31) - 1,
                                  1ull << 32,
                                  1ull << 58,
                                  (1ull << 58) + 1,
                                  1ull << 60,
                                  1ull << 61,
                                  1ull << 62,
                                  1ull << 63,
                                  UINT64_MAX,
                                  UINT64_MAX - 1,
                                  0x2492492492492493ull,
                                  0x0666666666666667ull};

static void test_absurd_counts_are_refused(void **state) {
    struct err err;
    for (size_t where = 8; where <= 16; where += 8) {
        for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
            struct make g;
            small(&g);
            make_finish(&g);
            if (counts[i] > 3) {
                u64_at(&g, where, counts[i]);
                assert_false(opens(&g, &err));
            }
            make_release(&g);
        }
    }
}

static void test_bad_heads_are_refused(void **state) {
    void (*const broken[])(struct make *) = {magic, version_0, version_1, version_4,
                                             version_swapped};
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct make g;
        small(&g);
        make_finish(&g);
        broken[i](&g);
        assert_false(opens(&g, &err));
        make_release(&g);
    }
}

static void test_version_2_is_read_as_3(void **state) {
    struct make g;
    struct err err;
    small(&g);
    g.version = 2;
    make_finish(&g);
    assert_true(opens(&g, &err));
    make_release(&g);
}

/* Adds keys that break a rule to a right file. */
static void key_twice(struct make *g) {
    make_key_u32(g, "a.u32", 8);
}
static void key_empty(struct make *g) {
    make_key_u32(g, "", 8);
}
static void key_control(struct make *g) {
    make_key_u32(g, "a\nb", 8);
}
static void key_utf8(struct make *g) {
    make_key_u32(g, "a\xc3\xa4", 8);
}
static void key_long(struct make *g) {
    char name[70000];
    memset(name, 'k', sizeof name);
    name[65536] = '\0';
    make_key_u32(g, name, 8);
}
static void key_length_huge(struct make *g) {
    make_u64(&g->keys, UINT64_MAX);
    g->n_keys++;
}
static void type_13(struct make *g) {
    make_key(g, "b", 13);
    make_u64(&g->keys, 0);
}
static void type_huge(struct make *g) {
    make_key(g, "b", 0x80000000u);
    make_u64(&g->keys, 0);
}
static void bool_2(struct make *g) {
    make_key_bool(g, "b", 2);
}
static void string_huge(struct make *g) {
    make_key(g, "b", GGUF_STRING);
    make_u64(&g->keys, (1ull << 63) + 5);
}
static void string_past_end(struct make *g) {
    make_key(g, "b", GGUF_STRING);
    make_u64(&g->keys, 1 << 20);
}
static void array_of(struct make *g, uint32_t type, uint64_t n) {
    make_key(g, "b", GGUF_ARRAY);
    make_u32(&g->keys, type);
    make_u64(&g->keys, n);
}
static void array_of_arrays(struct make *g) {
    array_of(g, GGUF_ARRAY, 0);
}
static void array_type_bad(struct make *g) {
    array_of(g, 77, 0);
}
static void array_huge(struct make *g) {
    array_of(g, GGUF_U64, 1ull << 61);
}
static void array_wraps(struct make *g) {
    array_of(g, GGUF_U32, (1ull << 62) + 1);
}
static void array_strings_huge(struct make *g) {
    array_of(g, GGUF_STRING, 1ull << 40);
}
static void array_bools_bad(struct make *g) {
    array_of(g, GGUF_BOOL, 2);
    make_raw(&g->keys, "\1\7", 2);
}
static void array_string_long(struct make *g) {
    array_of(g, GGUF_STRING, 1);
    make_u64(&g->keys, UINT64_MAX - 7);
}
static void align(struct make *g, uint32_t a) {
    make_key_u32(g, "general.alignment", a);
}
static void align_0(struct make *g) {
    align(g, 0);
}
static void align_3(struct make *g) {
    align(g, 3);
}
static void align_1(struct make *g) {
    align(g, 1);
}
static void align_huge(struct make *g) {
    align(g, 0x80000000u);
}
static void align_not_u32(struct make *g) {
    make_key_str(g, "general.alignment", "32");
}
static void align_float(struct make *g) {
    make_key_f32(g, "general.alignment", 32);
}
static struct make_tensor *tensor(struct make *g, const char *name, uint32_t type, uint32_t n_dims,
                                  uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    uint64_t dims[4] = {a, b, c, d};
    static const float zero[16];
    return make_tensor_bytes(g, name, type, dims, n_dims, zero, sizeof zero);
}
static void tensor_twice(struct make *g) {
    tensor(g, "x", 0, 1, 4, 1, 1, 1);
}
static void tensor_no_name(struct make *g) {
    tensor(g, "", 0, 1, 4, 1, 1, 1);
}
static void tensor_long_name(struct make *g) {
    tensor(g, "a123456789012345678901234567890123456789012345678901234567890123", 0, 1, 4, 1, 1, 1);
}
static void tensor_no_dims(struct make *g) {
    tensor(g, "z", 0, 0, 4, 1, 1, 1);
}
static void tensor_5_dims(struct make *g) {
    tensor(g, "z", 0, 4, 1, 1, 1, 1)->n_dims = 5;
}
static void tensor_huge_dims(struct make *g) {
    tensor(g, "z", 0, 4, 1, 1, 1, 1)->n_dims = UINT32_MAX;
}
static void dim_0(struct make *g) {
    tensor(g, "z", 0, 2, 4, 0, 1, 1);
}
static void dim_negative(struct make *g) {
    tensor(g, "z", 0, 2, (uint64_t)-4, (uint64_t)-1, 1, 1);
}
static void dim_wraps(struct make *g) {
    tensor(g, "z", 0, 2, 1ull << 32, 1ull << 32, 1, 1);
}
static void dim_stride_wraps(struct make *g) {
    tensor(g, "z", 0, 3, 4, (1ull << 42) + 1, 1ull << 22, 1);
}
static void dim_bytes_wrap(struct make *g) {
    tensor(g, "z", 0, 1, (1ull << 62) + 1, 1, 1, 1);
}
static void dim_past_end(struct make *g) {
    tensor(g, "z", 0, 1, 1 << 20, 1, 1, 1);
}
static void type_removed(struct make *g) {
    tensor(g, "z", 4, 1, 4, 1, 1, 1);
}
static void type_unknown(struct make *g) {
    tensor(g, "z", 1000, 1, 4, 1, 1, 1);
}
static void type_ik(struct make *g) {
    tensor(g, "z", 137, 1, 256, 1, 1, 1);
}
static void type_nvfp4(struct make *g) {
    tensor(g, "z", 40, 1, 64, 1, 1, 1);
}
static void block_partial(struct make *g) {
    tensor(g, "z", QUANT_Q4_K, 1, 128, 1, 1, 1);
}
static void offset_odd(struct make *g) {
    tensor(g, "z", 0, 1, 4, 1, 1, 1)->offset = 4;
}
static void offset_past_end(struct make *g) {
    tensor(g, "z", 0, 1, 4, 1, 1, 1)->offset = 1 << 20;
}
static void offset_wraps(struct make *g) {
    tensor(g, "z", 0, 1, 64, 1, 1, 1)->offset = UINT64_MAX - 31;
}
static void split_alone(struct make *g) {
    make_key_u32(g, "split.count", 3);
}
static void split_huge(struct make *g) {
    make_key_u32(g, "split.count", UINT32_MAX);
}

static const struct {
    const char *name;
    void (*fn)(struct make *);
} broken[] = {
#define B(x)                                                                                       \
    { #x, x }
    B(key_twice),
    B(key_empty),
    B(key_control),
    B(key_utf8),
    B(key_long),
    B(key_length_huge),
    B(type_13),
    B(type_huge),
    B(bool_2),
    B(string_huge),
    B(string_past_end),
    B(array_of_arrays),
    B(array_type_bad),
    B(array_huge),
    B(array_wraps),
    B(array_strings_huge),
    B(array_bools_bad),
    B(array_string_long),
    B(align_0),
    B(align_3),
    B(align_1),
    B(align_huge),
    B(align_not_u32),
    B(align_float),
    B(tensor_twice),
    B(tensor_no_name),
    B(tensor_long_name),
    B(tensor_no_dims),
    B(tensor_5_dims),
    B(tensor_huge_dims),
    B(dim_0),
    B(dim_negative),
    B(dim_wraps),
    B(dim_stride_wraps),
    B(dim_bytes_wrap),
    B(dim_past_end),
    B(type_removed),
    B(type_unknown),
    B(type_ik),
    B(type_nvfp4),
    B(block_partial),
    B(offset_odd),
    B(offset_past_end),
    B(offset_wraps),
    B(split_alone),
    B(split_huge),
};

static void test_each_broken_rule_is_refused(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct make g;
        struct err err;
        small(&g);
        broken[i].fn(&g);
        make_finish(&g);
        if (opens(&g, &err)) {
            fail_msg("%s was accepted", broken[i].name);
        }
        make_release(&g);
    }
}

static void test_tensors_may_share_bytes(void **state) {
    struct make g;
    struct err err;
    small(&g);
    tensor(&g, "z", 0, 1, 4, 1, 1, 1)->offset = 0;
    make_finish(&g);
    assert_true(opens(&g, &err));
    make_release(&g);
}

static void test_a_file_cut_at_any_byte_is_refused(void **state) {
    struct make g;
    struct err err;
    small(&g);
    make_finish(&g);
    size_t whole = g.file.len;
    for (size_t n = 0; n < whole; n++) {
        /* A copy of just that size, so that the sanitizer sees one byte too far. */
        char *copy = xmalloc(n + 1);
        char *exact = xrealloc(copy, MAX(n, 1));
        struct gguf *f = NULL;
        memcpy(exact, g.file.data, n);
        err = ERR_INIT;
        assert_false(gguf_open_memory(&f, exact, n, &err));
        assert_int_equal(err.code, ERR_MODEL);
        free(exact);
    }
    make_release(&g);
}

/* ---- whole models ---- */

static bool eval_row(void *arg, size_t position, const float *logits) {
    return true;
}

/* Opens what is at path; a model that opens must survive an evaluation. */
static bool survives(const char *path) {
    struct model *m = NULL;
    struct err err = ERR_INIT;
    struct model_options o = {.threads = 1};
    int32_t ids[40];
    if (!model_open(&m, path, &o, &err)) {
        if (err.code != ERR_MODEL) {
            fail_msg("code %d: %s", err.code, err.msg);
        }
        assert_true(err.msg[0] != '\0');
        return false;
    }
    for (int i = 0; i < 40; i++) {
        ids[i] = i * 5 % model_info(m)->vocabulary;
    }
    assert_true(model_eval(m, ids, 40, 16, 1, eval_row, NULL, &err));
    model_close(m);
    return true;
}

static void test_a_model_cut_anywhere_is_refused(void **state) {
    struct make g;
    make_init(&g);
    make_deepseek2(&g, QUANT_Q8_0, 2, 320);
    make_finish(&g);
    const char *path = make_save(&g);
    assert_true(survives(path));
    /* From the end, so that one file does; the last padding is not needed. */
    size_t step = g.file.len / 400;
    for (size_t n = g.file.len - g.alignment; n > step; n -= step) {
        assert_int_equal(truncate(path, (off_t)n), 0);
        assert_false(survives(path));
    }
    make_release(&g);
}

/* The keys of every kind of model, and its tensors. */
static const struct kind {
    void (*make)(struct make *g, uint32_t type, uint32_t layers, uint32_t vocab);
    const char *prefix;
} kinds[] = {
    {make_deepseek2, "deepseek2."}, {make_deepseek32, "deepseek32."}, {make_gpt_oss, "gpt-oss."}};

static void absurd_keys(const struct kind *kind) {
    static const uint32_t values[] = {
        0,     1,          2,           3,          31,         33,         255,        4096,
        65537, 0x7fffffff, 0x80000000u, 0xffffffff, 0x7fc00000, 0xff800000, 0x00000001, 513};
    struct make g;
    make_init(&g);
    kind->make(&g, QUANT_F32, 2, 320);
    make_finish(&g);
    const char *path = make_save(&g);
    int fd = open(path, O_WRONLY);
    size_t opened = 0, tried = 0;
    assert_true(fd >= 0);
    for (size_t at = 24; at + 16 < g.keys.len; at++) {
        /* Every u32 and f32 key of the architecture. */
        if (memcmp(g.file.data + at, kind->prefix, strlen(kind->prefix)) != 0) {
            continue;
        }
        uint64_t len;
        memcpy(&len, g.file.data + at - 8, 8);
        off_t value = (off_t)(at + len + 4);
        for (size_t i = 0; i < ARRAY_LEN(values); i++) {
            assert_int_equal(pwrite(fd, &values[i], 4, value), 4);
            opened += survives(path);
            tried++;
        }
        assert_int_equal(pwrite(fd, g.file.data + value, 4, value), 4);
    }
    (void)close(fd);
    assert_true(tried > 200 && opened > 0 && opened < tried);
    make_release(&g);
}

static void test_every_key_may_be_absurd(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        absurd_keys(&kinds[i]);
    }
}

static void flipped_bytes(const struct kind *kind) {
    struct make g;
    make_init(&g);
    kind->make(&g, QUANT_F32, 2, 320);
    make_finish(&g);
    const char *path = make_save(&g);
    int fd = open(path, O_WRONLY);
    size_t head = 24 + g.keys.len + g.n_tensors * 60;
    assert_true(fd >= 0);
    for (int i = 0; i < 1500; i++) {
        size_t at[3];
        for (int k = 0; k < 3; k++) {
            at[k] = make_random(&g) % head;
            uint8_t x = (uint8_t)make_random(&g);
            assert_int_equal(pwrite(fd, &x, 1, (off_t)at[k]), 1);
        }
        (void)survives(path);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(pwrite(fd, g.file.data + at[k], 1, (off_t)at[k]), 1);
        }
    }
    (void)close(fd);
    assert_true(survives(path));
    make_release(&g);
}

static void test_flipped_bytes_never_crash(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        flipped_bytes(&kinds[i]);
    }
}

static void missing_tensors(const struct kind *kind) {
    struct make g;
    make_init(&g);
    kind->make(&g, QUANT_F32, 2, 320);
    for (size_t i = 0; i < g.n_tensors; i++) {
        struct err err = ERR_INIT;
        struct model *m = NULL;
        char name[80];
        (void)snprintf(name, sizeof name, "%s", g.tensor[i].name);
        g.tensor[i].name[0] = 'Z';
        make_finish(&g);
        bool ok = model_open(&m, make_save(&g), NULL, &err);
        bool optional = (strstr(name, ".bias") != NULL && strstr(name, "indexer") == NULL) ||
                        strcmp(name, "output.weight") == 0;
        assert_int_equal(ok, optional);
        if (!ok && strstr(err.msg, name) == NULL && strstr(name, "attn_q.") == NULL) {
            fail_msg("'%s' is missing, the message says: %s", name, err.msg);
        }
        model_close(m);
        memcpy(g.tensor[i].name, name, sizeof name);
    }
    make_release(&g);
}

static void test_a_missing_tensor_is_named(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        missing_tensors(&kinds[i]);
    }
}

/* A vector an expert: not one vector, not as many for others, not in blocks. */
static void test_biases_of_experts_have_their_shape(void **state) {
    static const uint64_t dims[][2] = {{32, 8}, {8, 32}, {256, 1}, {32, 7}, {31, 8}};
    for (size_t i = 0; i < ARRAY_LEN(dims); i++) {
        struct make g;
        struct err err = ERR_INIT;
        struct model *m = NULL;
        make_init(&g);
        make_gpt_oss(&g, QUANT_F32, 1, 320);
        for (size_t k = 0; k < g.n_tensors; k++) {
            if (strstr(g.tensor[k].name, "ffn_up_exps.bias") != NULL) {
                memcpy(g.tensor[k].dims, dims[i], sizeof dims[i]);
            }
        }
        make_finish(&g);
        assert_int_equal(model_open(&m, make_save(&g), NULL, &err), i == 0);
        assert_true(i == 0 || strstr(err.msg, "ffn_up_exps.bias") != NULL);
        model_close(m);
        make_release(&g);
    }
}

/* ---- split files ---- */

static void split_part(struct make *g, int no, int count, bool first_tensor) {
    static const float data[32] = {1};
    uint64_t dim = 32;
    make_init(g);
    make_key_u32(g, "split.no", (uint32_t)no);
    make_key_u32(g, "split.count", (uint32_t)count);
    make_key_u32(g, "split.tensors.count", 2);
    make_tensor_bytes(g, first_tensor ? "x" : "y", QUANT_F32, &dim, 1, data, sizeof data);
    make_finish(g);
}

static void save_as(struct make *g, const char *path) {
    (void)snprintf(g->path, sizeof g->path, "%s", path);
    (void)make_save(g);
}

static void test_split_files_are_one_model(void **state) {
    struct make a, b, c;
    char dir[] = "/tmp/drover-split-XXXXXX", one[64], two[64];
    struct gguf *f = NULL;
    struct err err = ERR_INIT;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(one, sizeof one, "%s/m-00001-of-00002.gguf", dir);
    (void)snprintf(two, sizeof two, "%s/m-00002-of-00002.gguf", dir);
    split_part(&a, 0, 2, true);
    split_part(&b, 1, 2, false);
    save_as(&a, one);
    assert_false(gguf_open(&f, one, &err)); /* the second part is missing */
    assert_int_equal(err.code, ERR_NOT_FOUND);
    save_as(&b, two);
    assert_true(gguf_open(&f, two, &err)); /* any part's name will do */
    assert_non_null(gguf_tensor(f, "x"));
    assert_non_null(gguf_tensor(f, "y"));
    gguf_close(f);
    /* A second part that is another file's, or repeats a tensor. */
    split_part(&c, 0, 2, false);
    save_as(&c, two);
    assert_false(gguf_open(&f, one, &err));
    make_release(&c);
    split_part(&c, 1, 2, true);
    save_as(&c, two);
    assert_false(gguf_open(&f, one, &err));
    make_release(&c);
    make_release(&a);
    make_release(&b);
    assert_int_equal(rmdir(dir), 0);
}

static void test_other_files_are_named_for_what_they_are(void **state) {
    struct gguf *f = NULL;
    struct err err = ERR_INIT;
    assert_false(gguf_open(&f, "/nonexistent.gguf", &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err = ERR_INIT;
    assert_false(gguf_open(&f, "/tmp", &err));
    assert_int_equal(err.code, ERR_MODEL);
    err = ERR_INIT;
    assert_false(gguf_open(&f, "/dev/null", &err));
    assert_int_equal(err.code, ERR_MODEL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_in_a_file_can_be_read),
        cmocka_unit_test(test_bad_heads_are_refused),
        cmocka_unit_test(test_absurd_counts_are_refused),
        cmocka_unit_test(test_version_2_is_read_as_3),
        cmocka_unit_test(test_each_broken_rule_is_refused),
        cmocka_unit_test(test_tensors_may_share_bytes),
        cmocka_unit_test(test_a_file_cut_at_any_byte_is_refused),
        cmocka_unit_test(test_a_model_cut_anywhere_is_refused),
        cmocka_unit_test(test_every_key_may_be_absurd),
        cmocka_unit_test(test_flipped_bytes_never_crash),
        cmocka_unit_test(test_a_missing_tensor_is_named),
        cmocka_unit_test(test_biases_of_experts_have_their_shape),
        cmocka_unit_test(test_split_files_are_one_model),
        cmocka_unit_test(test_other_files_are_named_for_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
