/* Goal: tools work where they run for real: in a cell, over layers, through the warden. Method: a
 * base of two files, calls one after another, each on its predecessor's layer, as agents/ does it.
 */
#include "tests/unit/tools/fixture.h"
#include <git2.h>
#include <poll.h>
#include "runtime/base/clock.h"

static struct sandbox *sandbox;
static char home[] = "/tmp/drover-cells-XXXXXX";
static char tree[64], run_dir[64];

struct session {
    int64_t layer[16];
    size_t n_layers;
    int64_t next;
    bool done;
    struct buf text;
    struct buf read_text;
    struct tool_effect effect;
    const struct tool *tool;
    const cJSON *arguments;
    size_t n_changes;
    char change[200];
};

static void on_done(void *arg, const struct cell_result *result) {
    struct session *s = arg;
    s->done = true;
    if (result->end == CELL_REFUSED) {
        print_message("refused: %s\n", result->err.msg);
    }
    s->n_changes = result->n_changes;
    if (result->n_changes > 0) {
        snprintf(s->change, sizeof(s->change), "%.*s",
                 STR_FMT(result->changes[result->n_changes - 1].path));
    }
    tool_result(s->tool, s->arguments, result, &s->text, &s->effect);
    buf_clear(&s->read_text);
    buf_append_str(&s->read_text, s->effect.read_text);
}

