/* The grammar: every walk through its masks ends in calls that parse, satisfy their schema and keep
 * their bindings; masks are exact; schemas outside the subset are refused by name.
 * DROVER_WALKS=N sets the number of random walks (20,000). */
#include "grammar_world.h"
#include "runtime/base/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <pthread.h>

static struct world world;
static struct world_walk walk;

static cJSON *parse(const char *text) {
    cJSON *out;
    struct err err = ERR_INIT;
    if (!json_parse(&out, str_from(text), "test", &err)) {
        fail_msg("%s", err.msg);
    }
    return out;
}

static struct grammar *compile(enum family family, const char *tools) {
    AUTO_JSON cJSON *json = parse(tools);
    struct grammar_format format = world_format(family);
    struct grammar *g;
    struct err err = ERR_INIT;
    if (!grammar_compile(&g, world.vocab, &format, json, &err)) {
        fail_msg("%s", err.msg);
    }
    return g;
}

static void refuse(const char *parameters, const char *message) {
    AUTO_FREE char *tools = xasprintf("[{\"name\":\"T\",\"parameters\":%s}]", parameters);
    AUTO_JSON cJSON *json = parse(tools);
    struct grammar_format format = world_format(FAMILY_DROVER);
    struct grammar *g = NULL;
    struct err err = ERR_INIT;
    if (grammar_compile(&g, world.vocab, &format, json, &err)) {
        fail_msg("compiled: %s", parameters);
    }
    assert_int_equal(err.code, ERR_INPUT);
    if (strstr(err.msg, message) == NULL) {
        fail_msg("'%s' does not say '%s'", err.msg, message);
    }
    assert_null(g);
}

static bool say(struct grammar_state *s, const char *text) {
    for (; *text; text++) {
        if (!grammar_state_accept(s, W_CONTROLS + (unsigned char)*text)) {
            return false;
        }
    }
    return true;
}

/* Accepts text after the call's marker in the drover framing, then "}" and the end of the call. */
static bool is_call(struct grammar *g, struct bindings *b, const char *name,
                    const char *arguments) {
    struct grammar_state *s = grammar_state_create(g, b);
    bool ok = grammar_state_accept(s, W_CALL) && say(s, "{\"name\":\"") && say(s, name) &&
              say(s, "\",\"arguments\":") && say(s, arguments) && say(s, "}") &&
              grammar_state_accept(s, W_ENDCALL);
    grammar_state_destroy(s);
    return ok;
}

/* ---- random walks ---- */

static int walks(void) {
    const char *n = getenv("DROVER_WALKS");
    int64_t out = 20000;
    return n && str_to_i64(str_from(n), 1, 10000000, &out) ? (int)out : (int)out;
}

static void walk_family(enum family family, int rounds, bool bound) {
    AUTO_JSON cJSON *tools = parse(world_tools);
    struct grammar *g = compile(family, world_tools);
    struct grammar_format format = world_format(family);
    struct bindings *b = bound ? world_bindings() : NULL;
    size_t calls = 0, tokens = 0, forced = 0, cut = 0;
    for (int i = 0; i < rounds; i++) {
        struct grammar_state *s = grammar_state_create(g, b);
        struct world_turn turn;
        char why[300] = "";
        world_walk(&world, s, &walk, bound ? 20000 : 3000, true);
        bool in_call = grammar_state_in_call(s);
        grammar_state_destroy(s);
        assert_false(walk.refused);
        world_read(&turn, &format, walk.symbols, walk.n_symbols);
        bool cut_short = walk.n >= (bound ? 20000u : 3000u);
        if (turn.broken && !cut_short) {
            fail_msg("family %d walk %d does not read back: %s", family, i, turn.why);
        }
        assert_true(in_call ? cut_short : true);
        for (size_t k = 0; k < turn.n; k++) {
            if (!world_check(tools, &turn.calls[k], bound, why, sizeof(why))) {
                AUTO_FREE char *json = json_print(turn.calls[k].arguments);
                fail_msg("family %d walk %d call %s %s: %s", family, i, turn.calls[k].name, json,
                         why);
            }
        }
        calls += turn.n;
        tokens += walk.n;
        forced += walk.forced;
        cut += cut_short;
        world_turn_release(&turn);
    }
    print_message("family %d, %s: %d walks, %zu calls, %zu tokens (%zu forced), %zu cut short\n",
                  family, bound ? "bound" : "free", rounds, calls, tokens, forced, cut);
    assert_true(calls > (size_t)rounds / 2);
    if (bound) {
        assert_int_equal(cut, 0);
    }
    bindings_unref(b);
    grammar_destroy(g);
}

static void test_every_walk_ends_in_calls_that_parse_and_fit(void **state) {
    for (enum family f = FAMILY_DROVER; f < FAMILY_RAW; f++) {
        walk_family(f, walks() / FAMILY_RAW, true);
    }
}

/* Strings that are not bounded by anything may be cut by the budget; what was closed is valid. */
static void test_walks_without_bindings_fit_too(void **state) {
    walk_family(FAMILY_DROVER, walks() / 200, false);
    walk_family(FAMILY_HERMES, walks() / 200, false);
}

/* ---- masks ---- */

