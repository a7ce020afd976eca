/* Goal: an agent that repeats itself, talks instead of calling, or ends in the middle of a turn is
 * told so, and ended by name when it does not listen; also when the run was stopped in between.
 * Method: turns written here (scripted.h), everything else real. */
#include "scripted.h"

#define ONE_AGENT                                                                                  \
    "{\"main\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Bash\",\"Finish\"]}}"
#define SAME  BASH("echo no; exit 1")
#define OTHER BASH("date +%N")
#define TOLD  "[this call has given this result "

static size_t count_told(struct scripted *f) {
    size_t n = 0;
    for (const char *p = buf_cstr(&f->results); (p = strstr(p, TOLD)); p++)
        n++;
    return n;
}

static void test_the_third_same_result_is_told_to_the_model(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const two[] = {SAME, SAME, FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, two), RUN_DONE);
    assert_int_equal(count_told(&f), 0);
    scripted_release(&f);
    scripted_init(&f, ONE_AGENT);
    const char *const three[] = {SAME, SAME, SAME, FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, three), RUN_DONE);
    assert_int_equal(count_told(&f), 1);
    assert_non_null(strstr(buf_cstr(&f.results), TOLD "3 times; do something else]"));
    assert_string_equal(buf_cstr(&f.endings), "1 success\n");
    scripted_release(&f);
}

static void test_the_sixth_same_result_ends_the_agent_by_name(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const turns[] = {SAME, OTHER, SAME, SAME, OTHER, SAME, SAME, SAME, ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings), "1 loop\n");
    assert_int_equal(f.calls, 8); /* six alike, two that gave something else each time */
    assert_int_equal(count_told(&f), 4);
    scripted_release(&f);
}

static void test_the_same_call_with_new_results_is_no_loop(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const turns[] = {
        OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_int_equal(count_told(&f), 0);
    assert_string_equal(buf_cstr(&f.endings), "1 success\n");
    scripted_release(&f);
}

static void test_a_loop_is_counted_across_a_stop(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const before[] = {SAME, SAME, SAME, SAME, SAME, SAME, ""};
    f.calls_max = 2;
    assert_int_equal(scripted_run(&f, false, before), RUN_STOPPED);
    int64_t done = f.calls;
    assert_in_range(done, 2, 3);
    f.calls_max = 0;
    assert_int_equal(scripted_run(&f, true, before), RUN_DONE);
    assert_int_equal(done + f.calls, 6);
    assert_string_equal(buf_cstr(&f.endings), "1 loop\n");
    scripted_release(&f);
}

static void test_a_loop_is_a_failure_that_gets_a_fresh_attempt(void **state) {
    struct scripted f;
    scripted_init(&f, "{\"main\":{\"description\":\"d\",\"prompt\":\"p\",\"tools\":[\"Agent\","
                      "\"Finish\"],\"subagents\":[\"child\"]},\"child\":{\"description\":\"d\","
                      "\"prompt\":\"p\",\"tools\":[\"Bash\",\"Finish\"],"
                      "\"retry\":{\"attempts\":2}}}");
    const char *const turns[] = {
        CALL("Agent", "{\"description\":\"d\",\"prompt\":\"p\",\"subagent_type\":\"child\"}") END,
        SAME,
        SAME,
        SAME,
        SAME,
        SAME,
        SAME,
        FINISH("success"),
        FINISH("success"),
        ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings), "1.1.0.0 loop\n1.1.0.0 success\n1 success\n");
    scripted_release(&f);
}

static void test_talk_without_a_call_is_reminded_once_and_then_ends(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const turns[] = {"the test " END, "fix it" END, ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings), "1 no_finish\n");
    scripted_release(&f);
    scripted_init(&f, ONE_AGENT);
    const char *const calls[] = {"the test " END, SAME, "fix it" END, FINISH("failure"), ""};
    assert_int_equal(scripted_run(&f, false, calls), RUN_DONE);
    assert_string_equal(buf_cstr(&f.endings), "1 failure\n");
    scripted_release(&f);
}

#define LOOK "echo \\\"$V,$(type -t ls),${PWD##*/},$(command ls -A ~ /dev/shm | wc -l)\\\""

/* F17: nothing crosses from one call to the next but files of the workspace: no variable, function,
 * directory and no home. The call in between sees what it made, which is the control. */
static void test_a_call_begins_as_the_first_one_did(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const turns[] = {BASH(LOOK),
                                 BASH("export V=1; ls() { :; }; cd /tmp; touch ~/.bashrc "
                                      "/dev/shm/x; " LOOK),
                                 BASH(LOOK " again"), FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    if (!strstr(buf_cstr(&f.results), ",file,project,3\n1,function,tmp,5\n,file,project,3 again\n"))
        fail_msg("%s", buf_cstr(&f.results));
    scripted_release(&f);
}

/* B23: a shared mapping outlives its descriptor, but not the call: the next one reads what no
 * process can change any more. */
static void test_a_mapping_kept_in_the_background_writes_nothing_later(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const turns[] = {
        BASH("setsid -f python3 -c 'import mmap,time\\nf=open(\\\"a.txt\\\",\\\"r+b\\\")\\n"
             "m=mmap.mmap(f.fileno(),0)\\nf.close()\\nfor i in range(500):\\n m[0]=48+i%10\\n"
             " time.sleep(.01)\\n if i==3: open(\\\"on\\\",\\\"w\\\")' >/dev/null 2>&1; "
             "for i in $(seq 500); do [ -e on ] && break; sleep .02; done; head -n 1 a.txt"),
        BASH("cp a.txt b.txt; sleep 1; cmp a.txt b.txt && echo same"), FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    const char *text = buf_cstr(&f.results); /* the control: it did write while its call ran */
    if (!str_starts(str_from(text + 1), STR("ne\nsame\n")) || text[0] == 'o')
        fail_msg("%s", text);
    scripted_release(&f);
}

static void test_a_finish_before_other_calls_of_its_turn_does_not_end(void **state) {
    struct scripted f;
    scripted_init(&f, ONE_AGENT);
    const char *const turns[] = {CALL("Finish", "{\"status\":\"success\",\"result\":\"r\"}")
                                     BASH("echo still here"),
                                 FINISH("success"), ""};
    assert_int_equal(scripted_run(&f, false, turns), RUN_DONE);
    assert_non_null(strstr(buf_cstr(&f.results), "Finish must be the last call"));
    assert_non_null(strstr(buf_cstr(&f.results), "still here"));
    scripted_release(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_third_same_result_is_told_to_the_model),
        cmocka_unit_test(test_the_sixth_same_result_ends_the_agent_by_name),
        cmocka_unit_test(test_the_same_call_with_new_results_is_no_loop),
        cmocka_unit_test(test_a_loop_is_counted_across_a_stop),
        cmocka_unit_test(test_a_loop_is_a_failure_that_gets_a_fresh_attempt),
        cmocka_unit_test(test_talk_without_a_call_is_reminded_once_and_then_ends),
        cmocka_unit_test(test_a_call_begins_as_the_first_one_did),
        cmocka_unit_test(test_a_mapping_kept_in_the_background_writes_nothing_later),
        cmocka_unit_test(test_a_finish_before_other_calls_of_its_turn_does_not_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