static const char *run_tool(struct session *s, const char *name, const char *quoted) {
    AUTO_FREE char *json = xstrdup(quoted);
    for (char *p = json; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    AUTO_JSON cJSON *arguments = NULL;
    AUTO_ARENA struct arena arena = ARENA_INIT(16u << 20);
    struct cell_spec spec = {0};
    s->tool = tool_find(str_from(name));
    s->done = false;
    buf_clear(&s->text);
    assert_true(json_parse(&arguments, str_from(json), "test", NULL));
    s->arguments = arguments;
    if (!tool_prepare(s->tool, arguments, &spec, &arena, &s->text)) {
        return buf_cstr(&s->text);
    }
    spec.workspace = (struct workspace_spec){
        .dir = run_dir, .path = tree, .layers = s->layer, .n_layers = s->n_layers};
    spec.workspace.upper = s->tool->reads_only ? 0 : ++s->next;
    sandbox_run(sandbox, &spec, on_done, s);
    int64_t until = clock_mono_ms() + 60000;
    while (!s->done && clock_mono_ms() < until) {
        struct pollfd p = {.fd = sandbox_fd(sandbox), .events = POLLIN};
        poll(&p, 1, 1000);
        sandbox_drain(sandbox);
    }
    assert_true(s->done);
    if (!s->tool->reads_only) {
        s->layer[s->n_layers++] = s->next;
    }
    return buf_cstr(&s->text);
}

static struct session begin(int64_t first_layer) {
    return (struct session){.next = first_layer,
                            .text = BUF_INIT(RESULT_BYTES_MAX),
                            .read_text = BUF_INIT(FILE_BYTES_MAX)};
}

static void end(struct session *s) {
    buf_release(&s->text);
    buf_release(&s->read_text);
}

static void test_a_bug_is_found_read_edited_and_tested_in_cells(void **state) {
    struct session s = begin(100);
    assert_string_equal(run_tool(&s, "Bash", "{'command':'sh test.sh; exit 3'}"),
                        "FAIL src/a.txt\n[exit 3]");
    assert_string_equal(run_tool(&s, "Read", "{'file_path':'src/a.txt'}"), "1\twrong");
    assert_true(s.effect.has_read);
    assert_true(str_equal_c(buf_str(&s.read_text), "wrong\n"));
    assert_string_equal(
        run_tool(&s, "Edit", "{'file_path':'src/a.txt','old_string':'wrong','new_string':'right'}"),
        "edited src/a.txt");
    assert_string_equal(s.change, "src/a.txt");
    assert_true(str_equal_c(buf_str(&s.read_text), "right\n"));
    assert_string_equal(run_tool(&s, "Bash", "{'command':'sh test.sh'}"), "ok src/a.txt");
    assert_string_equal(run_tool(&s, "Bash", "{'command':'true'}"), "[no output]");
    end(&s);
}

static void test_each_call_stands_on_the_layers_before_it(void **state) {
    struct session s = begin(200);
    assert_string_equal(run_tool(&s, "Write", "{'file_path':'new/b.txt','content':'needle\\n'}"),
                        "wrote new/b.txt");
    assert_string_equal(run_tool(&s, "Grep", "{'pattern':'needle'}"), "new/b.txt");
    assert_string_equal(run_tool(&s, "Glob", "{'pattern':'**/*.txt'}"), "new/b.txt\nsrc/a.txt");
    run_tool(&s, "Bash", "{'command':'rm -r new && echo gone'}");
    assert_string_equal(run_tool(&s, "Glob", "{'pattern':'**/*.txt'}"), "src/a.txt");
    AUTO_FREE char *host = xasprintf("%s/src/a.txt", tree);
    AUTO_BUF struct buf bytes = BUF_INIT(100);
    assert_true(file_read(&bytes, host, 100, NULL)); /* the user's tree never changed */
    assert_string_equal(buf_cstr(&bytes), "wrong\n");
    end(&s);
}

static void test_what_is_tracked_is_found_though_it_is_ignored(void **state) {
    struct session s = begin(500);
    run_tool(&s, "Bash",
             "{'command':'echo src/ >.gitignore; echo x >src/new.txt; mkdir o; "
             "echo o >>.gitignore; echo wrong >o/p'}");
    assert_string_equal(run_tool(&s, "Grep", "{'pattern':'wrong'}"), "src/a.txt");
    assert_string_equal(run_tool(&s, "Glob", "{'pattern':'src/*'}"), "src/a.txt");
    assert_string_equal(run_tool(&s, "Glob", "{'pattern':'*','path':'o'}"), "o/p");
    end(&s);
}

static void test_absolute_paths_inside_work_and_outside_do_not(void **state) {
    struct session s = begin(300);
    AUTO_FREE char *inside = xasprintf("{'file_path':'%s/src/a.txt'}", tree);
    assert_string_equal(run_tool(&s, "Read", inside), "1\twrong");
    has(run_tool(&s, "Read", "{'file_path':'/etc/passwd'}"), "not in the workspace");
    run_tool(&s, "Bash", "{'command':'ln -s /etc/passwd link; ln -s src in'}");
    has(run_tool(&s, "Read", "{'file_path':'link'}"), "out of the workspace");
    has(run_tool(&s, "Write", "{'file_path':'link','content':'x'}"), "out of the workspace");
    assert_string_equal(run_tool(&s, "Read", "{'file_path':'in/a.txt'}"), "1\twrong");
    end(&s);
}

/* The biggest record there is goes through the pipe whole. */
static void test_a_file_of_the_largest_size_comes_back_whole(void **state) {
    struct session s = begin(400);
    run_tool(&s, "Bash", "{'command':'yes 0123456 | head -c 8388608 > big'}");
    has(run_tool(&s, "Read", "{'file_path':'big'}"), "read on with offset");
    assert_int_equal(s.read_text.len, FILE_BYTES_MAX);
    has(run_tool(&s, "Bash", "{'command':'echo x >> big; sleep 30','timeout':300}"),
        "[killed: time limit 0.3 s]");
    end(&s);
}

static void write_file(const char *name, const char *text) {
    AUTO_FREE char *path = xasprintf("%s/%s", tree, name);
    put(path, text);
}

static int make_base(void **state) {
    struct base_summary summary;
    struct err err = ERR_INIT;
    git_repository *repository = NULL;
    snprintf(tree, sizeof(tree), "%s/tree", home);
    snprintf(run_dir, sizeof(run_dir), "%s/run", home);
    if (mkdir(tree, 0755) != 0 || mkdir(run_dir, 0700) != 0) {
        return -1;
    }
    git_libgit2_init();
    if (git_repository_init(&repository, tree, 0) != 0) {
        return -1;
    }
    git_repository_free(repository);
    write_file("src/a.txt", "wrong\n");
    write_file("test.sh", "grep -q right src/a.txt && echo ok src/a.txt || echo FAIL src/a.txt\n");
    if (!base_create(tree, run_dir, NULL, &summary, &err)) {
        print_message("base: %s\n", err.msg);
        return -1;
    }
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bug_is_found_read_edited_and_tested_in_cells),
        cmocka_unit_test(test_each_call_stands_on_the_layers_before_it),
        cmocka_unit_test(test_what_is_tracked_is_found_though_it_is_ignored),
        cmocka_unit_test(test_absolute_paths_inside_work_and_outside_do_not),
        cmocka_unit_test(test_a_file_of_the_largest_size_comes_back_whole),
    };
    struct sandbox_options options = {.functions = tools_functions,
                                      .n_functions = n_tools_functions};
    struct err err = ERR_INIT;
    ASSERT(mkdtemp(home) != NULL && chmod(home, 0755) == 0);
    if (!sandbox_start(&sandbox, &options, &err)) {
        print_message("FAIL: %s\n", err.msg);
        return 1;
    }
    int rc = cmocka_run_group_tests(tests, make_base, NULL);
    sandbox_stop(sandbox);
    if (!dir_remove(home, &err)) {
        print_message("left behind: %s\n", err.msg);
        rc = 1;
    }
    return rc;
}
