/* Goal: nothing outlives whom it belongs to, and a broken warden is an error and not a hang.
 * Method: real wardens, killed with SIGKILL at the worst moment; processes are found by a marker in
 * their command line. */
#include "tests/unit/sandbox/fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

static struct fixture f;
static const struct sandbox_options options;

static int setup(void **state) {
    fixture_files(&f);
    fixture_start(&f, &options);
    return 0;
}

static int teardown(void **state) {
    fixture_end(&f);
    return 0;
}

/* How many processes have this text as their last argument. */
static size_t marked(const char *marker, pid_t *last) {
    DIR *dir = opendir("/proc");
    size_t n = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char path[300], text[4096];
        snprintf(path, sizeof path, "/proc/%s/cmdline", e->d_name);
        int fd = e->d_name[0] >= '1' && e->d_name[0] <= '9' ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        if (fd >= 0)
            close(fd);
        size_t size = strlen(marker) + 1;
        if (len > (ssize_t)size && memcmp(text + len - size, marker, size) == 0) {
            n++;
            *last = (pid_t)strtol(e->d_name, NULL, 10);
        }
    }
    if (dir)
        closedir(dir);
    return n;
}

static bool gone_within(const char *marker, int ms) {
    pid_t pid;
    for (int i = 0; i < ms / 10; i++) {
        if (marked(marker, &pid) == 0)
            return true;
        poll(NULL, 0, 10);
    }
    return false;
}

static void start_marked(struct fixture *g, const char *marker, struct outcome *o) {
    const char *forks[] = {"python3", "-c",
                           "import os,time\nfor i in range(5): os.fork()\ntime.sleep(1000)", marker,
                           NULL};
    struct cell_spec spec = {.argv = forks};
    pid_t pid;
    spec.workspace = (struct workspace_spec){.dir = g->dir, .path = g->worktree, .upper = 77};
    sandbox_run(g->sandbox, &spec, outcome_on_done, o);
    for (int i = 0; i < 1000 && marked(marker, &pid) < 32; i++)
        poll(NULL, 0, 10);
    assert_int_equal(marked(marker, &pid), 32);
}

static void test_stop_kills_every_cell(void **state) {
    struct outcome o = {0};
    start_marked(&f, "marker-stop", &o);
    sandbox_stop(f.sandbox);
    f.sandbox = NULL;
    assert_true(gone_within("marker-stop", 2000));
}

static void test_the_parents_death_kills_every_cell(void **state) {
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox *s;
        struct err err = ERR_INIT;
        if (!sandbox_start(&s, &options, &err))
            _exit(1);
        struct fixture g = f;
        struct outcome o = {0};
        g.sandbox = s;
        start_marked(&g, "marker-parent", &o);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_true(gone_within("marker-parent", 3000));
}

static pid_t child_named(const char *name) {
    char path[64], text[4096], comm[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    char *at = text;
    for (long pid; (pid = strtol(at, &at, 10)) > 0;) {
        snprintf(path, sizeof path, "/proc/%ld/comm", pid);
        file = fopen(path, "re");
        if (file && fgets(comm, sizeof comm, file) && strncmp(comm, name, strlen(name)) == 0) {
            fclose(file);
            return (pid_t)pid;
        }
        if (file)
            fclose(file);
    }
    return -1;
}

static void test_the_wardens_death_is_a_clear_error_and_kills_every_cell(void **state) {
    struct outcome o = {0};
    start_marked(&f, "marker-warden", &o);
    pid_t warden = child_named("drover-warden");
    assert_true(warden > 0);
    assert_int_equal(kill(warden, SIGKILL), 0);
    wait_for(f.sandbox, &o.done);
    assert_int_equal(o.end, CELL_KILLED);
    assert_non_null(strstr(o.error, "warden"));
    assert_true(gone_within("marker-warden", 2000));
    struct outcome *later = sh(&f, "true");
    assert_int_equal(later->end, CELL_REFUSED);
    assert_non_null(strstr(later->error, "warden"));
}

static void test_a_cell_killed_from_outside_says_so(void **state) {
    struct outcome o = {0};
    pid_t pid = 0;
    start_marked(&f, "marker-outside", &o);
    marked("marker-outside", &pid);
    /* the first process of the cell: the parent of one of them in our numbering, or its parent */
    char path[64], text[1024];
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        assert_non_null(fgets(text, sizeof text, file));
        fclose(file);
        if (strstr(text, "(drover-cell)"))
            break;
        pid = (pid_t)strtol(strrchr(text, ')') + 4, NULL, 10);
    }
    assert_non_null(strstr(text, "(drover-cell)"));
    assert_int_equal(kill(pid, SIGKILL), 0);
    wait_for(f.sandbox, &o.done);
    assert_int_equal(o.end, CELL_KILLED);
    assert_non_null(strstr(o.error, "outside"));
    assert_int_equal(sh(&f, "true")->end, CELL_EXITED);
}

