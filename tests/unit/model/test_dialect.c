/* Dialects: the vendors' templates byte for byte; what is appended turn by turn is what the
 * template writes; data is never a marker; the shipped model's contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>

#include "model/model_int.h"
#include "runtime/base/json.h"
#include "tests/unit/model/vocab_make.h"

#define VECTORS "../shared/vectors/dialect/"

struct world { /* a model of one dialect, without weights */
    struct make g;
    struct model model;
};

static struct world *world_create(const struct dialect *d, bool control) {
    struct world *w = xcalloc(1, sizeof *w);
    w->model.dialect = d;
    w->model.tokenizer = vocab_of_dialect(&w->g, d, control);
    return w;
}

static void world_destroy(struct world *w) {
    tokenizer_destroy(w->model.tokenizer);
    make_release(&w->g);
    free(w);
}

static void check(bool ok, const struct err *err) {
    if (!ok)
        fail_msg("%s", err->msg);
}

static cJSON *json_of(const char *text) {
    struct err err = ERR_INIT;
    cJSON *value = NULL;
    check(json_parse(&value, str_from(text), "test", &err), &err);
    return value;
}

static void text_of(const struct world *w, const struct tokens *tokens, struct buf *out) {
    for (size_t i = 0; i < tokens->n; i++)
        buf_append_str(out, model_token_bytes(&w->model, tokens->ids[i], true));
}

/* ---- the vendors' templates ---- */

static const cJSON *conversation_named(const cJSON *list, struct str name) {
    const cJSON *c;
    cJSON_ArrayForEach(c, list) {
        if (str_equal_c(name, json_string(c, "name", "")))
            return c;
    }
    return NULL;
}

static void test_conversations_render_as_the_vendors_template(void **state) {
    AUTO_BUF struct buf json = BUF_INIT(1 << 20);
    AUTO_JSON cJSON *list = NULL;
    struct err err = ERR_INIT;
    int n = 0;
    if (!file_read(&json, VECTORS "conversations.json", 1 << 20, &err))
        skip();
    check(json_parse(&list, buf_str(&json), "conversations", &err), &err);
    DIR *dir = opendir(VECTORS);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        struct str file = str_from(e->d_name);
        if (!str_ends(file, STR(".txt")))
            continue;
        file.len -= strlen(".txt");
        size_t dot = file.len;
        while (file.ptr[dot - 1] != '.')
            dot--;
        AUTO_FREE char *name = str_dup(str_slice(file, 0, dot - 1));
        AUTO_FREE char *path = xasprintf(VECTORS "%s", e->d_name);
        AUTO_BUF struct buf want = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20);
        const cJSON *c = conversation_named(list, str_slice(file, dot, file.len));
        check(file_read(&want, path, 1 << 20, &err), &err);
        check(model_render_text(name, c, "<BOS>", "<EOS>", &got, &err), &err);
        if (!str_equal(buf_str(&got), buf_str(&want)))
            fail_msg("%s differs:\n%s", e->d_name, buf_cstr(&got));
        n++;
    }
    closedir(dir);
    assert_true(n >= 43);
}

/* Families of which ../shared has no text: glm-4.7 is what Python's jinja2 makes of the vendor's
 * template (enable_thinking false), deepseek-v3 and -r1 what ../shared/reference/toolcalls.md says.
 */
#define TWO_CALLS                                                                                  \
    "{%s\"messages\":[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":"     \
    "\"U\"},"                                                                                      \
    "{\"role\":\"assistant\",\"content\":\"Reading.\",\"tool_calls\":[{\"id\":\"a\",\"type\":"     \
    "\"function\",\"function\":{\"name\":\"Read\",\"arguments\":{\"path\":\"\xc3\xbc.c\","         \
    "\"from\":7}}},"                                                                               \
    "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"ReadAll\",\"arguments\":{}}}]}," \
    "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"name\":\"Read\",\"content\":\"x\\n\"},"           \
    "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"name\":\"ReadAll\",\"content\":\"y\"}%s]}"
