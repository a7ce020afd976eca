/* Goal: what sandbox.h promises about one cell: the view, the layer, the end, the limits, the
 * walls' absence for ordinary work. Method: real cells over a real repository. */
#include "tests/unit/sandbox/fixture.h"

#include <signal.h>
#include <sys/wait.h>

static struct fixture f;

static int upper_case(struct str input, int out_fd) {
    AUTO_FREE char *text = str_dup(input);
    for (char *c = text; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c -= 32;
    put(".", "made-by-function", text);
    return write(out_fd, text, input.len) == (ssize_t)input.len ? 7 : 1;
}

static const struct cell_function functions[] = {{"test.upper", upper_case}};
static const struct sandbox_options options = {.functions = functions, .n_functions = 1};

static int setup(void **state) {
    fixture_files(&f);
    fixture_start(&f, &options);
    return 0;
}

static int teardown(void **state) {
    fixture_end(&f);
    return 0;
}

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            outcome_show(o);                                                                       \
            fail_msg("%s", #condition);                                                            \
        }                                                                                          \
    } while (0)

static void test_a_command_sees_the_workspace_at_its_path(void **state) {
    struct outcome *o = sh(&f, "pwd; cat a.txt; test ! -e junk.o; exit 3");
    EXPECT(o->end == CELL_EXITED && o->status == 3);
    EXPECT(strcmp(o->output, "/home/somebody/project\none\ntwo\nthree\nfour\nfive\n") == 0);
    EXPECT(o->n_changes == 0);
}

static void test_changes_are_listed_sorted_with_their_kind(void **state) {
    struct outcome *o = sh(&f, "echo x > new; rm a.txt; ln -s new link; rm -r src; mkdir src; "
                               "echo y > src/z; mkdir empty");
    EXPECT(o->end == CELL_EXITED && o->status == 0);
    EXPECT(strcmp(o->changes, "X a.txt\nD empty\nL link\nF new\nO src\nF src/z\n") == 0);
}

static void test_a_later_cell_sees_earlier_layers_and_the_base_stays(void **state) {
    sh(&f, "echo changed > a.txt");
    struct outcome *o = sh(&f, "cat a.txt; echo more >> a.txt");
    EXPECT(strcmp(o->output, "changed\n") == 0);
    f.n_layers--;
    o = sh(&f, "cat a.txt");
    EXPECT(strcmp(o->output, "changed\n") == 0);
    f.n_layers = 0;
    o = sh(&f, "head -1 a.txt");
    EXPECT(strcmp(o->output, "one\n") == 0);
}

static void test_a_read_only_call_cannot_write(void **state) {
    const char *argv[] = {"sh", "-c", "echo x > new || echo refused; cat a.txt | wc -l", NULL};
    struct outcome *o = run_spec(&f, (struct cell_spec){.argv = argv}, false);
    EXPECT(strstr(o->output, "refused") && strstr(o->output, "5") && o->n_changes == 0);
    sh(&f, "echo x > y");
    sh(&f, "echo x > z");
    o = run_spec(&f, (struct cell_spec){.argv = argv}, false);
    EXPECT(strstr(o->output, "refused") && strstr(o->output, "5") && o->n_changes == 0);
}

static void test_a_function_gets_its_input_and_returns_bytes(void **state) {
    struct outcome *o = function(&f, "test.upper", "shout", true);
    EXPECT(o->end == CELL_EXITED && o->status == 7 && strcmp(o->output, "SHOUT") == 0);
    EXPECT(strcmp(o->changes, "F made-by-function\n") == 0);
    o = function(&f, "test.absent", "", true);
    EXPECT(o->end == CELL_REFUSED && strstr(o->error, "test.absent"));
}

static void test_an_interrupted_layer_is_made_fresh(void **state) {
    sh(&f, "echo half > half");
    f.n_layers = 0;
    f.next = 1; /* the same id again, as a resume does */
    struct outcome *o = sh(&f, "ls half 2>&1; echo whole > whole");
    EXPECT(strstr(o->output, "No such file") && strcmp(o->changes, "F whole\n") == 0);
}

