/* Tokenizers: the reference vectors exactly; what holds for any vocabulary and any bytes;
 * vocabularies that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/base/clock.h"
#include "tests/unit/model/vocab_make.h"

#define VECTORS   "../shared/vectors/tokenizer/"
#define SEPARATOR "\n__ggml_vocab_test__\n"

static const char *const english[] = {"t h",  "th e", "i n", "a n",          "an d",
                                      "in g", "h e",  "e r", "\xc4\xa0 the", "\xc4\xa0 a"};

static struct tokenizer *small_vocabulary(struct make *g, const char *pre) {
    static const struct vocab_special special[] = {{"<|end|>", TOKEN_CONTROL},
                                                   {"<|endcall|>", TOKEN_CONTROL},
                                                   {"<tool>", TOKEN_USER},
                                                   {"<tool><tool>", TOKEN_USER}};
    struct err err = ERR_INIT;
    vocab_make(g, pre, english, ARRAY_LEN(english), special, ARRAY_LEN(special), 266);
    struct tokenizer *t = vocab_open(g, &err);
    if (!t)
        fail_msg("%s", err.msg);
    return t;
}
enum { END = 266, ENDCALL, TOOL, TOOLTOOL };

static void encode(const struct tokenizer *t, struct str text, bool special, struct tokens *out) {
    struct err err = ERR_INIT;
    out->n = 0;
    assert_true(tokenizer_encode(t, text, special, out, &err));
}

static void assert_ids(const struct tokenizer *t, const char *text, bool special, size_t n,
                       const int32_t *ids) {
    AUTO_TOKENS struct tokens out = {0};
    encode(t, str_from(text), special, &out);
    assert_int_equal(out.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(out.ids[i], ids[i]);
}
#define ASSERT_IDS(t, text, special, ...)                                                          \
    assert_ids(t, text, special, sizeof((int32_t[]){__VA_ARGS__}) / sizeof(int32_t),               \
               (int32_t[]){__VA_ARGS__})

static void assert_round_trip(const struct tokenizer *t, struct str text) {
    AUTO_TOKENS struct tokens out = {0};
    size_t at = 0;
    encode(t, text, false, &out);
    for (size_t i = 0; i < out.n; i++) {
        struct str s = tokenizer_bytes(t, out.ids[i]);
        assert_true(at + s.len <= text.len);
        assert_memory_equal(s.ptr, text.ptr + at, s.len);
        at += s.len;
    }
    assert_int_equal(at, text.len);
}

static uint32_t random_next(uint64_t *seed) {
    *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(*seed >> 33);
}

/* ---- reference ---- */

static size_t vector_file(const char *name) {
    AUTO_BUF struct buf in = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
    char path[256];
    struct err err = ERR_INIT;
    struct gguf *g = NULL;
    struct tokenizer *t = NULL;
    (void)snprintf(path, sizeof path, VECTORS "ggml-vocab-%s.gguf", name);
    assert_true(gguf_open(&g, path, &err) && tokenizer_create(&t, g, &err));
    gguf_close(g);
    (void)snprintf(path, sizeof path, VECTORS "%s.inp", name);
    assert_true(file_read(&in, path, 1 << 20, &err));
    (void)snprintf(path, sizeof path, VECTORS "%s.out", name);
    assert_true(file_read(&want, path, 1 << 20, &err));
    struct str rest = buf_str(&in), lines = buf_str(&want), line;
    size_t n = 0;
    while (rest.ptr && str_next_line(&lines, &line)) {
        AUTO_TOKENS struct tokens out = {0};
        AUTO_BUF struct buf got = BUF_INIT(1 << 20);
        size_t end = str_find(rest, STR(SEPARATOR), 0);
        encode(t, str_slice(rest, 0, end), false, &out);
        for (size_t i = 0; i < out.n; i++)
            buf_printf(&got, "%s%d", i ? " " : "", out.ids[i]);
        line = str_trim(line);
        if (!str_equal(buf_str(&got), line))
            fail_msg("%s, text %zu: %s, wanted %.*s", name, n, buf_cstr(&got), STR_FMT(line));
        rest =
            end == SIZE_MAX ? (struct str){0} : str_slice(rest, end + strlen(SEPARATOR), rest.len);
        n++;
    }
    tokenizer_destroy(t);
    return n;
}