static void test_garbage_on_the_socket_ends_the_warden_and_is_reported(void **state) {
    static const char garbage[] = "\xff\xff\xff\xff GET / HTTP/1.1\r\n\r\n";
    assert_int_equal(write(sandbox_fd(f.sandbox), garbage, sizeof garbage), sizeof garbage);
    struct outcome *o = sh(&f, "true");
    assert_true(o->end == CELL_KILLED || o->end == CELL_REFUSED);
    assert_non_null(strstr(o->error, "warden"));
}

static void test_a_fork_bomb_stays_in_its_cell(void **state) {
    const char *bomb[] = {"bash", "-c", "b() { b | b & b; }; b; sleep 1; exit 5", NULL};
    struct outcome *o = run_spec(&f, (struct cell_spec){.argv = bomb, .wall_ms = 2000}, true);
    assert_true(o->end == CELL_WALL || o->end == CELL_EXITED || o->end == CELL_SIGNALED);
    const char *count[] = {"python3", "-c",
                           "import os,signal,sys\nn=0\ntry:\n"
                           " while True:\n  p=os.fork()\n  if p==0: signal.pause()\n  n+=1\n"
                           "except OSError: print(n)",
                           NULL};
    o = run_spec(&f, (struct cell_spec){.argv = count, .wall_ms = 20000}, true);
    assert_int_equal(o->end, CELL_EXITED);
    long n = strtol(o->output, NULL, 10);
    assert_true(n > 100 && n < CELL_PROCESSES_MAX);
}

static void test_an_input_past_the_limit_is_refused(void **state) {
    size_t size = 70u << 20;
    struct outcome o = {0};
    AUTO_FREE char *big = xcalloc(1, size);
    struct cell_spec spec = {.function = "layers.hash", .input = {big, size}};
    spec.workspace = (struct workspace_spec){.dir = f.dir, .path = f.worktree};
    sandbox_run(f.sandbox, &spec, outcome_on_done, &o);
    assert_false(o.done);
    wait_for(f.sandbox, &o.done);
    assert_int_equal(o.end, CELL_REFUSED);
    assert_non_null(strstr(o.error, "64 MiB"));
    assert_int_equal(sh(&f, "true")->end, CELL_EXITED);
}

static void test_large_inputs_and_outputs_cross_whole(void **state) {
    const char *argv[] = {"sh", "-c", "head -c 6000000 /dev/zero", NULL};
    struct outcome *o = run_spec(&f, (struct cell_spec){.argv = argv}, false);
    assert_int_equal(o->end, CELL_EXITED);
    assert_int_equal(o->output_len, 6000000);
}

/* More than any buffer of the warden's holds, to a loop that never quite keeps up. */
static void test_an_output_longer_than_every_buffer_crosses_whole(void **state) {
    const char *argv[] = {"head", "-c", "300000000", "/dev/zero", NULL};
    struct outcome *o =
        run_spec(&f, (struct cell_spec){.argv = argv, .output_max = 512u << 20}, false);
    assert_int_equal(o->end, CELL_EXITED);
    assert_int_equal(o->output_len, 300000000);
    assert_int_equal(sh(&f, "true")->end, CELL_EXITED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(test_stop_kills_every_cell),
        T(test_the_parents_death_kills_every_cell),
        T(test_the_wardens_death_is_a_clear_error_and_kills_every_cell),
        T(test_a_cell_killed_from_outside_says_so),
        T(test_garbage_on_the_socket_ends_the_warden_and_is_reported),
        T(test_a_fork_bomb_stays_in_its_cell),
        T(test_an_input_past_the_limit_is_refused),
        T(test_large_inputs_and_outputs_cross_whole),
        T(test_an_output_longer_than_every_buffer_crosses_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