static struct grammar_state *replay(struct grammar *g, struct bindings *b, size_t n) {
    struct grammar_state *s = grammar_state_create(g, b);
    for (size_t i = 0; i < n; i++) {
        assert_true(grammar_state_accept(s, walk.tokens[i]));
    }
    return s;
}

/* Token by token, what the mask says is what accept says; and one set token is followed up. */
static void check_mask(struct grammar *g, struct bindings *b, size_t n) {
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    struct grammar_state *s = replay(g, b, n);
    memset(bits, 0xff, sizeof(bits));
    (void)grammar_state_mask(s, bits);
    for (int32_t t = 0; t < world.n; t++) {
        bool ok = grammar_state_accept(s, t);
        if (ok != mask_get(bits, t)) {
            fail_msg("token %d '%.*s' after %zu: mask says %d", t, STR_FMT(world.text[t]), n, !ok);
        }
        if (ok) {
            grammar_state_destroy(s);
            s = replay(g, b, n);
        }
    }
    grammar_state_destroy(s);
}

/* One grammar, turns with different bindings in turn: a cached mask must not leak between them. */
static void test_masks_are_exactly_what_is_accepted(void **state) {
    struct bindings *all[] = {world_bindings(), world_bindings_other(), NULL};
    for (enum family f = FAMILY_DROVER; f < FAMILIES; f++) {
        struct grammar *g = compile(f, world_tools);
        for (int round = 0; round < 60; round++) {
            struct bindings *b = all[round % 3];
            struct grammar_state *s = grammar_state_create(g, b);
            world_walk(&world, s, &walk, 60, round % 4 > 0);
            grammar_state_destroy(s);
            for (size_t n = world_random(&world, 3); n < walk.n;
                 n += 1 + world_random(&world, 12)) {
                check_mask(g, b, n);
            }
        }
        grammar_destroy(g);
    }
    bindings_unref(all[0]);
    bindings_unref(all[1]);
}

/* The same, at one place after another of a call that names a path, a file, a text and its
 * replacement. */
static void test_masks_of_bound_arguments_are_exact_at_every_byte(void **state) {
    static const char call[] =
        "{\"name\":\"Edit\",\"arguments\":{\"file_path\":\"src/max.c\",\"old_"
        "string\":\"a < b\",\"new_string\":\"a < b;\"}}";
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct bindings *b = world_bindings(), *other = world_bindings_other();
    struct grammar_state *s = grammar_state_create(g, NULL);
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    walk.n = 0;
    walk.tokens[walk.n++] = W_CALL;
    for (const char *c = call; *c; c++) {
        walk.tokens[walk.n++] = W_CONTROLS + (unsigned char)*c;
    }
    for (size_t n = 0; n < walk.n; n++) { /* warm with masks that know no bindings */
        assert_true(grammar_state_accept(s, walk.tokens[n]));
        (void)grammar_state_mask(s, bits);
    }
    grammar_state_destroy(s);
    for (size_t n = 0; n < walk.n; n++) {
        check_mask(g, b, n);
        check_mask(g, NULL, n);
        if (n <= strlen("c{\"name\":\"")) {
            check_mask(g, other, n);
        }
    }
    bindings_unref(b);
    bindings_unref(other);
    grammar_destroy(g);
}

static void test_masks_are_the_same_with_a_cold_and_a_warm_cache(void **state) {
    struct bindings *b = world_bindings();
    struct grammar *warm = compile(FAMILY_DROVER, world_tools);
    uint32_t x[WORLD_TOKENS_MAX / 32 + 1] = {0}, y[WORLD_TOKENS_MAX / 32 + 1] = {0};
    for (int round = 0; round < 300; round++) {
        struct grammar_state *s = grammar_state_create(warm, b);
        world_walk(&world, s, &walk, 120, true);
        grammar_state_destroy(s);
        struct grammar *cold = compile(FAMILY_DROVER, world_tools);
        size_t n = world_random(&world, (uint32_t)walk.n);
        struct grammar_state *sx = replay(warm, b, n), *sy = replay(cold, b, n);
        enum grammar_verdict vx = grammar_state_mask(sx, x), vy = grammar_state_mask(sy, y);
        assert_int_equal(vx, vy);
        assert_memory_equal(x, y, vocab_mask_words(world.vocab) * 4);
        grammar_state_destroy(sx);
        grammar_state_destroy(sy);
        grammar_destroy(cold);
    }
    grammar_destroy(warm);
    bindings_unref(b);
}

struct walker {
    struct world world;
    struct world_walk walk;
    const struct grammar *g;
    struct bindings *b;
    uint64_t hash;
};

static void *walk_thread(void *arg) {
    struct walker *w = arg;
    for (int i = 0; i < 60; i++) {
        struct grammar_state *s = grammar_state_create(w->g, w->b);
        w->world.seed = (uint64_t)i;
        world_walk(&w->world, s, &w->walk, 500, true);
        grammar_state_destroy(s);
        w->hash = w->hash * 31 + str_hash((struct str){(const char *)w->walk.tokens,
                                                       w->walk.n * sizeof(w->walk.tokens[0])});
        w->hash += w->walk.refused;
    }
    return NULL;
}

