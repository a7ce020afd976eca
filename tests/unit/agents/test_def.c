/* Goal: a mistake in an agent's JSON is found before anything starts, and the message says file,
 * line, column, path and what would be right. Method: files in a fresh directory, loaded as a run
 * loads them; each claim compares the whole message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agents/agents.h"

static char dir[64];

static void put(const char *name, const char *text) {
    char path[128];
    struct err err = ERR_INIT;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_true(file_write_atomic(path, str_from(text), 0600, &err));
}

static int setup(void **state) {
    snprintf(dir, sizeof dir, "/tmp/drover-def-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state) {
    return dir_remove(dir, NULL) ? 0 : -1;
}

/* Loads the directory and checks the set; the error in *err. */
static bool load(struct err *err) {
    struct agent_set *set = agent_set_create();
    bool ok = agent_set_load_dir(set, dir, err) && agent_set_check(set, err);
    agent_set_destroy(set);
    return ok;
}

static void expect_error(const char *place, const char *message, const char *hint) {
    struct err err = ERR_INIT;
    assert_false(load(&err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(err_exit_code(err.code), 2);
    if (!strstr(err.msg, place) || !strstr(err.msg, message) || !strstr(err.hint, hint))
        fail_msg("message '%s', hint '%s'", err.msg, err.hint);
}

#define HEAD "{\n  \"name\": \"a\",\n  \"description\": \"d\",\n  \"prompt\": \"p\",\n"

static void test_well_formed_definition_is_read(void **state) {
    put("a.json",
        HEAD "  \"tools\": \"Bash, Read\", \"budget\": {\"tokens\": 7},\n"
             "  \"retry\": {\"attempts\": 3, \"check\": \"make\"}, \"color\": \"blue\"}\n");
    struct err err = ERR_INIT;
    struct agent_set *set = agent_set_create();
    assert_true(agent_set_load_dir(set, dir, &err));
    const struct agent_def *d = agent_set_find(set, "a");
    assert_non_null(d);
    assert_string_equal(d->tools[0], "Bash");
    assert_string_equal(d->tools[1], "Read");
    assert_string_equal(d->tools[2], "Finish"); /* always there */
    assert_null(d->tools[3]);
    assert_int_equal(d->budget.tokens, 7);
    assert_true(d->budget.calls == BUDGET_UNLIMITED);
    assert_int_equal(d->retry_attempts, 3);
    assert_string_equal(d->retry_check, "make");
    agent_set_destroy(set);
}

static void test_project_definition_replaces_the_builtin_one(void **state) {
    put("lead.json", "{\"name\":\"lead\",\"description\":\"mine\",\"prompt\":\"p\"}");
    struct err err = ERR_INIT;
    struct agent_set *set = agent_set_create();
    assert_true(agent_set_load_dir(set, dir, &err));
    assert_string_equal(agent_set_find(set, "lead")->description, "mine");
    agent_set_destroy(set);
}

static void test_unknown_tool_is_named_with_its_place_and_the_nearest(void **state) {
    put("a.json", HEAD "  \"tools\": [\"Bash\", \"Raed\"]\n}\n");
    expect_error("a.json:5:21: .tools[1]", "unknown tool 'Raed'", "did you mean 'Read'?");
}

static void test_wrong_type_is_named_with_its_place(void **state) {
    put("a.json", HEAD "  \"maxTurns\": \"many\"\n}\n");
    expect_error("a.json:5:15: .maxTurns", "", "drover agent schema");
}

static void test_zero_budget_is_refused(void **state) {
    put("a.json", HEAD "  \"budget\": {\"tokens\": 0}\n}\n");
    expect_error("a.json:5:24: .budget.tokens", "", "");
}

static void test_cycle_of_subagents_is_refused(void **state) {
    put("a.json", HEAD "  \"subagents\": [\"b\"]\n}\n");
    put("b.json", "{\"name\":\"b\",\"description\":\"d\",\"prompt\":\"p\",\"subagents\":[\"a\"]}");
    expect_error("b.json:1:", "cycle of sub-agents: a -> b -> a", "own sub-agents");
}

static void test_unknown_subagent_is_refused(void **state) {
    put("a.json", HEAD "  \"subagents\": [\"nobody\"]\n}\n");
    expect_error("a.json:5:17: .subagents[0]", "unknown agent 'nobody'", "agents are lead");
}

static void test_misspelt_key_is_not_ignored(void **state) {
    put("a.json", HEAD "  \"maxTruns\": 3\n}\n");
    expect_error("a.json:5:", "unknown key", "did you mean 'maxTurns'?");
}

static void test_malformed_json_has_line_and_column(void **state) {
    put("a.json", "{\n  \"name\": \"a\",,\n}\n");
    expect_error("a.json:2:", "", "");
}

static void test_duplicate_key_is_refused(void **state) {
    put("a.json", "{\"name\":\"a\",\"name\":\"b\",\"description\":\"d\",\"prompt\":\"p\"}");
    expect_error("a.json:1:", "", "");
}

static void test_definition_too_large_is_refused(void **state) {
    struct buf b = BUF_INIT(1u << 20);
    buf_append_c(&b, "{\"name\":\"a\",\"description\":\"d\",\"prompt\":\"");
    for (int i = 0; i < 300000; i++)
        buf_append_char(&b, 'x');
    buf_append_c(&b, "\"}");
    put("a.json", buf_cstr(&b));
    buf_release(&b);
    struct err err = ERR_INIT;
    assert_false(load(&err));
}

static void test_many_layers_of_subagents_are_checked_in_linear_time(void **state) {
    /* 40 levels of 8 agents that all name the next 8: 8^40 ways, which a naive search would walk */
    struct err err = ERR_INIT;
    struct agent_set *set = agent_set_create();
    struct buf b = BUF_INIT(4u << 20);
    buf_append_c(&b, "{");
    for (int level = 0; level < 40; level++) {
        for (int i = 0; i < 8; i++) {
            buf_printf(&b, "%s\"a%d-%d\":{\"description\":\"d\",\"prompt\":\"p\",\"subagents\":[",
                       level + i ? "," : "", level, i);
            for (int k = 0; k < 8 && level < 39; k++)
                buf_printf(&b, "%s\"a%d-%d\"", k ? "," : "", level + 1, k);
            buf_append_c(&b, "]}");
        }
    }
    buf_append_c(&b, "}");
    assert_true(agent_set_load_inline(set, buf_str(&b), &err));
    assert_true(agent_set_check(set, &err));
    buf_release(&b);
    agent_set_destroy(set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(test_well_formed_definition_is_read),
        T(test_project_definition_replaces_the_builtin_one),
        T(test_unknown_tool_is_named_with_its_place_and_the_nearest),
        T(test_wrong_type_is_named_with_its_place),
        T(test_zero_budget_is_refused),
        T(test_cycle_of_subagents_is_refused),
        T(test_unknown_subagent_is_refused),
        T(test_misspelt_key_is_not_ignored),
        T(test_malformed_json_has_line_and_column),
        T(test_duplicate_key_is_refused),
        T(test_definition_too_large_is_refused),
        T(test_many_layers_of_subagents_are_checked_in_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