static void test_reference_vocabularies_give_the_reference_ids(void **state) {
    static const char *const names[] = {"deepseek-coder", "deepseek-llm", "gpt-2", "llama-spm",
                                        "starcoder"};
    if (access(VECTORS, R_OK) != 0)
        skip();
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(vector_file(names[i]) > 40);
}

/* ---- any vocabulary ---- */

static void test_merges_apply_lowest_rank_first_then_leftmost(void **state) {
    struct make g;
    struct tokenizer *t = small_vocabulary(&g, "gpt-2");
    ASSERT_IDS(t, "the", false, 257);
    ASSERT_IDS(t, " the", false, 264);
    ASSERT_IDS(t, "then", false, 257, 'n');
    ASSERT_IDS(t, "thing", false, 256, 261);
    tokenizer_destroy(t);
    make_release(&g);
}

static void test_control_tokens_never_come_from_data(void **state) {
    struct make g;
    struct tokenizer *t = small_vocabulary(&g, "qwen2");
    AUTO_TOKENS struct tokens out = {0};
    ASSERT_IDS(t, "a<|end|>", true, 'a', END);
    encode(t, STR("a<|end|><|endcall|>"), false, &out);
    assert_int_equal(out.n, strlen("a<|endcall|><|end|>")); /* no merge applies */
    for (size_t i = 0; i < out.n; i++)
        assert_true(tokenizer_type(t, out.ids[i]) == TOKEN_NORMAL);
    assert_round_trip(t, STR("a<|end|><|endcall|>"));
    tokenizer_destroy(t);
    make_release(&g);
}

static void test_special_tokens_are_cut_longest_first(void **state) {
    struct make g;
    struct tokenizer *t = small_vocabulary(&g, "qwen2");
    ASSERT_IDS(t, "<tool>x", false, TOOL, 'x'); /* user-defined: in data too */
    ASSERT_IDS(t, "<tool><tool><tool>", false, TOOLTOOL, TOOL);
    ASSERT_IDS(t, "<tool><|end|><tool>", true, TOOL, END, TOOL);
    tokenizer_destroy(t);
    make_release(&g);
}

static void test_every_byte_survives(void **state) {
    static const char *const splits[] = {
        "gpt-2",       "starcoder",      "llama-bpe", "qwen2",        "qwen35",
        "gpt-4o",      "tekken",         "kimi-k2",   "deepseek-llm", "deepseek-v3",
        "drover-mini", "deepseek-coder", "falcon",    "default"};
    uint64_t seed = 7;
    for (size_t i = 0; i < ARRAY_LEN(splits); i++) {
        struct make g;
        struct tokenizer *t = small_vocabulary(&g, splits[i]);
        for (int round = 0; round < 40; round++) {
            static const char *const bits[] = {
                "the",          " ",    "\n",           "\r\n",
                "\t",           "12",   "\xc3\xa4",     "\xe4\xbd\xa0",
                "\xe3\x80\x80", "'ll",  "\xf0\x9f\x9a", "\xff",
                "\xcc\x81",     "ABcD", "...",          "_"};
            AUTO_BUF struct buf b = BUF_INIT(1 << 16);
            for (int k = 0; k < 60; k++) {
                if (random_next(&seed) % 4 == 0)
                    buf_append_char(&b, (char)random_next(&seed));
                else
                    buf_append_c(&b, bits[random_next(&seed) % ARRAY_LEN(bits)]);
            }
            assert_round_trip(t, buf_str(&b));
        }
        tokenizer_destroy(t);
        make_release(&g);
    }
}