#define DS(name) "<\xef\xbd\x9c" name "\xef\xbd\x9c>"
#define DS_EOS   DS("end\u2581of\u2581sentence")
#define DS_B(it) DS("tool\u2581" it "\u2581begin")
#define DS_E(it) DS("tool\u2581" it "\u2581end")
#define DS_CALL  DS_B("call") "function" DS("tool\u2581sep")
#define DS_TWO_CALLS                                                                               \
    "Reading." DS_B("calls") DS_CALL                                                               \
        "Read\n```json\n{\"path\": \"\xc3\xbc.c\", \"from\": 7}\n```" DS_E(                        \
            "call") "\n" DS_CALL "ReadAll\n```json\n{}\n```" DS_E("call") DS_E("calls")            \
            DS_EOS DS_B("outputs")                                                                 \
                DS_B("output") "x\n" DS_E("output") "\n" DS_B("output") "y" DS_E("output")         \
                    DS_E("outputs")

static void test_families_without_vectors(void **state) {
    static const struct {
        const char *dialect, *tools, *last, *want;
    } cases[] = {
        {"glm-4.7", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"Read\"}}],", "",
         "[gMASK]<sop><|system|>\n# Tools\n\nYou may call one or more functions to assist with the "
         "user query.\n\nYou are provided with function signatures within <tools></tools> XML "
         "tags:\n<tools>\n{\"type\": \"function\", \"function\": {\"name\": "
         "\"Read\"}}\n</tools>\n\n"
         "For each function call, output the function name and arguments within the following XML "
         "format:\n<tool_call>{function-name}<arg_key>{arg-key-1}</arg_key><arg_value>{arg-value-1}"
         "</arg_value><arg_key>{arg-key-2}</arg_key><arg_value>{arg-value-2}</arg_value>..."
         "</tool_call><|system|>S<|user|>U<|assistant|></think>Reading.<tool_call>Read<arg_key>path"
         "</arg_key><arg_value>\xc3\xbc.c</arg_value><arg_key>from</arg_key><arg_value>7</"
         "arg_value>"
         "</tool_call><tool_call>ReadAll</tool_call><|observation|><tool_response>x\n"
         "</tool_response><tool_response>y</tool_response><|assistant|></think>"},
        {"deepseek-v3", "",
         ",{\"role\":\"assistant\",\"content\":\"Done.\"},"
         "{\"role\":\"user\",\"content\":\"V\"}",
         "<BOS>S" DS("User") "U" DS("Assistant") DS_TWO_CALLS
         "Done." DS_EOS DS("User") "V" DS("Assistant")},
        {"deepseek-r1", "",
         ",{\"role\":\"assistant\",\"content\":\"<think>\\nhm</think>Done.\"},"
         "{\"role\":\"user\",\"content\":\"V\"}",
         "<BOS>S" DS("User") "U" DS("Assistant") DS_TWO_CALLS
         "Done." DS_EOS DS("User") "V" DS("Assistant") "<think>\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = ERR_INIT;
        AUTO_BUF struct buf got = BUF_INIT(1 << 16);
        AUTO_FREE char *text = xasprintf(TWO_CALLS, cases[i].tools, cases[i].last);
        AUTO_JSON cJSON *conversation = json_of(text);
        check(model_render_text(cases[i].dialect, conversation, "<BOS>", "<EOS>", &got, &err),
              &err);
        assert_string_equal(buf_cstr(&got), cases[i].want);
    }
}

static void test_json_is_written_as_python_does(void **state) {
    static const char *const pairs[][2] = {
        {"{\"a\":[1,2.5,-0.0,1e-7,1e300,true,false,null],\"b\":{},\"c\":[]}",
         "{\"a\": [1, 2.5, 0, 1e-07, 1e+300, true, false, null], \"b\": {}, \"c\": []}"},
        {"\"\xc3\xa9 \\u007f \\\" \\\\ / \\n\\t\\r\\b\\f\\u0001<&'>\"",
         "\"\xc3\xa9 \x7f \\\" \\\\ / \\n\\t\\r\\b\\f\\u0001<&'>\""},
        {"{\"x-drover-bind\":\"path\",\"type\":\"string\"}", "{\"type\": \"string\"}"},
        {"[0.1,1234567890123,0.30000000000000004,123456.789]",
         "[0.1, 1234567890123, 0.30000000000000004, 123456.789]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        AUTO_BUF struct buf out = BUF_INIT(1 << 16);
        AUTO_JSON cJSON *value = json_of(pairs[i][0]);
        struct dialect_writer w = {.text = &out};
        dialect_json(&w, value);
        assert_string_equal(buf_cstr(&out), pairs[i][1]);
        dialect_writer_release(&w);
    }
}

/* ---- turn by turn ---- */

#define TOOLS                                                                                      \
    "[{\"name\":\"Read\",\"description\":\"Read a file.\",\"parameters\":{\"type\":\"object\","    \
    "\"properties\":{\"file_path\":{\"type\":\"string\",\"x-drover-bind\":\"path\"}},"             \
    "\"required\":[\"file_path\"]}}]"
#define CALL(id)                                                                                   \
    "{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"Read\",\"arguments\":"      \
    "{\"file_path\":\"a b.c\"}}}"

/* What a model of this dialect writes to call Read(file_path="a b.c") n times. */
static void write_calls(const struct dialect *d, int first, int n, struct buf *out) {
    const struct dialect_calls *c = &d->calls;
    /* free text of the model, as its template has it */
    if (strncmp(d->name, "deepseek", 8) == 0 && c->style == DIALECT_RAW)
        buf_append_c(out, "\n\n");
    else if (strcmp(d->name, "minimax-m2") == 0 || strcmp(d->name, "glm-4.6") == 0)
        buf_append_c(out, "\n");
    else if (strcmp(d->name, "kimi-k2-thinking") == 0)
        buf_append_c(out, "<think></think>");
    buf_append_c(out, c->section_open);
    for (int i = 0; i < n; i++) {
        buf_printf(out, "%s%sRead", i ? c->separator : "", c->call_open);
        if (c->indexed)
            buf_printf(out, ":%d", first + i);
        buf_append_c(out, c->name_close);
        if (c->style == DIALECT_RAW)
            buf_printf(out, "%sfile_path%sa b.c%s", c->key_open, c->key_close_string,
                       c->value_close);
        else
            buf_printf(out, "{\"file_path\"%s\"a b.c\"}", c->colon);
        buf_append_c(out, c->call_close);
    }
    buf_append_c(out, c->section_close);
    buf_append_c(out, c->turn_end);
}

/* Appends begin, a user text, a turn of calls, results, and the next opening. */
static void play(struct world *w, const cJSON *tools, struct tokens *t) {
    struct err err = ERR_INIT;
    const struct dialect_calls *calls = &w->model.dialect->calls;
    int n = calls->several ? 2 : 1;
    AUTO_BUF struct buf turn = BUF_INIT(1 << 16);
    AUTO_TOKENS struct tokens ids = {0};
    const struct model_result results[] = {{STR("Read"), STR("int a;"), 0},
                                           {STR("Read"), STR("int b;"), 1}};
    check(model_render_begin(&w->model, STR("Be brief."), tools, t, &err), &err);
    check(model_render_user(&w->model, STR("Read it."), t, &err), &err);
    check(model_render_assistant(&w->model, false, t, &err), &err);
    write_calls(w->model.dialect, 0, n, &turn);
    check(model_tokenize(&w->model, buf_str(&turn), true, &ids, &err), &err);
    tokens_append(t, ids.ids, ids.n);
    check(model_render_close(&w->model, ids.ids, ids.n, t, &err), &err);
    check(model_render_results(&w->model, results, (size_t)n, t, &err), &err);
    check(model_render_assistant(&w->model, true, t, &err), &err);
}

static char *conversation_text(const struct dialect *d, bool tools) {
    return xasprintf(
        "{%s%s\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
        "{\"role\":\"user\",\"content\":\"Read it.\"},"
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[" CALL(
            "x") "%s]},"
                 "{\"role\":\"tool\",\"tool_call_id\":\"x\",\"name\":\"Read\",\"content\":\"int "
                 "a;\"}%s]}",
        tools ? "\"tools\":" TOOLS : "", tools ? "," : "", d->calls.several ? "," CALL("y") : "",
        d->calls.several ? ",{\"role\":\"tool\",\"tool_call_id\":\"y\",\"name\":\"Read\","
                           "\"content\":\"int b;\"}"
                         : "");
}

static void test_what_is_appended_is_what_the_template_writes(void **state) {
    /* In these the template changes a past turn; the appended text must be the same up to it. */
    static const struct {
        const char *name, *differs_at;
    } rewritten[] = {{"qwen3", "<think>"},
                     {"deepseek-r1", "Assistant\xef\xbd\x9c><think>"},
                     {"deepseek-v3.2", "Assistant\xef\xbd\x9c><think>"},
                     {"minimax-m2", "]~b]ai\n<think>"},
                     {"lfm2", "<|tool_call_start|>"}};
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        /* these declare tools live in another place than the template does */
        static const char *const elsewhere[] = {"deepseek-v3", "deepseek-r1", "deepseek-v3.1",
                                                "llama-3.1"};
        bool tools = true;
        for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
            tools = tools && strcmp((*d)->name, elsewhere[i]) != 0;
        struct world *w = world_create(*d, true);
        struct err err = ERR_INIT;
        AUTO_TOKENS struct tokens t = {0};
        AUTO_BUF struct buf got = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
        AUTO_JSON cJSON *declared = json_of(TOOLS);
        AUTO_FREE char *text = conversation_text(*d, tools);
        AUTO_JSON cJSON *conversation = json_of(text);
        play(w, tools ? declared : NULL, &t);
        text_of(w, &t, &got);
        check(model_render_text((*d)->name, conversation, "", "", &want, &err), &err);
        size_t same = 0;
        while (same < got.len && same < want.len && got.data[same] == want.data[same])
            same++;
        const char *differs = NULL;
        for (size_t i = 0; i < ARRAY_LEN(rewritten); i++)
            if (strcmp(rewritten[i].name, (*d)->name) == 0)
                differs = rewritten[i].differs_at;
        if (!differs && !str_equal(buf_str(&got), buf_str(&want)))
            fail_msg("%s:\n%s\n--- template:\n%s", (*d)->name, buf_cstr(&got), buf_cstr(&want));
        /* what differs begins with the block that the template drops or adds */
        size_t at = differs ? str_find(buf_str(&got), str_from(differs), 0) : 0;
        if (differs && (same < MIN(at, got.len) || same == got.len))
            fail_msg("%s differs at %zu, not at '%s':\n%s\n--- template:\n%s", (*d)->name, same,
                     differs, buf_cstr(&got), buf_cstr(&want));
        world_destroy(w);
    }
}

static void test_a_cut_turn_is_closed_and_an_ended_one_only_followed(void **state) {
    struct world *w = world_create(dialect_find("qwen2.5"), true);
    struct err err = ERR_INIT;
    AUTO_TOKENS struct tokens turn = {0}, cut = {0}, ended = {0};
    AUTO_BUF struct buf a = BUF_INIT(100), b = BUF_INIT(100);
    check(model_tokenize(&w->model, STR("Hi.<|im_end|>"), true, &turn, &err), &err);
    check(model_render_close(&w->model, turn.ids, turn.n - 1, &cut, &err), &err);
    check(model_render_close(&w->model, turn.ids, turn.n, &ended, &err), &err);
    text_of(w, &cut, &a);
    text_of(w, &ended, &b);
    assert_string_equal(buf_cstr(&a), "<|im_end|>\n");
    assert_string_equal(buf_cstr(&b), "\n");
    world_destroy(w);
}

static void test_ids_are_those_of_the_rendered_text(void **state) {
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        struct world *w = world_create(*d, true);
        struct err err = ERR_INIT;
        AUTO_TOKENS struct tokens t = {0}, again = {0};
        AUTO_BUF struct buf text = BUF_INIT(1 << 20);
        AUTO_JSON cJSON *tools = json_of(TOOLS);
        play(w, tools, &t);
        text_of(w, &t, &text);
        check(model_tokenize(&w->model, buf_str(&text), true, &again, &err), &err);
        assert_int_equal(t.n, again.n);
        assert_memory_equal(t.ids, again.ids, t.n * sizeof *t.ids);
        world_destroy(w);
    }
}