static void test_limits_end_a_call_by_name_and_keep_its_layer(void **state) {
    const char *spin[] = {"sh", "-c", "echo x > before; while :; do :; done", NULL};
    struct outcome *o = run_spec(&f, (struct cell_spec){.argv = spin, .cpu_ms = 300}, true);
    EXPECT(o->end == CELL_CPU && strcmp(o->changes, "F before\n") == 0 && o->cpu_ms >= 200);
    const char *nap[] = {"sh", "-c", "trap '' TERM; sleep 100", NULL};
    o = run_spec(&f, (struct cell_spec){.argv = nap, .wall_ms = 200}, true);
    EXPECT(o->end == CELL_WALL && o->wall_ms < 5000);
    const char *flood[] = {"sh", "-c", "echo x > flooded; yes", NULL};
    o = run_spec(&f, (struct cell_spec){.argv = flood, .output_max = 10000}, true);
    EXPECT(o->end == CELL_OUTPUT && o->output_cut && o->output_len == 10000);
    EXPECT(strcmp(o->changes, "F flooded\n") == 0);
    const char *bomb[] = {"python3", "-c", "x = bytearray(1 << 30); import time; time.sleep(9)",
                          NULL};
    o = run_spec(&f, (struct cell_spec){.argv = bomb, .memory_bytes = 100 << 20}, true);
    EXPECT(o->end == CELL_SIGNALED && o->status == SIGKILL && strstr(o->error, "memory"));
    EXPECT(o->wall_ms < 5000);
}

static void test_background_processes_end_with_the_call(void **state) {
    struct outcome *o = sh(&f, "(setsid sh -c 'trap \"\" HUP TERM; sleep 1; echo late > late' &) ; "
                               "echo now");
    EXPECT(o->end == CELL_EXITED && strcmp(o->output, "now\n") == 0 && o->wall_ms < 900);
    poll(NULL, 0, 1200);
    o = sh(&f, "ls late 2>&1 | wc -l; ls late");
    EXPECT(o->status != 0);
}

static void test_a_signal_is_reported_and_a_missing_command_is_127(void **state) {
    struct outcome *o = sh(&f, "kill -SEGV $$");
    EXPECT(o->end == CELL_SIGNALED && o->status == SIGSEGV);
    const char *argv[] = {"no-such-command", NULL};
    o = run_spec(&f, (struct cell_spec){.argv = argv}, true);
    EXPECT(o->end == CELL_EXITED && o->status == 127 && strstr(o->output, "no-such-command"));
}

static void test_killing_a_cell_still_calls_back(void **state) {
    struct outcome o = {0};
    const char *argv[] = {"sleep", "100", NULL};
    struct cell_spec spec = {.argv = argv};
    spec.workspace = (struct workspace_spec){.dir = f.dir, .path = f.worktree, .upper = 900};
    uint64_t id = sandbox_run(f.sandbox, &spec, outcome_on_done, &o);
    poll(NULL, 0, 50);
    assert_false(o.done);
    sandbox_kill(f.sandbox, id);
    wait_for(f.sandbox, &o.done);
    assert_int_equal(o.end, CELL_KILLED);
}

static void test_more_cells_than_places_all_finish(void **state) {
    enum { N = CELLS_MAX + 20 };
    static struct outcome o[N];
    const char *argv[] = {"sh", "-c", "sleep 0.1; cat a.txt | wc -l", NULL};
    memset(o, 0, sizeof o);
    for (int i = 0; i < N; i++) {
        struct cell_spec spec = {.argv = argv};
        spec.workspace =
            (struct workspace_spec){.dir = f.dir, .path = f.worktree, .upper = 500 + i};
        sandbox_run(f.sandbox, &spec, outcome_on_done, &o[i]);
    }
    for (int i = 0; i < N; i++) {
        wait_for(f.sandbox, &o[i].done);
        assert_int_equal(o[i].end, CELL_EXITED);
        assert_string_equal(o[i].output, "5\n");
    }
}

static void test_the_environment_is_an_allowlist(void **state) {
    setenv("SECRET_TOKEN", "hunter2", 1);
    const char *env[] = {"EXTRA=1", "LANG=de_DE.UTF-8", NULL}, *argv[] = {"env", NULL};
    struct outcome *o = run_spec(&f, (struct cell_spec){.argv = argv, .env = env}, false);
    EXPECT(!strstr(o->output, "hunter2") && strstr(o->output, "HOME=/tmp/home\n"));
    EXPECT(strstr(o->output, "EXTRA=1\n") && strstr(o->output, "LANG=de_DE.UTF-8\n"));
    EXPECT(!strstr(o->output, "LANG=C"));
}

static void test_ordinary_projects_build(void **state) {
    struct outcome *o = sh(&f, "set -e; cc -o hi src/main.c; ./hi; printf 'all:\\n\\tcc -c "
                               "src/main.c\\n' > Makefile; make -s; test -f main.o; echo built");
    EXPECT(o->status == 0 && strcmp(o->output, "hi\nbuilt\n") == 0);
}