/* The definition, by brute force: symbols are strings, every step looks for the best pair. */
static size_t merge_slowly(const char *const *merges, size_t n_merges, struct str text,
                           struct str *out) {
    size_t n = text.len;
    for (size_t i = 0; i < n; i++)
        out[i] = str_slice(text, i, i + 1);
    for (;;) {
        size_t best = SIZE_MAX, rank = n_merges;
        for (size_t i = 0; i + 1 < n; i++) {
            for (size_t m = 0; m < rank; m++) {
                const char *space = strchr(merges[m], ' ');
                struct str left = {merges[m], (size_t)(space - merges[m])};
                if (str_equal(out[i], left) && str_equal_c(out[i + 1], space + 1)) {
                    best = i;
                    rank = m;
                }
            }
        }
        if (best == SIZE_MAX)
            return n;
        out[best].len += out[best + 1].len;
        n--;
        memmove(out + best + 1, out + best + 2, (n - best - 1) * sizeof *out);
    }
}

static void test_long_and_short_pieces_merge_as_defined(void **state) {
    static const char *const merges[] = {"a b",  "b a",   "ab ab", "a a",
                                         "aa b", "ba ba", "b b",   "abab a"};
    struct make g;
    struct err err = ERR_INIT;
    uint64_t seed = 3;
    vocab_make(&g, "gpt-2", merges, ARRAY_LEN(merges), NULL, 0, -1);
    struct tokenizer *t = vocab_open(&g, &err);
    assert_non_null(t);
    for (size_t len = 1; len < 200; len++) {
        AUTO_TOKENS struct tokens out = {0};
        char text[200];
        struct str symbol[200];
        for (size_t i = 0; i < len; i++)
            text[i] = "aab"[random_next(&seed) % 3];
        size_t n = merge_slowly(merges, ARRAY_LEN(merges), (struct str){text, len}, symbol);
        encode(t, (struct str){text, len}, false, &out);
        assert_int_equal(out.n, n);
        for (size_t i = 0; i < n; i++)
            assert_true(str_equal(tokenizer_bytes(t, out.ids[i]), symbol[i]));
    }
    tokenizer_destroy(t);
    make_release(&g);
}

/* With and without the cache of pieces. */
static void test_long_texts_are_the_sum_of_their_lines(void **state) {
    struct make g;
    struct tokenizer *t = small_vocabulary(&g, "drover-mini");
    AUTO_BUF struct buf b = BUF_INIT(1 << 20);
    AUTO_TOKENS struct tokens line = {0}, all = {0};
    encode(t, STR("the thing;\n"), false, &line);
    for (int i = 0; i < 500; i++)
        buf_append_c(&b, "the thing;\n");
    encode(t, buf_str(&b), false, &all);
    assert_int_equal(all.n, 500 * line.n);
    for (size_t i = 0; i < all.n; i++)
        assert_int_equal(all.ids[i], line.ids[i % line.n]);
    tokenizer_destroy(t);
    make_release(&g);
}

static double seconds_of(const struct tokenizer *t, char c, size_t n) {
    AUTO_FREE char *text = xmalloc(n);
    AUTO_TOKENS struct tokens out = {0};
    memset(text, c, n);
    text[n - 1] = 'x';
    int64_t start = clock_mono_ns();
    encode(t, (struct str){text, n}, true, &out);
    return (double)(clock_mono_ns() - start) / 1e9;
}

static void test_a_megabyte_in_one_piece_is_not_quadratic(void **state) {
    static const char *const splits[] = {"gpt-2", "deepseek-llm", "deepseek-v3", "qwen2"};
    for (size_t i = 0; i < ARRAY_LEN(splits); i++) {
        struct make g;
        struct tokenizer *t = small_vocabulary(&g, splits[i]);
        for (const char *c = "a <."; *c; c++) /* a quadratic loop would take hours */
            assert_true(seconds_of(t, *c, 1 << 20) < 60);
        tokenizer_destroy(t);
        make_release(&g);
    }
}

static size_t count_of(const char *pre, const char *text) {
    struct make g;
    struct tokenizer *t = small_vocabulary(&g, pre);
    AUTO_TOKENS struct tokens out = {0};
    encode(t, str_from(text), false, &out);
    tokenizer_destroy(t);
    make_release(&g);
    return out.n;
}

static void test_pre_tokenizers_keep_merges_inside_their_pieces(void **state) {
    /* " the" is one piece with gpt-2; drover-mini never merges letters with spaces */
    assert_int_equal(count_of("gpt-2", " the"), 1);
    assert_int_equal(count_of("drover-mini", " the"), 2);
    /* "_" splits for drover-mini only */
    assert_int_equal(count_of("drover-mini", "the_the"), 3);
    /* qwen2 takes digits one by one and no letters with them */
    assert_int_equal(count_of("qwen2", "the1the"), 3);
}