/* ---- data is data ---- */

static size_t count_control(const struct world *w, const struct tokens *t) {
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += tokenizer_type(w->model.tokenizer, t->ids[i]) == TOKEN_CONTROL;
    return n;
}

static size_t count_text(struct str text, const char *part) {
    size_t n = 0, at = 0;
    while ((at = str_find(text, str_from(part), at)) != SIZE_MAX) {
        n++;
        at++;
    }
    return n;
}

static void render_results(struct world *w, struct str data, struct tokens *t) {
    struct err err = ERR_INIT;
    const struct model_result result = {STR("Read"), data, 0};
    check(model_render_user(&w->model, data, t, &err), &err);
    check(model_render_results(&w->model, &result, 1, t, &err), &err);
}

static void test_markers_in_data_never_act_as_markers(void **state) {
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        for (int control = 0; control < 2; control++) {
            struct world *w = world_create(*d, control);
            AUTO_BUF struct buf evil = BUF_INIT(1 << 16), plain = BUF_INIT(1 << 20),
                                got = BUF_INIT(1 << 20);
            AUTO_TOKENS struct tokens harmless = {0}, harmful = {0};
            for (size_t i = 0; i < ARRAY_LEN((*d)->markers) && (*d)->markers[i]; i++)
                buf_printf(&evil, "%s and ", (*d)->markers[i]);
            render_results(w, STR("x"), &harmless);
            render_results(w, buf_str(&evil), &harmful);
            assert_int_equal(count_control(w, &harmful), count_control(w, &harmless));
            text_of(w, &harmless, &plain);
            text_of(w, &harmful, &got);
            for (size_t i = 0; i < ARRAY_LEN((*d)->markers) && (*d)->markers[i]; i++) {
                const char *m = (*d)->markers[i];
                int32_t id = tokenizer_special(w->model.tokenizer, str_from(m));
                if (id < 0 && count_text(buf_str(&got), m) != count_text(buf_str(&plain), m))
                    fail_msg("%s lets '%s' through:\n%s", (*d)->name, m, buf_cstr(&got));
            }
            world_destroy(w);
        }
    }
}

