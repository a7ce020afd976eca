/* What a cell costs: empty cells one after another, and several at once, against fork and exec of
 * the same program without a cell.
 *
 *     tests/bench/cell [N [WIDTH]]
 *
 * Prints min, p50 and p95 in milliseconds and cells a second. The control runs in the same minute
 * on the same machine, so a busy machine shows in both. */
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "sandbox/sandbox.h"

static char dir[] = "/var/tmp/drover-bench-XXXXXX";
static struct sandbox *sandbox;
static int64_t next_layer = 1;

struct shot {
    int64_t started_ns, took_ns;
    bool done;
};

static void on_done(void *arg, const struct cell_result *r) {
    struct shot *shot = arg;
    if (r->end != CELL_EXITED || r->status != 0) {
        fprintf(stderr, "error: cell ended %d: %s\n", r->end, r->err.msg);
        exit(1);
    }
    shot->took_ns = clock_mono_ns() - shot->started_ns;
    shot->done = true;
}

static void shoot(struct shot *shot, bool writes) {
    static const char *const argv[] = {"/bin/true", NULL};
    struct cell_spec spec = {.argv = argv};
    spec.workspace = (struct workspace_spec){
        .dir = dir, .path = "/home/somebody/project", .upper = writes ? next_layer++ : 0};
    *shot = (struct shot){.started_ns = clock_mono_ns()};
    sandbox_run(sandbox, &spec, on_done, shot);
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void show(const char *name, int64_t *took_ns, size_t n, int64_t all_ns) {
    qsort(took_ns, n, sizeof *took_ns, by_value);
    printf("%-28s min %6.2f  p50 %6.2f  p95 %6.2f ms  %6.0f/s\n", name, (double)took_ns[0] / 1e6,
           (double)took_ns[n / 2] / 1e6, (double)took_ns[n * 95 / 100] / 1e6,
           (double)n * 1e9 / (double)all_ns);
}

static void bench_cells(const char *name, size_t n, size_t width, bool writes, int64_t *took_ns) {
    struct shot shot[CELLS_MAX] = {{0}};
    size_t started = 0, ended = 0;
    int64_t begin_ns = clock_mono_ns();
    for (; started < width; started++)
        shoot(&shot[started], writes);
    while (ended < n) {
        struct pollfd p = {.fd = sandbox_fd(sandbox), .events = POLLIN};
        poll(&p, 1, 1000);
        sandbox_drain(sandbox);
        for (size_t i = 0; i < width; i++) {
            if (!shot[i].done)
                continue;
            shot[i].done = false;
            if (ended < n)
                took_ns[ended++] = shot[i].took_ns;
            if (started++ < n)
                shoot(&shot[i], writes);
        }
    }
    show(name, took_ns, n, clock_mono_ns() - begin_ns);
}

static void bench_plain(size_t n, int64_t *took_ns) {
    int64_t begin_ns = clock_mono_ns();
    for (size_t i = 0; i < n; i++) {
        int64_t started_ns = clock_mono_ns();
        pid_t pid = fork();
        if (pid == 0) {
            execl("/bin/true", "true", NULL);
            _exit(1);
        }
        waitpid(pid, NULL, 0);
        took_ns[i] = clock_mono_ns() - started_ns;
    }
    show("fork+exec, no cell", took_ns, n, clock_mono_ns() - begin_ns);
}

int main(int argc, char **argv) {
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 200;
    size_t width = argc > 2 ? MIN(strtoul(argv[2], NULL, 10), CELLS_MAX) : 8;
    struct err err = ERR_INIT;
    AUTO_FREE int64_t *took_ns = xcalloc(n + 1, sizeof *took_ns);
    AUTO_FREE char *base = NULL;
    if (!mkdtemp(dir) || n == 0 || width == 0)
        return 2;
    base = xasprintf("%s/base", dir);
    mkdir(base, 0755);
    if (!sandbox_start(&sandbox, &(struct sandbox_options){0}, &err)) {
        fprintf(stderr, "error: %s\n", err.msg);
        return 4;
    }
    bench_plain(n, took_ns);
    bench_cells("read-only cell", n, 1, false, took_ns);
    bench_cells("writing cell", n, 1, true, took_ns);
    bench_cells("writing cells, several", n, MIN(width, n), true, took_ns);
    sandbox_stop(sandbox);
    dir_remove(dir, &err);
    return 0;
}
