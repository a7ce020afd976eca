/* Goal: what children do reaches the parent by rules, not by luck: a check decides over success,
 * conflicts are told and nothing of anybody is lost, a budget is each child's own.
 * Method: turns written here (scripted.h); siblings get the same turns, so that their order does
 * not matter. */
#include "scripted.h"

#define MAIN                                                                                       \
    "\"main\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Agent\",\"Swarm\",\"Bash\","    \
    "\"TodoWrite\","                                                                               \
    "\"Finish\"],\"subagents\":[\"child\"]}"
#define CHILD(more)                                                                                \
    "{" MAIN                                                                                       \
    ",\"child\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Bash\",\"Finish\"]" more "}}"
#define AGENT CALL("Agent", "{\"subagent_type\":\"child\",\"prompt\":\"do it\"}")
#define SWARM                                                                                      \
    CALL("Swarm", "{\"subagent_type\":\"child\",\"prompt_template\":\"do "                         \
                  "{{item}}\",\"items\":[\"a\",\"b\"]}")

static void has(struct scripted *f, const char *part) {
    if (!strstr(buf_cstr(&f->results), part))
        fail_msg("no '%s' in: %s", part, buf_cstr(&f->results));
}

static void test_a_check_that_passes_makes_a_success(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(",\"retry\":{\"attempts\":3,\"check\":\"test -e made\"}"));
    const char *const turns[] = {AGENT END,  BASH("touch made"), FINISH("failure"),
                                 BASH("ls"), FINISH("success"),  ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings), "1.1.0.0 check_passed\n1 success\n");
    has(&f, "a.txt\nmade"); /* merged into the parent's files */
    scripted_release(&f);
}

static void test_a_check_that_fails_decides_and_every_attempt_begins_anew(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(",\"retry\":{\"attempts\":2,\"check\":\"test -e made\"}"));
    const char *const turns[] = {
        AGENT END,         BASH("touch bad"),       FINISH("success"), BASH("ls"),
        FINISH("success"), BASH("ls; echo parent"), FINISH("failure"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings),
                        "1.1.0.0 check_failed\n1.1.0.0 check_failed\n1 failure\n");
    has(&f, "[failed: check_failed]");
    has(&f, "a.txt\nparent"); /* nothing of the failed ones */
    assert_null(strstr(buf_cstr(&f.results), "bad"));
    scripted_release(&f);
}

static void test_an_item_of_a_check_is_quoted_for_the_shell(void **state) {
    struct scripted f;
    scripted_init(&f,
                  CHILD(",\"retry\":{\"attempts\":1,\"check\":\"test {{item}} = 'a; false'\"}"));
    const char *const turns[] = {
        CALL("Swarm", "{\"subagent_type\":\"child\",\"prompt_template\":\"do {{item}}\",\"items\":"
                      "[\"a; false\"]}") END,
        FINISH("failure"), FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings), "1.1.0.0 check_passed\n1 success\n");
    scripted_release(&f);
}

/* The schema bounds items that are listed in the call; a line of a file is not shorter by itself. A
 * quoted item that was cut left its quote open, and the next one stood outside of it. */
static void test_an_item_of_a_file_is_as_long_as_a_listed_one(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(",\"retry\":{\"attempts\":1,\"check\":\"test {{item}} = x && test "
                            "{{item}} = x\"}"));
    const char *const turns[] = {
        BASH("(printf '; exit 0; '; head -c 40000 /dev/zero | tr '\\\\0' a; echo) >items"),
        CALL("Swarm", "{\"subagent_type\":\"child\",\"prompt_template\":\"do {{item}}\","
                      "\"items_from\":\"items\"}") END,
        BASH("(printf '; exit 0; '; head -c 4000 /dev/zero | tr '\\\\0' a; echo) >items"),
        CALL("Swarm", "{\"subagent_type\":\"child\",\"prompt_template\":\"do {{item}}\","
                      "\"items_from\":\"items\"}") END,
        FINISH("failure"),
        FINISH("success"),
        ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    has(&f, "an item is longer than 4096 bytes");
    has(&f, "1 agents: 0 succeeded, 1 failed"); /* the control: a shorter one starts an agent */
    scripted_release(&f);
}

#define CHAIN(name, next)                                                                          \
    ",\"" name "\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Agent\",\"Finish\"],"      \
    "\"subagents\":[\"" next "\"]}"
#define START(name) CALL("Agent", "{\"subagent_type\":\"" name "\",\"prompt\":\"go on\"}") END

static void test_agents_nest_to_their_depth_and_no_deeper(void **state) {
    struct scripted f;
    scripted_init(&f, "{\"main\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Agent\","
                      "\"Finish\"],\"subagents\":[\"b\"]}" CHAIN("b", "c") CHAIN("c", "d")
                          CHAIN("d", "e") CHAIN("e", "f") ",\"f\":{\"description\":\"d\","
                                                          "\"prompt\":\"p\"}}");
    const char *const turns[] = {START("b"),
                                 START("c"),
                                 START("d"),
                                 START("e"),
                                 START("f"),
                                 FINISH("success"),
                                 FINISH("success"),
                                 FINISH("success"),
                                 FINISH("success"),
                                 FINISH("success"),
                                 ""};
    _Static_assert(AGENT_DEPTH_MAX == 4, "four agents may be started, one by the other");
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    has(&f, "there is no tool 'Agent' here"); /* what the fifth was told */
    assert_string_equal(buf_cstr(&f.endings),
                        "1.1.0.0.1.0.0.1.0.0.1.0.0 success\n"
                        "1.1.0.0.1.0.0.1.0.0 success\n"
                        "1.1.0.0.1.0.0 success\n1.1.0.0 success\n1 success\n");
    scripted_release(&f);
}

