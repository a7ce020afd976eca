/* Goal: completed tool calls at temperature 1 all parse, satisfy their schema and keep their
 * bindings, whoever writes them (issue 2: 1,000 of them).
 * Method: the shipped tools, with strings and arrays bounded so that a random writer ends them;
 * files to be bound to; many sequences in one engine; each answer is read back by model_turn_parse
 * and judged by json_validate and by counting in the files. The share of turns cut short is
 * printed.
 *
 * DROVER_CALLS=N sets how many calls (100). A random-weight model always; the shipped model too
 * where its file is (model/mini/drover-mini.gguf, or DROVER_MINI=FILE). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <semaphore.h>
#include <time.h>

#include "model/model.h"
#include "runtime/base/json.h"
#include "tests/unit/model/gguf_make.h"

#define AT_ONCE    24
#define TOKENS_MAX 1500
#define PROMPTS    3

#define FILE_A                                                                                     \
    "int max(int a, int b) {\n\treturn a < b ? a : b;\n}\n\nint min(int a, int b) {\n\treturn "    \
    "a;\n}\n"
#define FILE_B "all: test\n\ntest:\n\t@sh test.sh \"$(M)\"\n"

static sem_t woken;
enum { EDIT = 1, READ = 5 }; /* in tool_names */
static const char *const tool_names[] = {"Bash", "Edit",  "Finish",    "Glob", "Grep",
                                         "Read", "Swarm", "TodoWrite", "Write"};

static void wake(void *arg) {
    (void)arg;
    (void)sem_post(&woken);
}

struct job {
    struct seq *seq;
    struct tokens tokens;
    enum turn_end end;
    struct turn_result result;
    bool over;
};

static void on_turn(void *arg, const struct turn_result *r) {
    struct job *j = arg;
    j->end = r->end;
    j->result = *r;
    j->tokens.n = 0;
    tokens_append(&j->tokens, r->tokens, r->n);
    j->over = true;
}

/* Strings that are not bound to files have at most 24 characters here, arrays 4 items. */
static void bound_lengths(cJSON *schema) {
    cJSON *item, *most = cJSON_GetObjectItemCaseSensitive(schema, "maxLength");
    cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "maxItems");
    const char *bind = json_string(schema, "x-drover-bind", "differs");
    if (most && strcmp(bind, "differs") == 0) {
        cJSON_SetNumberValue(most, MIN(24.0, most->valuedouble));
    }
    if (items) {
        cJSON_SetNumberValue(items, MIN(4.0, items->valuedouble));
    }
    cJSON_ArrayForEach(item, schema) {
        bound_lengths(item);
    }
}

static cJSON *read_tools(void) {
    cJSON *tools = cJSON_CreateArray();
    for (size_t i = 0; i < ARRAY_LEN(tool_names); i++) {
        AUTO_FREE char *path = xasprintf("tools/%s.json", tool_names[i]);
        AUTO_BUF struct buf text = BUF_INIT(1 << 20);
        struct err err = ERR_INIT;
        cJSON *tool = NULL;
        if (!file_read(&text, path, 1 << 20, &err) ||
            !json_parse(&tool, buf_str(&text), path, &err)) {
            fail_msg("%s", err.msg);
        }
        bound_lengths(tool);
        cJSON_AddItemToArray(tools, tool);
    }
    return tools;
}

static struct str text_of(const char *path) {
    return strcmp(path, "src/max.c") == 0  ? STR(FILE_A)
           : strcmp(path, "Makefile") == 0 ? STR(FILE_B)
                                           : STR("");
}

static struct bindings *make_bindings(void) {
    static const struct str paths[] = {STR("src/max.c"), STR("Makefile"), STR("test.sh"),
                                       STR("src/min.c")};
    static const struct bindings_file files[] = {{STR("src/max.c"), STR(FILE_A)},
                                                 {STR("Makefile"), STR(FILE_B)}};
    return bindings_create(paths, ARRAY_LEN(paths), true, files, ARRAY_LEN(files));
}

/* ---- judging ---- */

static void check_edit(const cJSON *arguments) {
    struct str text = text_of(json_string(arguments, "file_path", ""));
    struct str old = str_from(json_string(arguments, "old_string", ""));
    size_t count = 0;
    for (size_t at = 0; old.len > 0 && (at = str_find(text, old, at)) != SIZE_MAX; at++) {
        count++;
    }
    assert_true(count == 1 || (count > 1 && json_bool(arguments, "replace_all", false)));
    assert_false(str_equal_c(old, json_string(arguments, "new_string", "")));
}

