#ifndef TESTS_SANDBOX_FIXTURE_H
#define TESTS_SANDBOX_FIXTURE_H
/* A git repository in a temporary directory, a run directory next to it, and cells run to their
 * end. Real everything: the tests promise what users get, so there is nothing to replace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <git2.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "sandbox/sandbox.h"

struct fixture {
    char root[64], worktree[96], dir[96];
    struct sandbox *sandbox;
    int64_t layer[64];
    size_t n_layers;
    int64_t next;
};

struct outcome {
    bool done;
    enum cell_end end;
    int status;
    char output[65536], changes[65536], error[ERR_MSG_MAX * 2];
    size_t output_len, n_changes;
    bool output_cut, changes_cut;
    int64_t cpu_ms, wall_ms;
};

static __attribute__((unused)) void put(const char *dir, const char *rel, const char *text) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, rel);
    for (char *slash = path + strlen(dir) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static __attribute__((unused)) void outcome_on_done(void *arg, const struct cell_result *r) {
    struct outcome *o = arg;
    o->done = true;
    o->end = r->end;
    o->status = r->status;
    o->output_len = r->output.len;
    o->output_cut = r->output_cut;
    o->changes_cut = r->changes_cut;
    o->cpu_ms = r->cpu_ms;
    o->wall_ms = r->wall_ms;
    o->n_changes = r->n_changes;
    snprintf(o->output, sizeof o->output, "%.*s", (int)r->output.len, r->output.ptr);
    snprintf(o->error, sizeof o->error, "%s", r->err.msg);
    size_t at = 0;
    for (size_t i = 0; i < r->n_changes && at < sizeof o->changes - 300; i++)
        at += (size_t)snprintf(o->changes + at, sizeof o->changes - at, "%c %.*s\n",
                               "FDLXO"[r->changes[i].kind], (int)MIN(r->changes[i].path.len, 250u),
                               r -> changes[i].path.ptr);
}

static __attribute__((unused)) void wait_for(struct sandbox *s, bool *done) {
    int64_t end_ms = clock_mono_ms() + 60000;
    while (!*done && clock_mono_ms() < end_ms) {
        struct pollfd p = {.fd = sandbox_fd(s), .events = POLLIN};
        poll(&p, 1, 1000);
        sandbox_drain(s);
    }
    assert_true(*done);
}

static __attribute__((unused)) void outcome_show(const struct outcome *o) {
    print_message("end %d status %d error '%s'\noutput: %s\nchanges: %s\n", o->end, o->status,
                  o->error, o->output, o->changes);
}

/* Runs spec over the fixture's layers; write = into a new layer, which is kept when it exits. */
static __attribute__((unused)) struct outcome *run_spec(struct fixture *f, struct cell_spec spec,
                                                        bool writes) {
    static struct outcome o;
    o = (struct outcome){0};
    spec.workspace.dir = f->dir;
    spec.workspace.path = f->worktree;
    spec.workspace.layers = f->layer;
    spec.workspace.n_layers = f->n_layers;
    spec.workspace.upper = writes ? f->next++ : 0;
    sandbox_run(f->sandbox, &spec, outcome_on_done, &o);
    wait_for(f->sandbox, &o.done);
    if (writes && o.end != CELL_REFUSED && o.end != CELL_KILLED)
        f->layer[f->n_layers++] = spec.workspace.upper;
    return &o;
}

static __attribute__((unused)) struct outcome *sh(struct fixture *f, const char *command) {
    const char *argv[] = {"bash", "-c", command, NULL};
    return run_spec(f, (struct cell_spec){.argv = argv, .wall_ms = 60000}, true);
}

static __attribute__((unused)) struct outcome *function(struct fixture *f, const char *name,
                                                        const char *input, bool writes) {
    return run_spec(f, (struct cell_spec){.function = name, .input = str_from(input)}, writes);
}

/* Directory with a repository of three files and a run directory; no sandbox yet. */
static __attribute__((unused)) void fixture_files(struct fixture *f) {
    git_repository *repository;
    *f = (struct fixture){.next = 1};
    snprintf(f->root, sizeof f->root, "/var/tmp/drover-test-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    chmod(f->root, 0711);
    snprintf(f->worktree, sizeof f->worktree, "%s/project", f->root);
    snprintf(f->dir, sizeof f->dir, "%s/run", f->root);
    mkdir(f->worktree, 0755);
    git_libgit2_init();
    assert_int_equal(git_repository_init(&repository, f->worktree, 0), 0);
    git_repository_free(repository);
    put(f->worktree, "a.txt", "one\ntwo\nthree\nfour\nfive\n");
    put(f->worktree, "src/main.c", "#include <stdio.h>\nint main(void) { puts(\"hi\"); }\n");
    put(f->worktree, "src/deep/b.txt", "b\n");
    put(f->worktree, ".gitignore", "*.o\nbuild/\n");
    put(f->worktree, "junk.o", "ignored\n");
}

static __attribute__((unused)) void fixture_start(struct fixture *f,
                                                  const struct sandbox_options *options) {
    struct base_summary sum;
    struct err err = ERR_INIT;
    if (!base_create(f->worktree, f->dir, NULL, &sum, &err))
        fail_msg("base_create: %s", err.msg);
    if (!sandbox_start(&f->sandbox, options, &err))
        fail_msg("sandbox_start: %s", err.msg);
    /* the workspace keeps a path that can be a mount point whoever runs the test */
    snprintf(f->worktree, sizeof f->worktree, "/home/somebody/project");
}

static __attribute__((unused)) void fixture_end(struct fixture *f) {
    sandbox_stop(f->sandbox);
    dir_remove(f->root, NULL);
}
#endif