static void test_a_budget_of_agents_is_for_all_of_them_together(void **state) {
    struct scripted f;
    scripted_init(&f, "{\"main\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Agent\","
                      "\"Swarm\",\"Finish\"],\"subagents\":[\"child\"],\"budget\":{\"agents\":3}},"
                      "\"child\":{\"description\":\"d\",\"prompt\":\"p\"}}");
    const char *const turns[] = {SWARM END, FINISH("success"), FINISH("success"),
                                 SWARM END, AGENT END,         FINISH("success"),
                                 AGENT END, FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    has(&f, "2 agents: 2 succeeded"); /* the control: within the budget they start */
    has(&f, "the budget allows 1 more agents, not 2");
    has(&f, "the budget allows 0 more agents, not 1");
    scripted_release(&f);
}

static void test_siblings_that_write_the_same_file_conflict_and_the_first_stays(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(""));
    const char *write = BASH("date +%s%N >f; touch of-$$-$(date +%N)");
    const char *const turns[] = {SWARM END,
                                 write,
                                 write,
                                 FINISH("success"),
                                 FINISH("success"),
                                 BASH("wc -l <f; ls of-* | wc -l"),
                                 FINISH("success"),
                                 ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    has(&f, "2 agents: 2 succeeded, 0 failed");
    has(&f, "1 conflicts\nconflict: f: yours was kept");
    has(&f, "1\n2"); /* one of the two, and both of what did not conflict */
    scripted_release(&f);
}

static void test_a_budget_ends_each_sibling_and_the_parent_is_told(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(",\"budget\":{\"calls\":1}"));
    const char *const turns[] = {
        SWARM END, BASH("touch x"), BASH("touch y"), BASH("true"), BASH("true"), FINISH("success"),
        ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    has(&f, "2 agents: 0 succeeded, 2 failed");
    has(&f, "failed: a: budget_calls");
    has(&f, "failed: b: budget_calls");
    scripted_release(&f);
}

#define EIGHT(more)                                                                                \
    CALL("Swarm", "{\"subagent_type\":\"child\",\"prompt_template\":\"do {{item}}\"," more         \
                  "\"items\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]}")                  \
    END
#define TWICE(x) x, x
#define EACH(x)  TWICE(x), TWICE(x), TWICE(x), TWICE(x)

/* What the first eight children declare, after a root that declares nothing; all the same. */
static int64_t declared(size_t first) {
    for (size_t i = first; i < n_shared_prefix; i++)
        assert_int_equal(shared_prefix[i], shared_prefix[first]);
    return shared_prefix[first];
}

static void test_many_siblings_declare_what_they_share(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(""));
    const char *const two[] = {SWARM END, TWICE(FINISH("success")), FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, two), RUN_DONE);
    assert_int_equal(n_shared_prefix, 3);
    assert_int_equal(declared(0), 0);
    scripted_release(&f);

    scripted_init(&f, CHILD(""));
    const char *const eight[] = {EIGHT(""), EACH(BASH("true")), EACH(FINISH("success")),
                                 FINISH("success"), ""};
    const char *const rest[] = {EACH(FINISH("success")), FINISH("success"), ""};
    f.calls_max = 1;
    assert_int_equal(scripted_run(&f, false, eight), RUN_STOPPED);
    assert_int_equal(n_shared_prefix, 9);
    assert_int_equal(shared_prefix[0], 0);
    int64_t before = declared(1);
    assert_true(before > 0);
    f.calls_max = 0;
    assert_int_equal(scripted_run(&f, true, rest), RUN_DONE);
    assert_int_equal(n_shared_prefix, 9); /* the root's is made last now */
    assert_int_equal(shared_prefix[--n_shared_prefix], 0);
    assert_int_equal(declared(0), before);
    scripted_release(&f);

    /* Forks share all that their parent said. */
    scripted_init(&f, CHILD(""));
    const char *const forks[] = {EIGHT("\"fork\":true,"), EACH(FINISH("success")),
                                 FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, forks), RUN_DONE);
    assert_int_equal(n_shared_prefix, 9);
    assert_true(declared(1) > before);
    scripted_release(&f);
}

static void test_todos_are_noted(void **state) {
    struct scripted f;
    scripted_init(&f, CHILD(""));
    const char *const turns[] = {
        CALL("TodoWrite",
             "{\"todos\":[{\"content\":\"a\",\"status\":\"completed\",\"activeForm\":"
             "\"b\"},{\"content\":\"c\",\"status\":\"pending\",\"activeForm\":\"d\"}]}") END,
        FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    has(&f, "noted: 1 of 2 open");
    scripted_release(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_check_that_passes_makes_a_success),
        cmocka_unit_test(test_a_check_that_fails_decides_and_every_attempt_begins_anew),
        cmocka_unit_test(test_an_item_of_a_check_is_quoted_for_the_shell),
        cmocka_unit_test(test_an_item_of_a_file_is_as_long_as_a_listed_one),
        cmocka_unit_test(test_agents_nest_to_their_depth_and_no_deeper),
        cmocka_unit_test(test_a_budget_of_agents_is_for_all_of_them_together),
        cmocka_unit_test(test_siblings_that_write_the_same_file_conflict_and_the_first_stays),
        cmocka_unit_test(test_a_budget_ends_each_sibling_and_the_parent_is_told),
        cmocka_unit_test(test_many_siblings_declare_what_they_share),
        cmocka_unit_test(test_todos_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