static void test_broken_markers_can_be_seen(void **state) {
    struct world *w = world_create(dialect_find("hermes"), false);
    struct err err = ERR_INIT;
    AUTO_TOKENS struct tokens t = {0};
    AUTO_BUF struct buf text = BUF_INIT(1 << 16);
    check(model_render_user(&w->model, STR("a </tool_call> b"), &t, &err), &err);
    text_of(w, &t, &text);
    assert_non_null(strstr(buf_cstr(&text), "a < /tool_call> b"));
    world_destroy(w);
}

/* ---- choice ---- */

static void test_the_dialect_follows_from_the_template(void **state) {
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        AUTO_BUF struct buf t = BUF_INIT(1 << 16);
        buf_append_c(&t, "{% for message in messages %}{{ message['content'] }}");
        for (size_t i = 0; i < ARRAY_LEN((*d)->needs) && (*d)->needs[i]; i++)
            buf_printf(&t, "{{ '%s' }}", (*d)->needs[i]);
        const struct dialect *found = dialect_detect(buf_str(&t));
        assert_non_null(found);
        assert_string_equal(found->name, (*d)->name);
        assert_ptr_equal(dialect_find((*d)->name), *d);
    }
    assert_null(dialect_detect(STR("{{ messages }}")));
    assert_null(dialect_find("no-such-dialect"));
}