/* One grammar and one set of bindings, used by several threads at once (TSan watches this one). */
static void test_threads_share_a_grammar(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct bindings *b = world_bindings();
    struct walker *w = xcalloc(4, sizeof(*w));
    pthread_t thread[4];
    for (int i = 0; i < 4; i++) {
        w[i].world = world;
        w[i].g = g;
        w[i].b = b;
        assert_int_equal(pthread_create(&thread[i], NULL, walk_thread, &w[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_true(w[i].hash == w[0].hash);
    }
    free(w);
    bindings_unref(b);
    grammar_destroy(g);
}

/* ---- promises one by one ---- */

static void test_a_refused_token_changes_nothing(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct grammar_state *s = grammar_state_create(g, NULL);
    assert_true(grammar_state_accept(s, W_CALL));
    assert_true(say(s, "{\"name\":\"Op"));
    assert_false(grammar_state_accept(s, W_ENDCALL));
    assert_false(grammar_state_accept(s, W_END));
    assert_false(say(s, "x"));
    AUTO_BUF struct buf bytes = BUF_INIT(100);
    assert_int_equal(grammar_state_forced(s, &bytes), strlen("t\",\"arguments\":{"));
    assert_string_equal(buf_cstr(&bytes), "t\",\"arguments\":{");
    assert_true(say(s, "t\",\"arguments\":{"));
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static void test_free_text_is_free_and_the_turn_must_end_after_the_section(void **state) {
    struct grammar *g = compile(FAMILY_DEEPSEEK, "[{\"name\":\"Empty\"}]");
    struct grammar_state *s = grammar_state_create(g, NULL);
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED); /* stray framing only */
    assert_false(mask_get(bits, W_CALL));
    assert_false(mask_get(bits, W_ENDCALL));
    assert_true(mask_get(bits, W_SECTION));
    assert_true(mask_get(bits, W_END));
    assert_true(mask_get(bits, W_BEGIN));
    assert_true(say(s, "some text {\"name\":"));
    assert_false(grammar_state_in_call(s));
    assert_true(grammar_state_accept(s, W_SECTION));
    assert_true(grammar_state_in_call(s));
    assert_int_equal(grammar_state_forced_token(s), W_CALL);
    assert_true(grammar_state_accept(s, W_CALL));
    assert_true(say(s, "Empty"));
    assert_int_equal(grammar_state_forced_token(s), W_SEP);
    assert_true(grammar_state_accept(s, W_SEP));
    assert_true(say(s, "{}"));
    assert_true(grammar_state_accept(s, W_ENDCALL));
    assert_false(grammar_state_in_call(s));
    assert_int_equal(grammar_state_calls(s), 1);
    assert_false(grammar_state_turn_must_end(s)); /* another call may follow */
    assert_false(say(s, "x"));
    assert_true(grammar_state_accept(s, W_SECTION_END));
    assert_true(grammar_state_turn_must_end(s));
    assert_int_equal(grammar_state_forced_token(s), W_END);
    assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
    assert_true(mask_get(bits, W_END2));
    assert_false(mask_get(bits, W_SECTION));
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static void test_the_control_trigger_alone_leaves_text_unmasked(void **state) {
    struct grammar_format format = world_format(FAMILY_DROVER);
    AUTO_JSON cJSON *tools = parse("[{\"name\":\"Empty\"}]");
    struct grammar *g;
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    format.n_framing = 0;
    assert_true(grammar_compile(&g, world.vocab, &format, tools, NULL));
    struct grammar_state *s = grammar_state_create(g, NULL);
    assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_FREE);
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static int32_t token_of(const char *text) {
    for (int32_t t = W_CONTROLS; t < world.n; t++) {
        if (str_equal_c(world.text[t], text)) {
            return t;
        }
    }
    fail_msg("no token '%s'", text);
    return -1;
}

static void test_a_token_past_a_text_marker_must_go_on_as_a_call(void **state) {
    struct grammar *g = compile(FAMILY_HERMES, world_tools);
    struct grammar_state *s = grammar_state_create(g, NULL);
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    assert_true(say(s, "well <tool_ca"));
    assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
    assert_true(mask_get(bits, token_of("ll>\n{\"na")));
    assert_false(mask_get(bits, token_of("ll>\n{\"nope")));
    assert_false(mask_get(bits, token_of("ll>x")));
    assert_true(mask_get(bits, token_of("abc")));
    assert_true(say(s, "k")); /* not the marker after all */
    assert_true(say(s, " <tool_ca"));
    assert_true(grammar_state_accept(s, token_of("ll>\n{\"na")));
    assert_true(grammar_state_in_call(s));
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static void test_without_a_callable_tool_no_call_begins(void **state) {
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    for (enum family f = FAMILY_DROVER; f < FAMILIES; f++) {
        struct grammar *g = compile(f, "[]");
        struct grammar_state *s = grammar_state_create(g, NULL);
        assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
        if (g->trigger.kind == PIECE_TOKEN) {
            assert_false(mask_get(bits, g->trigger.token));
        } else {
            AUTO_FREE char *begin = str_dup(str_slice(g->trigger.text, 0, g->trigger.text.len - 1));
            unsigned char last = (unsigned char)g->trigger.text.ptr[g->trigger.text.len - 1];
            assert_true(say(s, begin));
            assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
            assert_false(mask_get(bits, W_CONTROLS + last));
        }
        assert_true(mask_get(bits, W_END));
        grammar_state_destroy(s);
        grammar_destroy(g);
    }
}

static void test_a_tool_with_an_unsatisfiable_binding_cannot_be_named(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct str path = STR("x");
    struct bindings *none = bindings_create(NULL, 0, true, NULL, 0);
    struct bindings *open = bindings_create(&path, 0, false, NULL, 0);
    struct bindings_file empty = {STR("e"), STR("")};
    struct bindings *unread = bindings_create(&path, 1, true, &empty, 1);
    assert_true(is_call(g, NULL, "Edit",
                        "{\"file_path\":\"q\",\"old_string\":\"a\",\"new_string\":\"b\"}"));
    assert_false(is_call(g, none, "Edit",
                         "{\"file_path\":\"q\",\"old_string\":\"a\",\"new_string\":\"b\"}"));
    assert_false(is_call(g, none, "Read", "{\"file_path\":\"x\"}"));
    assert_true(is_call(g, open, "Read", "{\"file_path\":\"anything\"}"));
    assert_true(is_call(g, unread, "Read", "{\"file_path\":\"x\"}"));
    assert_false(is_call(g, unread, "Read", "{\"file_path\":\"y\"}"));
    assert_false(is_call(g, unread, "Edit",
                         "{\"file_path\":\"e\",\"old_string\":\"a\",\"new_string\":\"b\"}"));
    bindings_unref(none);
    bindings_unref(open);
    bindings_unref(unread);
    grammar_destroy(g);
}

#define EDIT(path, old, new, more)                                                                 \
    "{\"file_path\":\"" path "\",\"old_string\":\"" old "\",\"new_string\":\"" new "\"" more "}"

static void test_old_string_is_text_that_occurs_once_or_all_is_replaced(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct bindings *b = world_bindings();
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "a > b", "")));
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "{\\n\\treturn a <", "x", "")));
    assert_false(is_call(g, b, "Edit", EDIT("src/max.c", "nowhere", "x", "")));
    assert_false(is_call(g, b, "Edit", EDIT("src/max.c", "", "x", "")));
    assert_false(is_call(g, b, "Edit", EDIT("src/max.c", "return a", "x", "")));
    assert_false(
        is_call(g, b, "Edit", EDIT("src/max.c", "return a", "x", ",\"replace_all\":false")));
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "return a", "x", ",\"replace_all\":true")));
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "x", ",\"replace_all\":false")));
    assert_false(is_call(g, b, "EditOne", EDIT("src/max.c", "return a", "x", "")));
    assert_true(is_call(g, b, "EditOne", EDIT("src/max.c", "return a;", "x", "")));
    assert_true(is_call(g, b, "EditFirst",
                        "{\"replace_all\":true,\"file_path\":\"src/max.c\",\"old_string\":\"int\","
                        "\"new_string\":\"x\"}"));
    assert_false(
        is_call(g, b, "EditFirst",
                "{\"replace_all\":false,\"file_path\":\"src/max.c\",\"old_string\":\"int\","
                "\"new_string\":\"x\"}"));
    assert_false(is_call(g, b, "EditFirst", EDIT("src/max.c", "int", "x", "")));
    assert_false(is_call(g, b, "Edit", EDIT("never", "z", "x", "")));
    bindings_unref(b);
    grammar_destroy(g);
}

