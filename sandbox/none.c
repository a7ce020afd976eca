/* --sandbox=none: cells without walls, for a host that refuses to build them and a user who
 * insists.
 *
 * A call is a plain process of the user. What stays is the bookkeeping, so that everything above
 * works as ever: a call sees base and layers, what it changed becomes a layer, the working tree is
 * only touched by apply. Without overlayfs that is done by copies:
 *
 *     DIR/views/PID/workspace   base and layers, copied; the command's directory
 *     DIR/views/PID/drover/...  the other views of the order, for merge, flatten and export
 *
 * After the call the workspace is compared with what was put there: an entry whose change time,
 * inode or kind differs is copied into the layer's upper directory, one that is gone becomes a
 * character device 0/0, as overlayfs would have it. Change times cannot be set by programs; a pause
 * after the copy keeps them from being equal.
 *
 * It costs a copy of the tree a call, the workspace is not at its original path, and nothing at all
 * keeps a command inside: drover says so at every start and records it in the run. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *none_views;

char *cell_path(const char *at) {
    return none_views ? xasprintf("%s%s", none_views, at) : xstrdup(at);
}

/* ---- the views ---- */

static bool copy_visit(void *arg, const char *rel, const struct stat *st) {
    const int *fd = arg;
    if (!S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode) && !S_ISLNK(st->st_mode))
        return false;
    return tree_copy(fd[0], fd[1], rel);
}

static bool view_make(const struct order *o, const char *at, const int64_t *layer, size_t n,
                      bool base, struct err *err) {
    if (!dir_make(at, 0755, err))
        return false;
    AUTO_FREE char *base_path = xasprintf("%s/base", o->dir);
    AUTO_FD int to_fd = open(at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_FD int base_fd = open(base_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int copy[2] = {base_fd, to_fd};
    if (to_fd < 0 || base_fd < 0 || (base && !tree_walk(base_fd, "", copy_visit, copy)))
        return err_set_errno(err, errno, "cannot copy the base to '%s'", at);
    for (size_t i = 0; i < n; i++) {
        AUTO_FREE char *upper = xasprintf("%s/layers/%" PRId64 "/upper", o->dir, layer[i]);
        AUTO_FD int fd = open(upper, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 || !layer_apply(fd, to_fd))
            return err_set_errno(err, errno, "cannot copy layer %" PRId64, layer[i]);
    }
    return true;
}

static bool views_make(const struct order *o, struct err *err) {
    AUTO_FREE char *workspace = cell_path("/workspace");
    if (!view_make(o, workspace, o->layer, o->n_layers, true, err))
        return false;
    for (size_t i = 0; i < o->n_mounts; i++) {
        const struct order_mount *m = &o->mount[i];
        AUTO_FREE char *at = cell_path(m->at);
        if (m->kind == MOUNT_VIEW) {
            if (!view_make(o, at, m->layer, m->n_layers, m->base, err))
                return false;
            continue;
        }
        char *parent = xstrdup(at);
        *strrchr(parent, '/') = '\0';
        bool made = dir_make(parent, 0755, err);
        free(parent);
        AUTO_FREE char *target =
            m->kind == MOUNT_TRASH ? xasprintf("%s/layers/trash", o->dir)
                                   : xasprintf("%s/layers/%" PRId64 "/upper", o->dir, m->layer[0]);
        if (!made || symlink(target, at) != 0)
            return err_set_errno(err, errno, "cannot name '%s'", target);
    }
    return chdir(workspace) == 0 || err_set_errno(err, errno, "cannot enter '%s'", workspace);
}

/* ---- what changed ---- */

struct seen {
    char *path;
    ino_t ino;
    mode_t mode;
    struct timespec changed;
    bool still;
};
struct compare {
    struct seen *seen;
    size_t n, cap;
    int view_fd, upper_fd;
    bool failed;
};

static bool seen_visit(void *arg, const char *rel, const struct stat *st) {
    struct compare *c = arg;
    if (c->n == c->cap) {
        c->cap = MAX(c->cap * 2, 256u);
        c->seen = xreallocarray(c->seen, c->cap, sizeof *c->seen);
    }
    c->seen[c->n++] = (struct seen){xstrdup(rel), st->st_ino, st->st_mode, st->st_ctim, false};
    return true;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct seen *)a)->path, ((const struct seen *)b)->path);
}

static bool changed_visit(void *arg, const char *rel, const struct stat *st) {
    struct compare *c = arg;
    struct seen key = {.path = (char *)(uintptr_t)rel};
    struct seen *s = c->n ? bsearch(&key, c->seen, c->n, sizeof key, by_path) : NULL;
    bool known = s && (s->mode & S_IFMT) == (st->st_mode & S_IFMT);
    if (s)
        s->still = true;
    if (S_ISDIR(st->st_mode)) {
        /* a directory's times change with its entries; only a new one or a new mode counts */
        if (!known || s->mode != st->st_mode)
            c->failed |= !tree_copy(c->view_fd, c->upper_fd, rel);
        return true;
    }
    bool same = known && s->ino == st->st_ino && s->changed.tv_sec == st->st_ctim.tv_sec &&
                s->changed.tv_nsec == st->st_ctim.tv_nsec;
    if (!same && (S_ISREG(st->st_mode) || S_ISLNK(st->st_mode)))
        c->failed |= !tree_copy(c->view_fd, c->upper_fd, rel);
    return false;
}