static void test_git_works_on_the_fresh_repository(void **state) {
    struct outcome *o =
        sh(&f, "git status --short; git log --oneline | wc -l; echo x >> a.txt; "
               "git diff --stat | tail -1; git commit -qam two; git log -1 --format=%s");
    EXPECT(strcmp(o->output, "1\n 1 file changed, 1 insertion(+)\ntwo\n") == 0);
}

static void test_sanitizers_and_loopback_work(void **state) {
    struct outcome *o =
        sh(&f, "cc -fsanitize=address -o hi src/main.c && ./hi && python3 -c '\n"
               "import socket,threading\n"
               "s=socket.socket();s.bind((\"127.0.0.1\",0));s.listen()\n"
               "c=socket.create_connection(s.getsockname());print(\"tcp\")\n"
               "u=socket.socket(socket.AF_UNIX);u.bind(\"/tmp/s\");print(\"unix\")\n"
               "v=socket.socket(socket.AF_INET6);v.bind((\"::1\",0));print(\"v6\")\n"
               "from multiprocessing import shared_memory as m\n"
               "h=m.SharedMemory(create=True,size=9);h.close();h.unlink()\n"
               "import pty;pty.openpty();print(\"pty\")'");
    EXPECT(o->status == 0 && strcmp(o->output, "hi\ntcp\nunix\nv6\npty\n") == 0);
}

static void test_the_probe_names_every_wall(void **state) {
    struct wall wall[32];
    size_t n = sandbox_probe(f.sandbox, wall, ARRAY_LEN(wall)), standing = 0;
    for (size_t i = 0; i < n; i++) {
        if (wall[i].state == WALL_MISSING)
            fail_msg("%s: %s", wall[i].name, wall[i].detail);
        standing += wall[i].state == WALL_OK;
    }
    assert_true(n >= 9 && standing >= 8);
}

static void test_read_paths_are_visible_and_read_only(void **state) {
    static const char *const path[] = {"/srv", "/no/such/path", "/usr/share"};
    struct sandbox_options read = options;
    struct err err = ERR_INIT;
    struct outcome *o = sh(&f, "test -e /srv");
    EXPECT(o->status == 1);
    sandbox_stop(f.sandbox);
    read.read_paths = path;
    read.n_read_paths = ARRAY_LEN(path);
    assert_true(sandbox_start(&f.sandbox, &read, &err));
    o = sh(&f, "test -d /srv && ! touch /srv/x && ! mkdir /srv/y && grep ' /srv ' /proc/mounts");
    EXPECT(o->status == 0 && strstr(o->output, "Read-only file system") &&
           strstr(o->output, "ro,"));
    static const char *const relative[] = {"opt"};
    read.read_paths = relative;
    read.n_read_paths = 1;
    sandbox_stop(f.sandbox);
    assert_true(sandbox_start(&f.sandbox, &read, &err));
    o = sh(&f, "true");
    EXPECT(o->end == CELL_REFUSED && strstr(o->error, "'sandbox.read'"));
}

static void test_a_malformed_workspace_is_refused(void **state) {
    static const char *const path[] = {"/",     "relative", "/a/../b", "/usr/bin/x",
                                       "/a//b", "/tmp",     ""};
    for (size_t i = 0; i < ARRAY_LEN(path); i++) {
        struct outcome o = {0};
        const char *argv[] = {"true", NULL};
        struct cell_spec spec = {.argv = argv};
        spec.workspace = (struct workspace_spec){.dir = f.dir, .path = path[i]};
        sandbox_run(f.sandbox, &spec, outcome_on_done, &o);
        wait_for(f.sandbox, &o.done);
        assert_int_equal(o.end, CELL_REFUSED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(test_a_command_sees_the_workspace_at_its_path),
        T(test_changes_are_listed_sorted_with_their_kind),
        T(test_a_later_cell_sees_earlier_layers_and_the_base_stays),
        T(test_a_read_only_call_cannot_write),
        T(test_a_function_gets_its_input_and_returns_bytes),
        T(test_an_interrupted_layer_is_made_fresh),
        T(test_limits_end_a_call_by_name_and_keep_its_layer),
        T(test_background_processes_end_with_the_call),
        T(test_a_signal_is_reported_and_a_missing_command_is_127),
        T(test_killing_a_cell_still_calls_back),
        T(test_more_cells_than_places_all_finish),
        T(test_the_environment_is_an_allowlist),
        T(test_ordinary_projects_build),
        T(test_git_works_on_the_fresh_repository),
        T(test_sanitizers_and_loopback_work),
        T(test_the_probe_names_every_wall),
        T(test_read_paths_are_visible_and_read_only),
        T(test_a_malformed_workspace_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
