/* Goal: without walls the bookkeeping is the same: views, layers, changes, limits and the layer
 * functions, so that a run with --sandbox=none gives the result of a run with one. Method: the same
 * commands under both, results compared. */
#include "tests/unit/sandbox/fixture.h"

#include <signal.h>

static struct fixture f;
static const struct sandbox_options none = {.none = true};

static int setup(void **state) {
    fixture_files(&f);
    fixture_start(&f, &none);
    return 0;
}

static int teardown(void **state) {
    fixture_end(&f);
    return 0;
}

static void restart(const struct sandbox_options *options) {
    struct err err = ERR_INIT;
    sandbox_stop(f.sandbox);
    assert_true(sandbox_start(&f.sandbox, options, &err));
    f.n_layers = 0;
}

static void test_changes_and_hashes_equal_those_of_cells(void **state) {
    static const char *const script[] = {
        "echo x > new; rm a.txt; ln -s new link; rm -r src; mkdir src; echo y > src/z",
        "cat src/z; rm -r src; echo file > src; mkdir new2; mv new new2/n; chmod 755 new2/n",
        "rm src; mkdir src; echo back > src/main.c; echo ig > x.o; touch src/main.c"};
    char hash[2][100], output[2][4000];
    static const struct sandbox_options walls;
    const struct sandbox_options *options[] = {&none, &walls};
    for (int i = 0; i < 2; i++) {
        restart(options[i]);
        for (size_t k = 0; k < ARRAY_LEN(script); k++) {
            struct outcome *o = sh(&f, script[k]);
            assert_int_equal(o->end, CELL_EXITED);
            assert_int_equal(o->status, 0);
        }
        snprintf(hash[i], sizeof hash[i], "%s", function(&f, "layers.hash", "", false)->output);
        snprintf(
            output[i], sizeof output[i], "%s",
            sh(&f, "find . -path ./.git -prune -o -printf '%p %y %m %s %l\\n' | sort")->output);
    }
    assert_int_equal(strlen(hash[0]), 64);
    assert_string_equal(hash[0], hash[1]);
    assert_string_equal(output[0], output[1]);
}

static void test_the_working_tree_and_base_are_not_touched(void **state) {
    struct outcome *o = sh(&f, "echo gone > a.txt; pwd");
    assert_int_equal(o->status, 0);
    assert_string_equal(o->changes, "F a.txt\n");
    assert_non_null(strstr(o->output, f.dir));
    f.n_layers = 0;
    assert_string_equal(sh(&f, "head -1 a.txt")->output, "one\n");
    char views[200];
    snprintf(views, sizeof views, "%s/views", f.dir);
    assert_int_equal(rmdir(views), 0); /* no copy is left in it */
}

static void test_children_merge(void **state) {
    struct fixture one = f, two = f;
    sh(&one, "sed -i s/one/ONE/ a.txt");
    two.next = one.next;
    sh(&two, "sed -i s/five/FIVE/ a.txt; rm -r src");
    f.next = two.next;
    struct mount_spec mount[] = {
        {.at = "/drover/base", .base = true},
        {.at = "/drover/theirs/0", .layers = one.layer, .n_layers = 1, .base = true},
        {.at = "/drover/theirs/1", .layers = two.layer, .n_layers = 1, .base = true}};
    struct cell_spec spec = {.function = "layers.merge",
                             .mounts = mount,
                             .n_mounts = 3,
                             .input =
                                 STR("{\"theirs\":[{\"paths\":[\"a.txt\"]},{\"paths\":null}]}")};
    struct outcome *o = run_spec(&f, spec, true);
    assert_string_equal(o->output, "{\"merged\":4,\"conflicts\":[]}");
    assert_string_equal(sh(&f, "cat a.txt; ls")->output, "ONE\ntwo\nthree\nfour\nFIVE\na.txt\n");
    o = function(&f, "layers.export", "", false);
    assert_int_equal(o->status, 0);
    assert_true(o->output_len > 60);
}

static void test_limits_and_kills_reach_everything_that_was_started(void **state) {
    char naps[100], find[100];
    snprintf(naps, sizeof naps, "setsid sleep 99%d & sleep 99%d", (int)getpid(), (int)getpid());
    snprintf(find, sizeof find, "grep -lsxz '[9]9%d' /proc/[0-9]*/cmdline", (int)getpid());
    const char *nap[] = {"sh", "-c", naps, NULL};
    struct outcome *o = run_spec(&f, (struct cell_spec){.argv = nap, .wall_ms = 300}, true);
    assert_int_equal(o->end, CELL_WALL);
    const char *spin[] = {"sh", "-c", "while :; do :; done", NULL};
    o = run_spec(&f, (struct cell_spec){.argv = spin, .cpu_ms = 900, .wall_ms = 20000}, true);
    assert_int_equal(o->end, CELL_CPU);
    const char *flood[] = {"yes", NULL};
    o = run_spec(&f, (struct cell_spec){.argv = flood, .output_max = 1000}, true);
    assert_int_equal(o->end, CELL_OUTPUT);
    struct outcome killed = {0};
    struct cell_spec spec = {.argv = nap};
    spec.workspace = (struct workspace_spec){.dir = f.dir, .path = f.worktree, .upper = 900};
    uint64_t id = sandbox_run(f.sandbox, &spec, outcome_on_done, &killed);
    poll(NULL, 0, 300);
    sandbox_kill(f.sandbox, id);
    wait_for(f.sandbox, &killed.done);
    assert_int_equal(killed.end, CELL_KILLED);
    poll(NULL, 0, 300);
    const char *left[] = {"sh", "-c", find, NULL};
    o = run_spec(&f, (struct cell_spec){.argv = left}, true);
    assert_string_equal(o->output, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(test_changes_and_hashes_equal_those_of_cells),
        T(test_the_working_tree_and_base_are_not_touched),
        T(test_children_merge),
        T(test_limits_and_kills_reach_everything_that_was_started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