static void check_call(const struct model_call *call, const cJSON *tools) {
    const cJSON *tool;
    cJSON_ArrayForEach(tool, tools) {
        if (str_equal_c(call->name, json_string(tool, "name", ""))) {
            break;
        }
    }
    assert_non_null(tool);
    struct err err = ERR_INIT;
    if (!json_validate(call->arguments, cJSON_GetObjectItemCaseSensitive(tool, "parameters"), NULL,
                       &err)) {
        fail_msg("%.*s: %s", STR_FMT(call->name), err.msg);
    }
    if (str_equal_c(call->name, "Edit")) {
        check_edit(call->arguments);
    }
}

struct tally {
    size_t calls, turns, turns_with_calls, cut, tokens, forced, refused;
    size_t by_tool[ARRAY_LEN(tool_names)];
};

static void judge(const struct model *model, const struct job *j, const cJSON *tools,
                  struct tally *t) {
    struct model_turn turn;
    model_turn_parse(model, j->tokens.ids, j->tokens.n, &turn);
    assert_true(j->end == TURN_ENDED || j->end == TURN_TRUNCATED || j->end == TURN_CONTEXT);
    assert_true(j->end != TURN_ENDED || !turn.truncated);
    for (size_t i = 0; i < turn.n_calls; i++) {
        check_call(&turn.calls[i], tools);
        for (size_t k = 0; k < ARRAY_LEN(tool_names); k++) {
            t->by_tool[k] += str_equal_c(turn.calls[i].name, tool_names[k]);
        }
    }
    t->calls += turn.n_calls;
    t->turns++;
    t->turns_with_calls += turn.n_calls > 0;
    t->cut += turn.truncated;
    t->tokens += j->tokens.n;
    t->forced += j->result.tokens_forced;
    t->refused += j->result.calls_refused;
    model_turn_release(&turn);
}

/* ---- running ---- */

struct run {
    struct model *model;
    struct engine *engine;
    struct grammar *grammar[2]; /* all tools; Read and Edit only */
    struct bindings *bindings;
    struct tokens prompt[PROMPTS];
    uint64_t next;
};

static void submit(struct run *r, struct job *j) {
    struct turn_request request = {
        .prompt = r->prompt[r->next % PROMPTS].ids,
        .prompt_n = r->prompt[r->next % PROMPTS].n,
        .tokens_max = TOKENS_MAX,
        .grammar = r->grammar[r->next % 2],
        .bindings = r->bindings,
        .sampling = {.temperature = 1, .top_p = 1, .key = {r->next++, 17}}};
    j->over = false;
    j->seq = seq_create(r->engine);
    seq_submit(j->seq, &request, on_turn, j);
}

static void wait_some(void) {
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 300;
    assert_int_equal(sem_timedwait(&woken, &until), 0);
}

static int64_t calls_wanted(void) {
    const char *n = getenv("DROVER_CALLS");
    int64_t wanted = 100;
    return n && str_to_i64(str_from(n), 1, 1000000, &wanted) ? wanted : 100;
}

static void print_tally(const char *name, const struct tally *t) {
    print_message("%s: %zu calls in %zu of %zu turns, all valid; %zu turns cut short in a call "
                  "(%.1f %%); %zu tokens, %zu forced, %zu refused\n   ",
                  name, t->calls, t->turns_with_calls, t->turns, t->cut,
                  100.0 * (double)t->cut / (double)t->turns, t->tokens, t->forced, t->refused);
    for (size_t i = 0; i < ARRAY_LEN(tool_names); i++) {
        print_message(" %s %zu", tool_names[i], t->by_tool[i]);
    }
    print_message("\n");
}

