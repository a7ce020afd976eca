/* Reading a turn back: what a dialect's table can write parses to what was meant, in every family;
 * deviations that are unambiguous parse too; everything else is text or truncated, never guessed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/base/json.h"
#include "tests/unit/model/vocab_make.h"

struct world {
    struct make g;
    const struct dialect *d;
    struct tokenizer *t;
};

static struct world *world_create(const char *dialect, bool control) {
    struct world *w = xcalloc(1, sizeof *w);
    w->d = dialect_find(dialect);
    w->t = vocab_of_dialect(&w->g, w->d, control);
    return w;
}

static void world_destroy(struct world *w) {
    tokenizer_destroy(w->t);
    make_release(&w->g);
    free(w);
}

static void parse(const struct world *w, const char *text, struct model_turn *turn) {
    AUTO_TOKENS struct tokens t = {0};
    struct err err = ERR_INIT;
    assert_true(tokenizer_encode(w->t, str_from(text), true, &t, &err));
    turn_parse(w->d, w->t, t.ids, t.n, turn);
}

/* "NAME{arguments};NAME{arguments};" and "+" if truncated, then the text in <> */
static void assert_turn(const struct world *w, const char *written, const char *want) {
    AUTO_BUF struct buf got = BUF_INIT(1 << 20);
    struct model_turn turn;
    parse(w, written, &turn);
    for (size_t i = 0; i < turn.n_calls; i++) {
        AUTO_FREE char *arguments = json_print(turn.calls[i].arguments);
        buf_printf(&got, "%.*s%s;", STR_FMT(turn.calls[i].name), arguments);
    }
    buf_printf(&got, "%s<%.*s>", turn.truncated ? "+" : "", STR_FMT(turn.text));
    if (strcmp(buf_cstr(&got), want) != 0)
        fail_msg("%s: '%s' gives %s, wanted %s", w->d->name, written, buf_cstr(&got), want);
    model_turn_release(&turn);
}

/* ---- the table ---- */

static void write_value(const struct dialect_calls *c, const cJSON *v, struct buf *out) {
    if (cJSON_IsObject(v) || cJSON_IsArray(v)) {
        buf_append_char(out, cJSON_IsObject(v) ? '{' : '[');
        for (const cJSON *i = v->child; i; i = i->next) {
            if (i != v->child)
                buf_append_c(out, c->comma);
            if (cJSON_IsObject(v)) {
                buf_append_json(out, str_from(i->string));
                buf_append_c(out, c->colon);
            }
            write_value(c, i, out);
        }
        buf_append_char(out, cJSON_IsObject(v) ? '}' : ']');
        return;
    }
    AUTO_FREE char *text = json_print(v);
    buf_append_c(out, text);
}

/* As the grammar would write it. */
static void write_call(const struct dialect_calls *c, const char *name, const cJSON *arguments,
                       int index, struct buf *out) {
    buf_printf(out, "%s%s", c->call_open, name);
    if (c->indexed)
        buf_printf(out, ":%d", index);
    buf_append_c(out, c->name_close);
    if (c->style == DIALECT_JSON)
        write_value(c, arguments, out);
    for (const cJSON *a = arguments->child; a && c->style == DIALECT_RAW; a = a->next) {
        buf_printf(out, "%s%s%s", c->key_open, a->string,
                   cJSON_IsString(a) ? c->key_close_string : c->key_close_json);
        if (cJSON_IsString(a))
            buf_append_c(out, a->valuestring);
        else
            write_value(c, a, out);
        buf_append_c(out, c->value_close);
    }
    buf_append_c(out, c->call_close);
}

#define TOOLS                                                                                      \
    "[{\"name\":\"Edit\",\"parameters\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":"  \
    "\"string\"},\"count\":{\"type\":\"integer\"},\"all\":{\"type\":\"boolean\"},\"list\":"        \
    "{\"type\":\"array\"},\"o\":{\"type\":\"object\"},\"digits\":{\"type\":\"string\"}}}}]"