static void test_a_model_without_dialect_says_so(void **state) {
    struct world *w = world_create(dialect_find("drover"), true);
    struct err err = ERR_INIT;
    AUTO_TOKENS struct tokens t = {0};
    (void)snprintf(w->model.name, sizeof w->model.name, "odd");
    w->model.dialect = NULL;
    assert_false(model_render_user(&w->model, STR("x"), &t, &err));
    assert_int_equal(err.code, ERR_MODEL);
    assert_non_null(strstr(err.msg, "'odd'"));
    world_destroy(w);
}

static void test_bad_conversations_are_refused(void **state) {
    static const char *const bad[] = {"{}", "{\"messages\":[{\"role\":\"wizard\"}]}",
                                      "{\"messages\":[{\"role\":\"user\"},{\"role\":\"system\"}]}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = ERR_INIT;
        AUTO_BUF struct buf out = BUF_INIT(1 << 16);
        AUTO_JSON cJSON *c = json_of(bad[i]);
        assert_false(model_render_text("qwen3", c, "", "", &out, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
}

/* ---- the shipped model's contract ---- */

/* The contract from the model file if it is there, else from the source it is made of. */
static void contract_read(struct buf *out) {
    struct err err = ERR_INIT;
    struct gguf *g = NULL;
    struct str text;
    if (access("model/mini/drover-mini.gguf", R_OK) == 0) {
        check(gguf_open(&g, "model/mini/drover-mini.gguf", &err), &err);
        assert_true(gguf_string(gguf_find(g, "drover.contract"), &text));
        buf_append_str(out, text);
        assert_true(gguf_string(gguf_find(g, "tokenizer.chat_template"), &text));
        assert_string_equal(dialect_detect(text)->name, "drover");
        gguf_close(g);
        return;
    }
    check(file_read(out, "model/mini/contract.json", 1 << 20, &err), &err);
}

static void test_rendering_agrees_with_the_shipped_contract(void **state) {
    AUTO_BUF struct buf contract = BUF_INIT(1 << 20), got = BUF_INIT(1 << 16),
                        want = BUF_INIT(1 << 16);
    AUTO_JSON cJSON *c = NULL;
    struct err err = ERR_INIT;
    contract_read(&contract);
    check(json_parse(&c, buf_str(&contract), "contract", &err), &err);
    assert_string_equal(json_string(c, "dialect", ""), "drover");
    AUTO_JSON cJSON *conversation =
        json_of("{\"messages\":[{\"role\":\"system\",\"content\":\"PROMPT\"},"
                "{\"role\":\"user\",\"content\":\"BRIEF\"},"
                "{\"role\":\"assistant\",\"content\":\"TEXT\",\"tool_calls\":[{\"function\":"
                "{\"name\":\"NAME\",\"arguments\":{}}}]},"
                "{\"role\":\"tool\",\"content\":\"RESULT\"}]}");
    check(model_render_text("drover", conversation, "", "", &got, &err), &err);
    /* in the contract "..." stands for whatever follows, and {...} for arguments */
    struct str render = str_from(json_string(c, "render", ""));
    size_t dots = str_find(render, STR("{...}"), 0);
    assert_true(dots != SIZE_MAX && str_ends(render, STR("...")));
    buf_append_str(&want, str_slice(render, 0, dots + 1));
    buf_append_str(&want, str_slice(render, dots + 4, render.len - 3));
    assert_string_equal(buf_cstr(&got), buf_cstr(&want));

    const struct dialect *d = dialect_find("drover");
    const cJSON *marker;
    cJSON_ArrayForEach(marker, cJSON_GetObjectItemCaseSensitive(c, "markers")) {
        bool known = strcmp(marker->string, "pad") == 0;
        for (size_t i = 0; i < ARRAY_LEN(d->markers) && d->markers[i]; i++)
            known = known || strcmp(d->markers[i], marker->valuestring) == 0;
        if (!known)
            fail_msg("the dialect does not know '%s'", marker->valuestring);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations_render_as_the_vendors_template),
        cmocka_unit_test(test_families_without_vectors),
        cmocka_unit_test(test_json_is_written_as_python_does),
        cmocka_unit_test(test_what_is_appended_is_what_the_template_writes),
        cmocka_unit_test(test_a_cut_turn_is_closed_and_an_ended_one_only_followed),
        cmocka_unit_test(test_ids_are_those_of_the_rendered_text),
        cmocka_unit_test(test_markers_in_data_never_act_as_markers),
        cmocka_unit_test(test_broken_markers_can_be_seen),
        cmocka_unit_test(test_the_dialect_follows_from_the_template),
        cmocka_unit_test(test_a_model_without_dialect_says_so),
        cmocka_unit_test(test_bad_conversations_are_refused),
        cmocka_unit_test(test_rendering_agrees_with_the_shipped_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