/* 0: the task; 1: the tests have failed; 2: the file was read. */
static bool make_prompt(const struct model *model, int which, struct tokens *out, struct err *err) {
    static const struct model_result results[] = {
        {STR("Bash"), STR("FAIL src/max.c: max(3, 7) = 3, expected 7\n[exit 1]"), 0},
        {STR("Read"),
         STR("1\tint max(int a, int b) {\n2\t\treturn a < b ? a : b;\n3\t}\n4\t\n5\tint min(int a, "
             "int b) {\n6\t\treturn a;\n7\t}\n"),
         1}};
    if (!model_render_begin(
            model,
            STR("You fix one C module: test it, read the file, diff it with the file as "
                "it should be, edit the lines that differ, test again, finish."),
            NULL, out, err) ||
        !model_render_user(model, STR("Fix module max."), out, err)) {
        return false;
    }
    for (int i = 0; i < which; i++) {
        if (!model_render_results(model, &results[i], 1, out, err)) {
            return false;
        }
    }
    return model_render_assistant(model, which > 0, out, err);
}

static bool make_grammars(struct run *r, const cJSON *tools, struct err *err) {
    AUTO_JSON cJSON *some = cJSON_CreateArray();
    const cJSON *tool;
    cJSON_ArrayForEach(tool, tools) {
        const char *name = json_string(tool, "name", "");
        if (strcmp(name, "Read") == 0 || strcmp(name, "Edit") == 0) {
            cJSON_AddItemToArray(some, cJSON_Duplicate(tool, true));
        }
    }
    return grammar_create(&r->grammar[0], r->model, tools, err) &&
           grammar_create(&r->grammar[1], r->model, some, err);
}

static void run_calls(struct model *model, const char *name) {
    struct run r = {.model = model, .bindings = make_bindings()};
    struct engine_options options = {.threads = 2, .kv_bytes = 64u << 20, .wake = wake};
    struct job jobs[AT_ONCE] = {0};
    struct tally t = {0};
    struct err err = ERR_INIT;
    AUTO_JSON cJSON *tools = read_tools();
    bool ok = make_grammars(&r, tools, &err) && engine_start(&r.engine, model, &options, &err);
    for (int i = 0; ok && i < PROMPTS; i++) {
        ok = make_prompt(model, i, &r.prompt[i], &err);
    }
    if (!ok) {
        fail_msg("%s", err.msg);
    }
    for (size_t i = 0; i < AT_ONCE; i++) {
        submit(&r, &jobs[i]);
    }
    for (size_t running = AT_ONCE; running > 0;) {
        wait_some();
        engine_drain(r.engine);
        for (size_t i = 0; i < AT_ONCE; i++) {
            if (!jobs[i].over) {
                continue;
            }
            judge(model, &jobs[i], tools, &t);
            seq_destroy(jobs[i].seq);
            jobs[i].over = false;
            if (t.calls < (size_t)calls_wanted()) {
                submit(&r, &jobs[i]);
            } else {
                running--;
            }
        }
    }
    print_tally(name, &t);
    assert_true(t.calls >= (size_t)calls_wanted());
    assert_true(t.by_tool[EDIT] > 0 && t.by_tool[READ] > 0);
    for (size_t i = 0; i < AT_ONCE; i++) {
        tokens_release(&jobs[i].tokens);
    }
    engine_stop(r.engine);
    grammar_destroy(r.grammar[0]);
    grammar_destroy(r.grammar[1]);
    bindings_unref(r.bindings);
    for (int i = 0; i < PROMPTS; i++) {
        tokens_release(&r.prompt[i]);
    }
}

static void test_calls_of_random_weights_are_valid(void **state) {
    (void)state;
    struct make g;
    struct err err = ERR_INIT;
    struct model_options options = {.threads = 2};
    struct model *model;
    make_init(&g);
    make_deepseek2(&g, QUANT_F32, 2, 320);
    make_finish(&g);
    bool ok = model_open(&model, make_save(&g), &options, &err);
    make_release(&g);
    if (!ok) {
        fail_msg("%s", err.msg);
    }
    run_calls(model, "random weights");
    model_close(model);
}

static void test_calls_of_the_shipped_model_are_valid(void **state) {
    (void)state;
    const char *path = getenv("DROVER_MINI");
    struct err err = ERR_INIT;
    struct model_options options = {.threads = 2};
    struct model *model;
    path = path ? path : "model/mini/drover-mini.gguf";
    if (!model_open(&model, path, &options, &err)) {
        assert_int_equal(err.code, ERR_NOT_FOUND); /* a checkout without it: nothing to show */
        print_message("no model at '%s'\n", path);
        skip();
    }
    run_calls(model, "shipped model");
    model_close(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_of_random_weights_are_valid),
        cmocka_unit_test(test_calls_of_the_shipped_model_are_valid),
    };
    (void)sem_init(&woken, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