static void test_end_tokens_are_known(void **state) {
    struct make g;
    struct tokenizer *t = small_vocabulary(&g, "qwen2");
    assert_true(tokenizer_is_end(t, END));
    assert_false(tokenizer_is_end(t, ENDCALL));
    assert_false(tokenizer_is_end(t, 'a'));
    assert_false(tokenizer_is_end(t, -1));
    assert_false(tokenizer_is_end(t, 1 << 30));
    assert_int_equal(tokenizer_bos(t), -1);
    tokenizer_destroy(t);
    make_release(&g);
}

/* ---- SPM ---- */

/* last: one more token, of the lowest score, or NULL. */
static struct tokenizer *spm_vocabulary(struct make *g, float score_of_ab, const char *last) {
    const char *tokens[] = {"<unk>",
                            "<s>",
                            "</s>",
                            "\xe2\x96\x81",
                            "a",
                            "b",
                            "c",
                            "ab",
                            "bc",
                            "\xe2\x96\x81"
                            "a",
                            "\xe2\x96\x81\xe2\x96\x81",
                            last};
    static const int types[] = {2, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const float scores[] = {0, 0, 0, -9, -9, -9, -9, score_of_ab, -2, -3, -4, -99};
    size_t n = ARRAY_LEN(tokens) - !last;
    struct err err = ERR_INIT;
    make_init(g);
    make_key_str(g, "general.architecture", "llama");
    make_key_str(g, "tokenizer.ggml.model", "llama");
    vocab_strings(g, "tokenizer.ggml.tokens", tokens, n);
    vocab_types(g, types, n);
    make_key(g, "tokenizer.ggml.scores", GGUF_ARRAY);
    make_u32(&g->keys, GGUF_F32);
    make_u64(&g->keys, n);
    make_raw(&g->keys, scores, n * sizeof *scores);
    struct tokenizer *t = vocab_open(g, &err);
    if (!t)
        fail_msg("%s", err.msg);
    return t;
}

/* A token with a space inside, even one that nothing can merge to, turns the splitting off. */
static void test_spm_word_by_word_is_the_same_as_all_at_once(void **state) {
    struct make g, h;
    struct tokenizer *words = spm_vocabulary(&g, -1, NULL);
    struct tokenizer *whole = spm_vocabulary(&h, -1,
                                             "zz\xe2\x96\x81"
                                             "zz");
    uint64_t seed = 5;
    for (size_t len = 0; len < 3000; len += 1 + len / 8) {
        AUTO_FREE char *text = xmalloc(len + 1);
        AUTO_TOKENS struct tokens a = {0}, b = {0};
        for (size_t i = 0; i < len; i++)
            text[i] = "aabbc   \nz"[random_next(&seed) % 10];
        encode(words, (struct str){text, len}, false, &a);
        encode(whole, (struct str){text, len}, false, &b);
        assert_int_equal(a.n, b.n);
        if (a.n)
            assert_memory_equal(a.ids, b.ids, a.n * sizeof *a.ids);
    }
    tokenizer_destroy(words);
    tokenizer_destroy(whole);
    make_release(&g);
    make_release(&h);
}

static void test_spm_merges_by_score_and_writes_unknown_text(void **state) {
    struct make g;
    struct tokenizer *t = spm_vocabulary(&g, -1, NULL);
    ASSERT_IDS(t, "abc", false, 3, 7, 6); /* "ab" beats "bc" and the space's "a" */
    ASSERT_IDS(t, "<s>a", true, 1, 9);
    ASSERT_IDS(t, "x", false, 3, 0);
    tokenizer_destroy(t);
    make_release(&g);
    t = spm_vocabulary(&g, -5, NULL);
    ASSERT_IDS(t, "abc", false, 9, 8); /* now "bc", then the space's "a" */
    assert_true(str_equal_c(tokenizer_bytes(t, 9), " a"));
    tokenizer_destroy(t);
    make_release(&g);
}

/* ---- hostile vocabularies ---- */

static void assert_refused(struct make *g, const char *reason) {
    struct err err = ERR_INIT;
    struct tokenizer *t = vocab_open(g, &err);
    assert_null(t);
    assert_int_equal(err.code, ERR_MODEL);
    if (!strstr(err.msg, reason))
        fail_msg("'%s' has no '%s'", err.msg, reason);
    make_release(g);
}

static void test_vocabularies_that_lie_are_refused(void **state) {
    static const char *const no_space[] = {"a b", "ab"};
    static const struct vocab_special end[] = {{"<|end|>", TOKEN_CONTROL}};
    static char long_name[2000];
    const char *one[] = {"a"};
    const int types[] = {1, 1}, absurd[] = {77};
    struct make g;

    vocab_make(&g, "no-such-split", NULL, 0, NULL, 0, -1);
    assert_refused(&g, "pre-tokenizer 'no-such-split'");
    vocab_make(&g, "gpt-2", NULL, 0, end, 1, 4096);
    assert_refused(&g, "4096");
    vocab_make(&g, "gpt-2", no_space, 1, NULL, 0, -1);
    make_release(&g);

    make_init(&g);
    make_key_str(&g, "general.architecture", "llama");
    make_key_str(&g, "tokenizer.ggml.model", "bert");
    assert_refused(&g, "'bert'");
    make_init(&g);
    make_key_str(&g, "general.architecture", "llama");
    assert_refused(&g, "no tokenizer");
    make_init(&g);
    make_key_str(&g, "tokenizer.ggml.model", "gpt2");
    vocab_strings(&g, "tokenizer.ggml.tokens", one, 1);
    vocab_types(&g, types, 2);
    assert_refused(&g, "2 token types");
    make_init(&g);
    make_key_str(&g, "tokenizer.ggml.model", "gpt2");
    vocab_strings(&g, "tokenizer.ggml.tokens", one, 1);
    vocab_types(&g, absurd, 1);
    assert_refused(&g, "type 77");
    make_init(&g);
    make_key_str(&g, "tokenizer.ggml.model", "gpt2");
    vocab_strings(&g, "tokenizer.ggml.tokens", one, 1);
    vocab_strings(&g, "tokenizer.ggml.merges", no_space, 2);
    assert_refused(&g, "merge 1");
    make_init(&g);
    make_key_str(&g, "tokenizer.ggml.model", "llama");
    vocab_strings(&g, "tokenizer.ggml.tokens", one, 1);
    assert_refused(&g, "scores");
    make_init(&g);
    make_key_str(&g, "tokenizer.ggml.model", "gpt2");
    memset(long_name, '<', sizeof long_name - 1);
    one[0] = long_name;
    vocab_strings(&g, "tokenizer.ggml.tokens", one, 1);
    vocab_types(&g, (const int[]){3}, 1);
    assert_refused(&g, "special token");
    make_init(&g);
    make_key_str(&g, "tokenizer.ggml.model", "gpt2");
    make_key_u32(&g, "tokenizer.ggml.tokens", 5);
    assert_refused(&g, "0 tokens");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_vocabularies_give_the_reference_ids),
        cmocka_unit_test(test_merges_apply_lowest_rank_first_then_leftmost),
        cmocka_unit_test(test_control_tokens_never_come_from_data),
        cmocka_unit_test(test_special_tokens_are_cut_longest_first),
        cmocka_unit_test(test_every_byte_survives),
        cmocka_unit_test(test_long_and_short_pieces_merge_as_defined),
        cmocka_unit_test(test_long_texts_are_the_sum_of_their_lines),
        cmocka_unit_test(test_a_megabyte_in_one_piece_is_not_quadratic),
        cmocka_unit_test(test_pre_tokenizers_keep_merges_inside_their_pieces),
        cmocka_unit_test(test_end_tokens_are_known),
        cmocka_unit_test(test_spm_word_by_word_is_the_same_as_all_at_once),
        cmocka_unit_test(test_spm_merges_by_score_and_writes_unknown_text),
        cmocka_unit_test(test_vocabularies_that_lie_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