static void test_every_family_reads_back_what_its_table_writes(void **state) {
    static const char *const arguments[] = {
        "{}",
        "{\"path\":\"src/a "
        "b.c\",\"count\":-12,\"all\":true,\"list\":[1,\"x\",null],\"o\":{\"k\":1.5},"
        "\"digits\":\"0012\"}",
        "{\"path\":\"int a[] = {1, 2};\\n\\tif (a) { \\\"}]\\\\ \xc3\xbc\"}",
        "{\"path\":\"</b> { ] ' ``` {\\\"name\\\": \\\"x\\\"}\",\"digits\":\"\"}"};
    struct err err = ERR_INIT;
    AUTO_JSON cJSON *tools = NULL;
    assert_true(json_parse(&tools, STR(TOOLS), "tools", &err));
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        const struct dialect_calls *c = &(*d)->calls;
        for (int control = 0; control < 2; control++) {
            if (!control && c->channels)
                continue; /* harmony's headers are control tokens */
            struct world *w = world_create((*d)->name, control);
            for (size_t first = 0; first < ARRAY_LEN(arguments); first++) {
                size_t n = c->several ? ARRAY_LEN(arguments) - first : 1;
                AUTO_BUF struct buf text = BUF_INIT(1 << 20);
                struct model_turn turn;
                buf_append_c(&text, c->trigger_first || c->channels ? "" : "I look.\n");
                buf_append_c(&text, c->section_open);
                for (size_t i = 0; i < n; i++) {
                    AUTO_JSON cJSON *a = NULL;
                    assert_true(json_parse(&a, str_from(arguments[first + i]), "a", &err));
                    buf_append_c(&text, i ? c->separator : "");
                    write_call(c, "Edit", a, (int)i, &text);
                }
                buf_printf(&text, "%s%s", c->section_close, c->turn_end);
                parse(w, buf_cstr(&text), &turn);
                model_turn_types(&turn, tools);
                if (turn.n_calls != n || turn.truncated)
                    fail_msg("%s: %zu calls of %zu%s in '%s'", (*d)->name, turn.n_calls, n,
                             turn.truncated ? ", truncated" : "", buf_cstr(&text));
                for (size_t i = 0; i < n; i++) {
                    AUTO_FREE char *got = json_print(turn.calls[i].arguments);
                    assert_true(str_equal_c(turn.calls[i].name, "Edit"));
                    AUTO_JSON cJSON *a = NULL;
                    assert_true(json_parse(&a, str_from(arguments[first + i]), "a", &err));
                    AUTO_FREE char *want = json_print(a);
                    if (strcmp(got, want) != 0)
                        fail_msg("%s: %s, wanted %s", (*d)->name, got, want);
                }
                assert_true(
                    str_equal_c(turn.text, c->trigger_first || c->channels ? "" : "I look."));
                model_turn_release(&turn);
            }
            world_destroy(w);
        }
    }
}

static void test_a_turn_cut_anywhere_never_gives_a_half_call(void **state) {
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        const struct dialect_calls *c = &(*d)->calls;
        struct world *w = world_create((*d)->name, true);
        AUTO_BUF struct buf text = BUF_INIT(1 << 20);
        AUTO_TOKENS struct tokens t = {0};
        AUTO_JSON cJSON *a = NULL;
        struct err err = ERR_INIT;
        assert_true(json_parse(&a, STR("{\"path\":\"a.c\",\"digits\":\"17\"}"), "a", &err));
        buf_append_c(&text, c->section_open);
        write_call(c, "Edit", a, 0, &text);
        size_t closed = text.len;
        buf_append_c(&text, c->section_close);
        assert_true(tokenizer_encode(w->t, buf_str(&text), true, &t, &err));
        size_t at = 0;
        for (size_t n = 0; n <= t.n; n++) {
            struct model_turn turn;
            turn_parse(w->d, w->t, t.ids, n, &turn);
            assert_true(turn.n_calls == 0 || at + 1 >= closed);
            if (turn.n_calls) {
                AUTO_FREE char *got = json_print(turn.calls[0].arguments);
                assert_string_equal(got, "{\"path\":\"a.c\",\"digits\":\"17\"}");
            }
            model_turn_release(&turn);
            at += n < t.n ? tokenizer_bytes(w->t, t.ids[n]).len : 0;
        }
        world_destroy(w);
    }
}

/* ---- deviations ---- */

static void test_text_without_calls_is_text(void **state) {
    struct world *w = world_create("drover", true);
    assert_turn(w, "Hello.\n<|end|>", "<Hello.\n>");
    assert_turn(w, "", "<>");
    assert_turn(w, "<|end|>", "<>");
    assert_turn(w, "{\"name\":\"Read\",\"arguments\":{}}<|end|>",
                "<{\"name\":\"Read\",\"arguments\":{}}>");
    world_destroy(w);
}