static void test_new_string_differs_however_it_is_spelled(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct bindings *b = world_bindings();
    assert_false(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "a < b", "")));
    assert_false(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "a \\u003c b", "")));
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "a <", "")));
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "", "")));
    assert_true(is_call(g, b, "Edit", EDIT("src/max.c", "a < b", "a < b;", "")));
    assert_false(is_call(g, b, "Edit", EDIT("b\\t.txt", "\xc3\xa8", "\\u00e8", "")));
    assert_true(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\xc3\xa8", "e", "")));
    /* one character allowed and it must not be that one */
    assert_false(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\xc3\xa8", "\xc3\xa8", "")));
    assert_true(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\xc3\xa8", "\xc3\xa9", "")));
    bindings_unref(b);
    grammar_destroy(g);
}

static void test_bound_text_is_escaped_and_ends_between_characters(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct bindings *b = world_bindings();
    assert_true(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\\\"\\\\n\\\";", "x", "")));
    assert_true(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\\u0001\\u001f", "x", "")));
    assert_false(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\\u0002", "x", "")));
    assert_false(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\\u0000", "x", "")));
    assert_true(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\xf0\x9f\x98\x80", "x", "")));
    assert_false(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\xf0\x9f\x98", "x", "")));
    assert_false(is_call(g, b, "EditOne", EDIT("b\\t.txt", "\xa8", "x", "")));
    assert_true(is_call(g, b, "EditOne", EDIT("c.bin", "bc", "x", "")));
    assert_false(is_call(g, b, "EditOne", EDIT("c.bin", "ab", "x", "")));
    assert_true(is_call(g, b, "Read", "{\"file_path\":\"a\\\"b\\\\c\"}"));
    bindings_unref(b);
    grammar_destroy(g);
}

static void test_strings_hold_what_json_readers_accept(void **state) {
    struct grammar *g = compile(
        FAMILY_DROVER, "[{\"name\":\"T\",\"parameters\":{\"type\":\"object\",\"properties\":{"
                       "\"s\":{\"type\":\"string\"}},\"required\":[\"s\"]}}]");
    static const char *const good[] = {
        "",        "a b",  "\\u0041\\n\\/\\\"", "\\ud83d\\ude00", "\xc3\xa9", "\xf4\x8f\xbf\xbf",
        "\\uffff", "\x7f", "<tool_call>"};
    static const char *const bad[] = {"\\u0000", "\\ud83d", "\\ude00",  "\\ud83d\\u0041",
                                      "\n",      "\x01",    "\xc0\x80", "\xed\xa0\x80",
                                      "\xf5",    "\xff",    "\\x",      "\\u12g4",
                                      "\x80",    "\xe2\x82"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        AUTO_FREE char *a = xasprintf("{\"s\":\"%s\"}", good[i]);
        assert_true(is_call(g, NULL, "T", a));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_FREE char *a = xasprintf("{\"s\":\"%s\"}", bad[i]);
        assert_false(is_call(g, NULL, "T", a));
    }
    struct grammar_state *s = grammar_state_create(g, NULL);
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    assert_true(grammar_state_accept(s, W_CALL) &&
                say(s, "{\"name\":\"T\",\"arguments\":{\"s\":\"x"));
    assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
    for (int32_t t = 0; t < W_CONTROLS; t++) {
        assert_false(mask_get(bits, t));
    }
    assert_true(mask_get(bits, token_of("x\"}}")));
    assert_false(mask_get(bits, token_of("x\",")));
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static void test_numbers_stay_in_their_range(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct grammar *wide = compile(
        FAMILY_DROVER, "[{\"name\":\"T\",\"parameters\":{\"type\":\"object\",\"properties\":{"
                       "\"i\":{\"type\":\"integer\"}}}}]");
    static const char *const good[] = {"1", "9", "120", "99", "12"};
    static const char *const bad[] = {"0", "121", "-1", "01", "1.0", "1e1", "1000", "", "999"};
    struct bindings *b = NULL;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        AUTO_FREE char *a = xasprintf("{\"file_path\":\"f\",\"offset\":%s}", good[i]);
        assert_true(is_call(g, b, "Read", a));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_FREE char *a = xasprintf("{\"file_path\":\"f\",\"offset\":%s}", bad[i]);
        assert_false(is_call(g, b, "Read", a));
    }
    assert_true(is_call(g, b, "Read", "{\"file_path\":\"f\",\"limit\":-7}"));
    assert_true(is_call(g, b, "Read", "{\"file_path\":\"f\",\"limit\":0}"));
    assert_false(is_call(g, b, "Read", "{\"file_path\":\"f\",\"limit\":-0}"));
    assert_false(is_call(g, b, "Read", "{\"file_path\":\"f\",\"limit\":-8}"));
    assert_true(is_call(g, b, "ReadAll", "{\"depth\":-1.5,\"free\":-12.5e-7,\"far\":1000.25}"));
    assert_true(is_call(g, b, "ReadAll", "{\"depth\":2.25}"));
    assert_false(is_call(g, b, "ReadAll", "{\"depth\":2.250001}"));
    assert_false(is_call(g, b, "ReadAll", "{\"depth\":-1.6}"));
    assert_false(is_call(g, b, "ReadAll", "{\"far\":1000.2}"));
    assert_false(is_call(g, b, "ReadAll", "{\"free\":1e100}"));
    assert_true(is_call(wide, b, "T", "{\"i\":9007199254740992}"));
    assert_false(is_call(wide, b, "T", "{\"i\":9007199254740993}"));
    assert_true(is_call(wide, b, "T", "{\"i\":-9007199254740992}"));
    grammar_destroy(wide);
    grammar_destroy(g);
}

static void test_objects_keep_order_and_required(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    assert_true(is_call(g, NULL, "Opt", "{}"));
    assert_true(is_call(g, NULL, "Opt", "{\"a\":\"xy\",\"f\":\"abc\"}"));
    assert_false(is_call(g, NULL, "Opt", "{\"f\":\"abc\",\"a\":\"xy\"}"));
    assert_false(is_call(g, NULL, "Opt", "{\"a\":\"xy\",\"a\":\"xy\"}"));
    assert_false(is_call(g, NULL, "Opt", "{\"z\":1}"));
    assert_false(is_call(g, NULL, "Opt", "{\"a\":\"x\"}"));
    assert_false(is_call(g, NULL, "Opt", "{\"a\":\"abcde\"}"));
    assert_false(is_call(g, NULL, "Read", "{\"offset\":3}"));
    assert_true(is_call(g, NULL, "Opt", "{\"b\":{\"x\":5}}"));
    assert_true(is_call(g, NULL, "Opt", "{\"b\":{\"xy\":true,\"y\":null}}"));
    assert_false(is_call(g, NULL, "Opt", "{\"b\":{\"x\":5,\"y\":null}}"));
    assert_true(is_call(g, NULL, "Opt", "{\"b\":\"abcdef\"}"));
    assert_false(is_call(g, NULL, "Opt", "{\"b\":\"abc\"}"));
    assert_true(
        is_call(g, NULL, "Opt", "{\"c\":[[true],[false,true]],\"d\":[\"\",\"\"],\"e\":{}}"));
    assert_false(is_call(g, NULL, "Opt", "{\"c\":[[]]}"));
    assert_false(is_call(g, NULL, "Opt", "{\"d\":[\"\"]}"));
    assert_true(is_call(g, NULL, "ReadAll", "{\"mode\":10,\"one\":\"only\"}"));
    assert_true(is_call(g, NULL, "ReadAll", "{\"mode\":{\"k\":{\"l\":2}}}"));
    assert_false(is_call(g, NULL, "ReadAll", "{\"mode\":1000}"));
    grammar_destroy(g);
}

static void test_calls_of_a_turn_are_counted_and_limited(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, "[{\"name\":\"Empty\"}]");
    struct grammar_state *s = grammar_state_create(g, NULL);
    for (int i = 0; i < CALLS_PER_TURN_MAX; i++) {
        assert_true(grammar_state_accept(s, W_CALL));
        assert_true(say(s, "{\"name\":\"Empty\",\"arguments\":{}}"));
        assert_true(grammar_state_accept(s, W_ENDCALL));
        assert_int_equal(grammar_state_calls(s), i + 1);
        uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
        assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
        assert_int_equal(mask_get(bits, W_CALL), i + 1 < CALLS_PER_TURN_MAX);
        assert_true(mask_get(bits, W_END));
    }
    assert_false(grammar_state_accept(s, W_CALL));
    assert_true(grammar_state_turn_must_end(s));
    assert_int_equal(grammar_state_forced_token(s), W_END);
    grammar_state_destroy(s);
    grammar_destroy(g);
}

/* Where calls follow each other as text, the last one's mask must not come from the cache of
 * others. */
static void test_the_last_call_is_not_followed_by_text(void **state) {
    struct grammar *g = compile(FAMILY_HERMES, "[{\"name\":\"Empty\"}]");
    struct grammar_state *s = grammar_state_create(g, NULL);
    uint32_t bits[WORLD_TOKENS_MAX / 32 + 1];
    for (int i = 0; i < CALLS_PER_TURN_MAX; i++) {
        assert_true(say(s, i > 0 ? "\n<tool_call>" : "<tool_call>"));
        assert_true(say(s, "\n{\"name\": \"Empty\", \"arguments\": {}}\n</tool_call>"));
        assert_int_equal(grammar_state_mask(s, bits), GRAMMAR_MASKED);
        assert_int_equal(mask_get(bits, W_CONTROLS + '\n'), i + 1 < CALLS_PER_TURN_MAX);
    }
    assert_true(grammar_state_turn_must_end(s));
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static void test_an_optional_path_is_not_offered_when_there_is_none(void **state) {
    struct grammar *g = compile(FAMILY_DROVER, world_tools);
    struct bindings *b = world_bindings_other();
    assert_true(is_call(g, NULL, "Opt", "{\"p\":\"x\"}"));
    assert_true(is_call(g, b, "Opt", "{}"));
    assert_false(is_call(g, b, "Opt", "{\"p\":\"x\"}"));
    bindings_unref(b);
    grammar_destroy(g);
}

static void test_what_has_only_one_continuation_is_forced(void **state) {
    struct grammar *g = compile(
        FAMILY_DROVER, "[{\"name\":\"T\",\"parameters\":{\"type\":\"object\",\"properties\":{"
                       "\"i\":{\"type\":\"integer\",\"minimum\":3,\"maximum\":25},"
                       "\"s\":{\"enum\":[\"left\",\"lever\"]},\"t\":{\"type\":\"string\","
                       "\"maxLength\":1}},\"required\":[\"i\",\"s\",\"t\"]}}]");
    struct grammar_state *s = grammar_state_create(g, NULL);
    static const char *const steps[][2] = {{"", "{\"name\":\"T\",\"arguments\":{\"i\":"},
                                           {"2", ""},
                                           {"5", ",\"s\":\"le"},
                                           {"f", "t\",\"t\":\""},
                                           {"x", "\"}}"}};
    assert_true(grammar_state_accept(s, W_CALL));
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        AUTO_BUF struct buf bytes = BUF_INIT(200);
        assert_true(say(s, steps[i][0]));
        assert_int_equal(grammar_state_forced(s, &bytes), strlen(steps[i][1]));
        assert_string_equal(buf_cstr(&bytes), steps[i][1]);
        assert_int_equal(grammar_state_forced_token(s), -1);
        assert_true(say(s, steps[i][1]));
    }
    assert_int_equal(grammar_state_forced_token(s), W_ENDCALL);
    AUTO_BUF struct buf little = BUF_INIT(4); /* a buffer that is too small is filled, not broken */
    struct grammar_state *t = grammar_state_create(g, NULL);
    assert_true(grammar_state_accept(t, W_CALL));
    assert_true(grammar_state_forced(t, &little) > 0);
    assert_false(little.overflow);
    grammar_state_destroy(t);
    grammar_state_destroy(s);
    grammar_destroy(g);
}

static void test_schemas_outside_the_subset_are_refused_by_name(void **state) {
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\",\"pattern\":\"a\"}}}",
           "pattern");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"$ref\":\"#/x\"}}}", "$ref");
    refuse("{\"type\":\"array\"}", "object");
    refuse("{\"type\":\"object\",\"required\":[\"q\"]}", "requires");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"integer\",\"minimum\":2,"
           "\"maximum\":1}}}",
           "no number");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\",\"minLength\":2,"
           "\"maxLength\":1}}}",
           "minLength");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"enum\":[1],\"type\":\"string\"}}}",
           "no value");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"thing\"}}}", "unknown type");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"anyOf\":[],\"title\":\"x\"}}}", "empty");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"anyOf\":[{\"type\":\"null\"}],"
           "\"type\":\"null\"}}}",
           "beside");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\","
           "\"x-drover-bind\":\"nothing\"}}}",
           "unknown x-drover-bind");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\","
           "\"x-drover-bind\":\"unique_text\"}},\"required\":[\"p\"]}",
           "read_path");
    refuse("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\",\"maxLength\":9,"
           "\"x-drover-bind\":\"path\"}}}",
           "characters");
    AUTO_BUF struct buf deep = BUF_INIT(10000);
    buf_append_c(&deep, "{\"type\":\"object\",\"properties\":{\"p\":");
    for (int i = 0; i < DEPTH_MAX + 1; i++) {
        buf_append_c(&deep, "{\"type\":\"array\",\"items\":");
    }
    buf_append_c(&deep, "{}");
    for (int i = 0; i < DEPTH_MAX + 1; i++) {
        buf_append_c(&deep, "}");
    }
    buf_append_c(&deep, "}}");
    refuse(buf_cstr(&deep), "deep");
}