/* Deletions, the topmost gone entry of each. */
static void deletions_write(struct compare *c) {
    for (size_t i = 0; i < c->n; i++) {
        const char *rel = c->seen[i].path;
        struct stat st;
        if (c->seen[i].still || tree_stat(c->view_fd, rel, &st) == 0)
            continue;
        const char *slash = strrchr(rel, '/');
        AUTO_FREE char *parent =
            slash ? str_dup((struct str){rel, (size_t)(slash - rel)}) : xstrdup("");
        if (tree_stat(c->view_fd, parent, &st) != 0 || !S_ISDIR(st.st_mode))
            continue; /* its directory is gone or was replaced as well */
        c->failed |= !tree_parents(c->view_fd, c->upper_fd, rel);
        AUTO_FD int fd = tree_open(c->upper_fd, parent, O_RDONLY | O_DIRECTORY, 0);
        c->failed |=
            fd < 0 || mknodat(fd, slash ? slash + 1 : rel, S_IFCHR | 0600, makedev(0, 0)) != 0;
    }
}

/* ---- the call ---- */

static bool none_confine(const struct order *order, struct err *err) {
    rlim_t seconds = (rlim_t)(order->cpu_ms / 1000 + 1);
    struct rlimit cpu = {seconds, seconds + 2}, size = {CELL_FILE_BYTES_MAX, CELL_FILE_BYTES_MAX};
    if (setrlimit(RLIMIT_CPU, &cpu) != 0 || setrlimit(RLIMIT_FSIZE, &size) != 0)
        return err_set_errno(err, errno, "cannot set limits");
    return true;
}

/* Runs the call in a child, passes its report on when the layer is written. */
static bool call_run(const struct order *o, const struct cell_ports *ports, int upper_fd,
                     struct cell_report *report, struct err *err) {
    struct compare c = {.upper_fd = upper_fd};
    int control[2];
    c.view_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    tree_walk(c.view_fd, "", seen_visit, &c);
    if (c.n)
        qsort(c.seen, c.n, sizeof *c.seen, by_path);
    struct timespec tick = {0, 12000000}; /* a change time has the resolution of the timer tick */
    nanosleep(&tick, NULL);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0)
        return err_set_errno(err, errno, "cannot make a socket pair");
    struct cell_watch watch = {o, ports->output_fd, ports->control_fd, -1, false, 0};
    pid_t pid = fork();
    if (pid == 0) {
        /* orders come from the warden, the report goes to our parent first; when either is gone the
         * warden closes the control stream, and the supervisor ends what it started */
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        watch.report_fd = control[1];
        cell_supervise(&watch, none_confine);
    }
    close(control[1]);
    uint32_t head[2];
    bool good = pid > 0 && recv(control[0], head, sizeof head, MSG_WAITALL) == sizeof head &&
                head[0] == CONTROL_REPORT && head[1] == sizeof *report &&
                recv(control[0], report, sizeof *report, MSG_WAITALL) == sizeof *report;
    close(control[0]);
    waitpid(pid, NULL, 0);
    if (!good)
        return err_set(err, ERR_INTERNAL, "the call's supervisor died");
    if (report->end == CELL_SIGNALED && report->status == SIGXCPU)
        report->end = CELL_CPU;
    if (upper_fd < 0 || report->end == CELL_REFUSED || report->end == CELL_KILLED)
        return true;
    tree_walk(c.view_fd, "", changed_visit, &c);
    deletions_write(&c);
    return !c.failed || err_set_errno(err, errno, "cannot write the call's layer");
}

static bool none_build(const struct order *o, int *upper_fd, struct err *err) {
    AUTO_FREE char *layers = xasprintf("%s/layers", o->dir);
    AUTO_FREE char *upper = xasprintf("%s/layers/%" PRId64 "/upper", o->dir, o->upper);
    if (!dir_make(layers, 0700, err))
        return false;
    none_views = xasprintf("%s/views/%d", o->dir, (int)getpid());
    dir_remove(none_views, NULL);
    if (o->upper) {
        AUTO_FD int run_fd = open(o->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (run_fd < 0 || !layer_make(run_fd, o->upper, warden_cell_uid, warden_cell_gid, err))
            return err_prefix(err, "'%s'", o->dir);
        *upper_fd = open(upper, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    return views_make(o, err);
}

_Noreturn void none_cell(const struct order *order, const struct cell_ports *given) {
    struct cell_report report = {.end = CELL_REFUSED};
    struct cell_ports own = *given, *ports = &own;
    int upper_fd = -1;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    cell_descriptors_keep(&own.control_fd, &own.output_fd, &upper_fd);
    if (!none_build(order, &upper_fd, &report.err)) {
        report.end = CELL_REFUSED;
    } else if (!call_run(order, ports, upper_fd, &report, &report.err)) {
        report.end = CELL_KILLED;
    } else if (upper_fd >= 0 && report.end != CELL_REFUSED && report.end != CELL_KILLED) {
        manifest_send(upper_fd, ports->control_fd, &report, &report.err);
    }
    if (chdir("/") == 0 && none_views)
        dir_remove(none_views, NULL);
    control_send(ports->control_fd, CONTROL_REPORT, &report, sizeof report);
    _exit(0);
}