static void test_unambiguous_deviations_parse(void **state) {
    struct world *w = world_create("qwen2.5", true);
    assert_turn(w, "ok <tool_call>{\"arguments\":{\"a\":1},\"name\":\"X\"}</tool_call><|im_end|>",
                "X{\"a\":1};<ok>");
    assert_turn(w,
                "<tool_call>\n{\"name\": \"X\", \"arguments\": \"{\\\"a\\\": 1}\"}\n</tool_call>",
                "X{\"a\":1};<>");
    assert_turn(w, "<tool_call>\n{\"name\": \"X\", \"parameters\": {}}\n<|im_end|>", "X{};<>");
    assert_turn(w,
                "a<tool_call>\n{\"name\": \"X\", \"arguments\": {}}\n</tool_call>\nb\n<tool_call>\n"
                "{\"name\": \"Y\", \"arguments\": {}}\n</tool_call><|im_end|>",
                "X{};Y{};<a\nb>");
    assert_turn(w, "<think>\nhm <tool_call>\n{\"name\": \"X\", \"arguments\": {}}\n</tool_call>",
                "X{};<<think>\nhm>");
    world_destroy(w);
    w = world_create("kimi-k2", true);
    assert_turn(w,
                "<|tool_call_begin|>functions.X:3<|tool_call_argument_begin|>{\"a\": 1}"
                "<|tool_call_end|><|im_end|>",
                "X{\"a\":1};<>");
    assert_turn(w,
                "<|tool_calls_section_begin|><|tool_call_begin|>functions.X:0"
                "<|tool_call_argument_begin|>{}<|im_end|>",
                "X{};<>");
    world_destroy(w);
    w = world_create("gpt-oss", true);
    assert_turn(w,
                "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary "
                "to=functions.X <|constrain|>json<|message|>{\"a\": 1}<|call|>",
                "X{\"a\":1};<>");
    assert_turn(w,
                "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final"
                "<|message|>Hi.<|return|>",
                "<Hi.>");
    world_destroy(w);
    w = world_create("deepseek-v3.2", true);
    assert_turn(w,
                "<\xef\xbd\x9c"
                "DSML\xef\xbd\x9c"
                "function_calls>\n<\xef\xbd\x9c"
                "DSML\xef\xbd\x9c"
                "invoke name=\"X\">\n<\xef\xbd\x9c"
                "DSML\xef\xbd\x9c"
                "parameter name=\"a\" "
                "string=\"false\">not json</\xef\xbd\x9c"
                "DSML\xef\xbd\x9c"
                "parameter>\n"
                "</\xef\xbd\x9c"
                "DSML\xef\xbd\x9c"
                "invoke>\n</\xef\xbd\x9c"
                "DSML\xef\xbd\x9c"
                "function_calls>",
                "X{\"a\":\"not json\"};<>");
    world_destroy(w);
}

static void test_malformed_calls_are_truncated_and_keep_those_before(void **state) {
    struct world *w = world_create("drover", true);
    static const char good[] = "<|call|>{\"name\":\"A\",\"arguments\":{}}<|endcall|>";
    static const char *const bad[] = {
        "<|call|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{\"x\":1}",
        "<|call|>{\"name\":\"B\",\"arguments\":{}}",
        "<|call|>{\"name\":\"B\",\"arguments\":[]}<|endcall|>",
        "<|call|>{\"name\":\"\",\"arguments\":{}}<|endcall|>",
        "<|call|>{\"name\":7,\"arguments\":{}}<|endcall|>",
        "<|call|>{\"name\":\"B\"}<|endcall|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{\"x\":1,\"x\":2}}<|endcall|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{\"x\":\"a<|end|>b\"}}<|endcall|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{\"x\":\"\\u0000\"}}<|endcall|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{\"x\":\"\\ud800\"}}<|endcall|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{\"x\":01}}<|endcall|>",
        "<|call|>{\"name\":\"B\",\"arguments\":{}} and <|endcall|>",
        "<|call|>}{<|endcall|>",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_FREE char *text = xasprintf("t%s%s", good, bad[i]);
        assert_turn(w, text, "A{};+<t>");
    }
    world_destroy(w);
}