static void test_the_number_and_names_of_tools_are_bounded(void **state) {
    AUTO_BUF struct buf many = BUF_INIT(1 << 20);
    struct grammar_format format = world_format(FAMILY_DROVER);
    AUTO_FREE char *bad = xasprintf("[{\"name\":\"%0*d\"}]", 129, 0);
    const char *const refused[] = {"[{\"name\":\"a\"},{\"name\":\"a\"}]",
                                   "[{\"name\":\"\"}]",
                                   "[{\"name\":\"a\\\"b\"}]",
                                   "[{}]",
                                   "{\"name\":\"a\"}",
                                   bad};
    struct grammar *g = NULL;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        AUTO_JSON cJSON *tools = parse(refused[i]);
        assert_false(grammar_compile(&g, world.vocab, &format, tools, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    for (int n = TOOLS_MAX; n <= TOOLS_MAX + 1; n++) {
        buf_clear(&many);
        for (int i = 0; i < n; i++) {
            buf_printf(&many, "%s{\"name\":\"t%d\"}", i > 0 ? "," : "[", i);
        }
        buf_append_char(&many, ']');
        AUTO_JSON cJSON *tools = parse(buf_cstr(&many));
        assert_int_equal(grammar_compile(&g, world.vocab, &format, tools, NULL), n == TOOLS_MAX);
        grammar_destroy(g);
    }
}

static void test_a_schema_of_too_many_nodes_is_refused(void **state) {
    AUTO_BUF struct buf schema = BUF_INIT(4 << 20);
    buf_append_c(&schema, "{\"type\":\"object\",\"properties\":{");
    for (int i = 0; i <= NODES_MAX; i++) {
        buf_printf(&schema, "%s\"p%d\":{\"type\":\"null\"}", i > 0 ? "," : "", i);
    }
    buf_append_c(&schema, "}}");
    refuse(buf_cstr(&schema), "too large");
    buf_clear(&schema);
    buf_append_c(&schema, "{\"type\":\"object\",\"properties\":{\"p\":{\"enum\":[0");
    for (int i = 1; i <= STRINGS_MAX; i++) {
        buf_printf(&schema, ",%d", i);
    }
    buf_append_c(&schema, "]}}}");
    refuse(buf_cstr(&schema), "too large");
}

/* More readings than THREADS_MAX: the last ones are dropped, what is left still ends in valid
 * calls. */
static void test_too_many_readings_make_the_language_smaller_never_wrong(void **state) {
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    buf_append_c(&text, "[{\"name\":\"T\",\"parameters\":{\"type\":\"object\",\"required\":[\"a\"],"
                        "\"properties\":{\"a\":{\"anyOf\":[");
    for (int i = 0; i < 3 * THREADS_MAX; i++) {
        buf_printf(&text,
                   "%s{\"type\":\"object\",\"required\":[\"k\"],\"properties\":{\"k\":{"
                   "\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}}}",
                   i > 0 ? "," : "", i, i);
    }
    buf_append_c(&text, "]}}}}]");
    struct grammar *g = compile(FAMILY_DROVER, buf_cstr(&text));
    assert_true(is_call(g, NULL, "T", "{\"a\":{\"k\":0}}"));
    assert_true(is_call(g, NULL, "T", "{\"a\":{\"k\":63}}"));
    assert_false(is_call(g, NULL, "T", "{\"a\":{\"k\":192}}"));
    AUTO_JSON cJSON *tools = parse(buf_cstr(&text));
    struct grammar_format format = world_format(FAMILY_DROVER);
    for (int i = 0; i < 20; i++) {
        struct grammar_state *s = grammar_state_create(g, NULL);
        struct world_turn turn;
        char why[300];
        world_walk(&world, s, &walk, 2000, true);
        grammar_state_destroy(s);
        world_read(&turn, &format, walk.symbols, walk.n_symbols);
        assert_false(walk.refused || turn.broken);
        for (size_t k = 0; k < turn.n; k++) {
            assert_true(world_check(tools, &turn.calls[k], false, why, sizeof(why)));
        }
        world_turn_release(&turn);
    }
    grammar_destroy(g);
}

static void test_raw_text_has_no_empty_choice(void **state) {
    AUTO_JSON cJSON *tools = parse("[{\"name\":\"T\",\"parameters\":{\"properties\":{\"m\":{"
                                   "\"type\":\"string\",\"enum\":[\"\"]}}}}]");
    struct grammar_format format = world_format(FAMILY_RAW);
    struct grammar *g;
    struct err err = ERR_INIT;
    assert_false(grammar_compile(&g, world.vocab, &format, tools, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

static void test_raw_values_end_with_their_marker_and_never_hold_it(void **state) {
    struct grammar *g = compile(
        FAMILY_RAW, "[{\"name\":\"T\",\"parameters\":{\"type\":\"object\",\"properties\":{"
                    "\"s\":{\"type\":\"string\",\"maxLength\":8},\"n\":{\"type\":\"integer\"},"
                    "\"m\":{\"type\":\"string\",\"enum\":[\"\",\"a\",\"ab\"]}},"
                    "\"required\":[\"s\"]}}]");
    static const struct {
        const char *text;
        bool ok;
    } turns[] = {
        {"<parameter=s>\na\"b\n\n</parameter>\n", true},
        {"<parameter=s>\n\n</parameter>\n", true},
        {"<parameter=s>\n\n</par\n</parameter>\n", true},
        {"<parameter=s>\n123456789\n</parameter>\n", false},
        {"<parameter=s>\nx\n</parameter>\n<parameter=n>\n12\n</parameter>\n<parameter=m>\nab\n"
         "</parameter>\n",
         true},
        {"<parameter=n>\n12\n</parameter>\n", false},
        {"<parameter=s>\nx\n</parameter>\n<parameter=n>\n\"1\"\n</parameter>\n", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
        struct grammar_state *s = grammar_state_create(g, NULL);
        bool ok = say(s, "hm <tool_call>\n<function=T>\n") && say(s, turns[i].text) &&
                  say(s, "</function>\n</tool_call>") && grammar_state_accept(s, W_END);
        assert_int_equal(ok, turns[i].ok);
        grammar_state_destroy(s);
    }
    grammar_destroy(g);
}

static int setup(void **state) {
    world_init(&world);
    return 0;
}

static int teardown(void **state) {
    vocab_unref(world.vocab);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_share_a_grammar),
        cmocka_unit_test(test_a_refused_token_changes_nothing),
        cmocka_unit_test(test_free_text_is_free_and_the_turn_must_end_after_the_section),
        cmocka_unit_test(test_the_control_trigger_alone_leaves_text_unmasked),
        cmocka_unit_test(test_a_token_past_a_text_marker_must_go_on_as_a_call),
        cmocka_unit_test(test_without_a_callable_tool_no_call_begins),
        cmocka_unit_test(test_a_tool_with_an_unsatisfiable_binding_cannot_be_named),
        cmocka_unit_test(test_old_string_is_text_that_occurs_once_or_all_is_replaced),
        cmocka_unit_test(test_new_string_differs_however_it_is_spelled),
        cmocka_unit_test(test_bound_text_is_escaped_and_ends_between_characters),
        cmocka_unit_test(test_strings_hold_what_json_readers_accept),
        cmocka_unit_test(test_numbers_stay_in_their_range),
        cmocka_unit_test(test_objects_keep_order_and_required),
        cmocka_unit_test(test_calls_of_a_turn_are_counted_and_limited),
        cmocka_unit_test(test_schemas_outside_the_subset_are_refused_by_name),
        cmocka_unit_test(test_raw_text_has_no_empty_choice),
        cmocka_unit_test(test_the_number_and_names_of_tools_are_bounded),
        cmocka_unit_test(test_a_schema_of_too_many_nodes_is_refused),
        cmocka_unit_test(test_too_many_readings_make_the_language_smaller_never_wrong),
        cmocka_unit_test(test_raw_values_end_with_their_marker_and_never_hold_it),
        cmocka_unit_test(test_masks_are_exactly_what_is_accepted),
        cmocka_unit_test(test_masks_of_bound_arguments_are_exact_at_every_byte),
        cmocka_unit_test(test_the_last_call_is_not_followed_by_text),
        cmocka_unit_test(test_an_optional_path_is_not_offered_when_there_is_none),
        cmocka_unit_test(test_what_has_only_one_continuation_is_forced),
        cmocka_unit_test(test_masks_are_the_same_with_a_cold_and_a_warm_cache),
        cmocka_unit_test(test_every_walk_ends_in_calls_that_parse_and_fit),
        cmocka_unit_test(test_walks_without_bindings_fit_too),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
