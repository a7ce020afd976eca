/* The grammar and the parser, held together: whatever a random model can write under the grammar of
 * any dialect is read back as calls that fit the tools' schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/grammar.h"
#include "model/model_int.h"
#include "runtime/base/json.h"
#include "tests/unit/model/vocab_make.h"

#define TEXT "{\"type\":\"string\",\"maxLength\":6}"
#define TOOLS                                                                                      \
    "[{\"name\":\"Edit\",\"description\":\"e\",\"parameters\":{\"type\":\"object\","               \
    "\"properties\":{\"path\":" TEXT ",\"count\":{\"type\":\"integer\",\"minimum\":-20,"           \
    "\"maximum\":300},\"all\":{\"type\":\"boolean\"},\"kind\":{\"enum\":[\"a\",\"b "               \
    "c\"]},\"mode\":{\"type\":"                                                                    \
    "\"string\",\"enum\":[\"on\",\"7\"]},\"any\":{\"anyOf\":[{\"type\":\"integer\"},{\"type\":"    \
    "\"null\"}]},"                                                                                 \
    "\"list\":{\"type\":\"array\",\"items\":" TEXT ",\"maxItems\":3}},"                            \
    "\"required\":[\"path\",\"count\"],\"additionalProperties\":false}},"                          \
    "{\"name\":\"Stop\",\"description\":\"s\",\"parameters\":{\"type\":\"object\",\"properties\":" \
    "{\"inner\":{\"type\":\"object\",\"properties\":{\"x\":" TEXT "},\"required\":[\"x\"],"        \
    "\"additionalProperties\":false}},\"required\":[],\"additionalProperties\":false}},"           \
    "{\"name\":\"StopAll\",\"description\":\"a name that begins as another\",\"parameters\":"      \
    "{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false}}]"

enum { WALKS = 60, TOKENS_MAX = 6000 };

struct walk {
    struct model model;
    struct make g;
    struct grammar *grammar;
    struct grammar_state *state;
    struct tokens answer;
    uint64_t seed;
};

static uint32_t walk_random(struct walk *w) {
    w->seed = w->seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(w->seed >> 33);
}

static void walk_take(struct walk *w, int32_t token) {
    if (!grammar_state_accept(w->state, token))
        fail_msg("%s: token %d is refused after %zu", w->model.dialect->name, token, w->answer.n);
    tokens_append(&w->answer, &token, 1);
}

static void walk_take_text(struct walk *w, struct str text, bool special) {
    AUTO_TOKENS struct tokens t = {0};
    struct err err = ERR_INIT;
    assert_true(tokenizer_encode(w->model.tokenizer, text, special, &t, &err));
    for (size_t i = 0; i < t.n; i++)
        walk_take(w, t.ids[i]);
}

static int32_t walk_draw(struct walk *w, const uint32_t *bits) {
    int32_t n = tokenizer_size(w->model.tokenizer);
    int32_t from = (int32_t)(walk_random(w) % (uint32_t)n);
    for (int32_t i = 0; i < n; i++) {
        int32_t t = (from + i) % n;
        if (bits[t / 32] >> (t % 32) & 1)
            return t;
    }
    fail_msg("%s: nothing is allowed", w->model.dialect->name);
    return -1;
}

/* Writes one turn from the trigger on; false if it became too long. */
static bool walk_turn(struct walk *w) {
    uint32_t bits[64] = {0};
    w->answer.n = 0;
    walk_take_text(w, str_from(w->model.dialect->calls.trigger), true);
    while (w->answer.n < TOKENS_MAX) {
        AUTO_BUF struct buf forced = BUF_INIT(1 << 16);
        int32_t token;
        if (w->answer.n && tokenizer_is_end(w->model.tokenizer, w->answer.ids[w->answer.n - 1]))
            return true;
        if (grammar_state_forced(w->state, &forced) > 0)
            walk_take_text(w, buf_str(&forced), false);
        else if ((token = grammar_state_forced_token(w->state)) >= 0)
            walk_take(w, token);
        else if (grammar_state_mask(w->state, bits) == GRAMMAR_MASKED)
            walk_take(w, walk_draw(w, bits));
        else
            return true; /* the calls are over and text may follow */
    }
    return false;
}

static void check_calls(struct walk *w, const cJSON *tools, int closed) {
    struct model_turn turn;
    AUTO_BUF struct buf text = BUF_INIT(1 << 20);
    for (size_t i = 0; i < w->answer.n; i++)
        buf_append_str(&text, model_token_bytes(&w->model, w->answer.ids[i], true));
    model_turn_parse(&w->model, w->answer.ids, w->answer.n, &turn);
    model_turn_types(&turn, tools);
    if (turn.truncated || (int)turn.n_calls != closed)
        fail_msg("%s: %zu calls of %d%s in:\n%s", w->model.dialect->name, turn.n_calls, closed,
                 turn.truncated ? ", truncated" : "", buf_cstr(&text));
    for (size_t i = 0; i < turn.n_calls; i++) {
        const cJSON *tool = tools->child;
        AUTO_FREE char *path = NULL;
        struct err err = ERR_INIT;
        while (tool && !str_equal_c(turn.calls[i].name, json_string(tool, "name", "")))
            tool = tool->next;
        assert_non_null(tool);
        if (!json_validate(turn.calls[i].arguments,
                           cJSON_GetObjectItemCaseSensitive(tool, "parameters"), &path, &err))
            fail_msg("%s: %s: %s in:\n%s", w->model.dialect->name, path, err.msg, buf_cstr(&text));
    }
    model_turn_release(&turn);
}

static void test_what_the_grammar_writes_the_parser_reads(void **state) {
    AUTO_JSON cJSON *tools = NULL;
    struct err err = ERR_INIT;
    assert_true(json_parse(&tools, STR(TOOLS), "tools", &err));
    for (const struct dialect *const *d = dialect_list(); *d; d++) {
        for (int control = 0; control < 2; control++) {
            struct walk *w = xcalloc(1, sizeof *w);
            int calls = 0, finished = 0;
            if (!control && (*d)->calls.channels) {
                free(w);
                continue; /* harmony's headers are control tokens */
            }
            w->model.dialect = *d;
            w->model.tokenizer = vocab_of_dialect(&w->g, *d, control);
            w->seed = 11;
            if (!grammar_create(&w->grammar, &w->model, tools, &err))
                fail_msg("%s: %s", (*d)->name, err.msg);
            for (int i = 0; i < WALKS; i++) {
                w->state = grammar_state_create(w->grammar, NULL);
                if (walk_turn(w)) {
                    finished++;
                    calls += grammar_state_calls(w->state);
                    check_calls(w, tools, grammar_state_calls(w->state));
                }
                grammar_state_destroy(w->state);
            }
            assert_true(calls >= finished && finished > WALKS / 2);
            grammar_destroy(w->grammar);
            tokens_release(&w->answer);
            tokenizer_destroy(w->model.tokenizer);
            make_release(&w->g);
            free(w);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_grammar_writes_the_parser_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