static void test_the_marker_spelled_in_text_is_no_call(void **state) {
    struct world *w = world_create("drover", true);
    AUTO_TOKENS struct tokens t = {0};
    struct err err = ERR_INIT;
    struct model_turn turn;
    /* with special=false these bytes are ordinary tokens: what a model copies from data */
    assert_true(tokenizer_encode(w->t, STR("<|call|>{\"name\":\"A\",\"arguments\":{}}<|endcall|>"),
                                 false, &t, &err));
    turn_parse(w->d, w->t, t.ids, t.n, &turn);
    assert_int_equal(turn.n_calls, 0);
    assert_false(turn.truncated);
    model_turn_release(&turn);
    world_destroy(w);
}

/* The grammar forces the tags of raw arguments byte by byte, also if one is a control token. */
static void test_tags_of_raw_arguments_may_be_spelled(void **state) {
    struct world *w = world_create("deepseek-v3.2", true);
    const struct dialect_calls *c = &w->d->calls;
    AUTO_TOKENS struct tokens t = {0};
    struct err err = ERR_INIT;
    struct model_turn turn;
    AUTO_FREE char *open = xasprintf("%s%sX%s", c->section_open, c->call_open, c->name_close);
    AUTO_FREE char *body =
        xasprintf("%sa%svalue%s", c->key_open, c->key_close_string, c->value_close);
    AUTO_FREE char *close = xasprintf("%s%s%s", c->call_close, c->section_close, c->turn_end);
    assert_true(tokenizer_encode(w->t, str_from(open), true, &t, &err));
    assert_true(tokenizer_encode(w->t, str_from(body), false, &t, &err));
    assert_true(tokenizer_encode(w->t, str_from(close), true, &t, &err));
    turn_parse(w->d, w->t, t.ids, t.n, &turn);
    assert_int_equal(turn.n_calls, 1);
    assert_string_equal(json_string(turn.calls[0].arguments, "a", ""), "value");
    model_turn_release(&turn);
    world_destroy(w);
}

static void test_a_json_answer_of_llama_is_text_unless_it_is_a_call(void **state) {
    struct world *w = world_create("llama-3.1", true);
    assert_turn(w, "{\"name\": \"X\", \"parameters\": {\"a\": 1}}<|eot_id|>", "X{\"a\":1};<>");
    assert_turn(w, "{\"total\": 3}<|eot_id|>", "<{\"total\": 3}>");
    assert_turn(w, "Use {\"name\": \"X\", \"parameters\": {}}<|eot_id|>",
                "<Use {\"name\": \"X\", \"parameters\": {}}>");
    assert_turn(w, "{\"name\": \"X\", \"param", "+<>");
    world_destroy(w);
}

static void test_calls_beyond_the_limit_are_refused(void **state) {
    struct world *w = world_create("drover", true);
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    struct model_turn turn;
    for (int i = 0; i < CALLS_PER_TURN_MAX + 5; i++)
        buf_append_c(&text, "<|call|>{\"name\":\"A\",\"arguments\":{}}<|endcall|>");
    parse(w, buf_cstr(&text), &turn);
    assert_int_equal(turn.n_calls, CALLS_PER_TURN_MAX);
    assert_true(turn.truncated);
    model_turn_release(&turn);
    world_destroy(w);
}

static void test_ids_outside_the_vocabulary_are_ignored(void **state) {
    struct world *w = world_create("drover", true);
    const int32_t ids[] = {'h', -1, INT32_MIN, INT32_MAX, 100000, 'i'};
    struct model_turn turn;
    turn_parse(w->d, w->t, ids, ARRAY_LEN(ids), &turn);
    assert_true(str_equal_c(turn.text, "hi"));
    model_turn_release(&turn);
    turn_parse(NULL, w->t, ids, ARRAY_LEN(ids), &turn);
    assert_true(str_equal_c(turn.text, "hi"));
    model_turn_release(&turn);
    world_destroy(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_family_reads_back_what_its_table_writes),
        cmocka_unit_test(test_a_turn_cut_anywhere_never_gives_a_half_call),
        cmocka_unit_test(test_text_without_calls_is_text),
        cmocka_unit_test(test_unambiguous_deviations_parse),
        cmocka_unit_test(test_malformed_calls_are_truncated_and_keep_those_before),
        cmocka_unit_test(test_the_marker_spelled_in_text_is_no_call),
        cmocka_unit_test(test_tags_of_raw_arguments_may_be_spelled),
        cmocka_unit_test(test_a_json_answer_of_llama_is_text_unless_it_is_a_call),
        cmocka_unit_test(test_calls_beyond_the_limit_are_refused),
        cmocka_unit_test(test_ids_outside_the_vocabulary_are_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
