/* The warden: the only process that creates cells, and the one that ends them all.
 *
 * Single-threaded, forked before the model is mapped and before any thread exists, so that a cell
 * costs the copy of a small address space and no lock is ever inherited locked. It owns the
 * template root (root.c), the seccomp programs (walls.c), a few fresh network namespaces, and per
 * cell: the order's bytes, a pipe with its output, the control stream of its first process, and a
 * pidfd.
 *
 *     loop  --RUN, KILL-->  warden  --clone-->  cell
 *     loop  <--OUTPUT, CHANGES, DONE--  warden  <--pipe, control--  cell
 *
 * It never blocks on the loop: what the loop does not take is kept up to WARDEN_BACKLOG_MAX, then
 * the cells' pipes are left full. It trusts neither side's lengths. Limits are enforced by the
 * cell's own first process, which also closes the layer properly; the warden tells it when the
 * output is too much, and kills the whole pid namespace when a cell does not end CELL_GRACE_MS
 * after it had to.
 *
 * As root, cells are CELL_UID_AS_ROOT; as an ordinary user the warden first enters a user namespace
 * of its own in which it may make network namespaces and the template; cells nest inside.
 * End of the loop's socket (the parent is gone, however it went): every cell dies, then the warden;
 * if the warden itself dies, the parent-death signal and the end of the control stream do the same.
 */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/clock.h"

struct cell {
    uint64_t id;
    char *frame; /* the order's strings point into it */
    struct arena arena;
    struct order order;
    struct cell_report report;
    bool reported, killed, ending;
    int output_fd, control_fd, pidfd;
    uint64_t output_bytes, changes_bytes;
    int64_t kill_at_ms; /* hard end on the monotonic clock */
    struct buf control; /* an incomplete control message */
};

static struct warden {
    int socket_fd;
    struct buf in, out;
    size_t out_sent;
    struct cell *cell[CELLS_MAX];
    size_t n_cells;
    int net[NETS_READY];
    size_t n_nets;
    bool as_root, none;
} warden;

/* ---- towards the loop ---- */

static void out_frame(enum frame_type type, uint64_t id, const void *data, size_t len) {
    size_t begin = wire_begin(&warden.out, type, id);
    buf_append(&warden.out, data, len);
    wire_end(&warden.out, begin);
    ASSERT(!warden.out.overflow);
}

static size_t out_pending(void) {
    return warden.out.len - warden.out_sent;
}

static bool out_flush(void) {
    while (out_pending()) {
        ssize_t n = send(warden.socket_fd, warden.out.data + warden.out_sent, out_pending(),
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            return false;
        if (n < 0)
            break;
        warden.out_sent += (size_t)n;
    }
    /* also when something is left: a loop that is always a little behind would fill the buffer with
     * what it already has */
    if (warden.out_sent)
        memmove(warden.out.data, warden.out.data + warden.out_sent, out_pending());
    warden.out.len -= warden.out_sent;
    warden.out_sent = 0;
    return true;
}

static void out_done(uint64_t id, const struct cell_report *report) {
    out_frame(FRAME_DONE, id, report, sizeof *report);
}

/* ---- network namespaces ---- */

static int loopback_up(void) {
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    memcpy(request.ifr_name, "lo", 3);
    int bad = fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0;
    if (fd >= 0)
        close(fd);
    return bad;
}

/* Shares memory and descriptors with the warden, which must not leave the host's network itself. */
static int net_make_run(void *arg) {
    int *out = arg;
    if (unshare(CLONE_NEWNET) != 0 || loopback_up() != 0)
        *out = -errno;
    else
        *out = open(ROOT_HOST "/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    return 0;
}

static int net_make(void) {
    enum { STACK = 64 << 10 };
    static char *stack;
    if (!stack)
        stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT(stack != MAP_FAILED);
    int fd = -1;
    pid_t pid =
        clone(net_make_run, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &fd);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return fd;
}

static bool net_take(int *fd, struct err *err) {
    if (warden.n_nets) {
        *fd = warden.net[--warden.n_nets];
        return true;
    }
    *fd = net_make();
    if (*fd >= 0)
        return true;
    err_set_errno(err, *fd < -1 ? -*fd : EPERM, "wall 'network namespace': cannot create one");
    return err_hint(err, "raise sysctl user.max_net_namespaces");
}

/* ---- cells ---- */

static void cell_destroy(struct cell *c) {
    if (c->output_fd >= 0)
        close(c->output_fd);
    if (c->control_fd >= 0)
        close(c->control_fd);
    if (c->pidfd >= 0)
        close(c->pidfd);
    buf_release(&c->control);
    arena_release(&c->arena);
    free(c->frame);
    free(c);
}

static void cell_kill(struct cell *c) {
    c->killed = true;
    syscall(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
}

/* Asks the first process to end everything and to report. */
static void cell_ask_end(struct cell *c, enum cell_end end) {
    char why = (char)end;
    if (c->ending)
        return;
    c->ending = true;
    c->kill_at_ms = MIN(c->kill_at_ms, clock_mono_ms() + CELL_GRACE_MS);
    if (send(c->control_fd, &why, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
        cell_kill(c);
}

static bool cell_prepare(struct cell *c, struct cell_ports *ports, struct err *err) {
    if (c->order.function && !cell_function_find(c->order.function))
        return err_set(err, ERR_INTERNAL, "no cell function '%s'", c->order.function);
    if (warden.none)
        return true;
    if (!root_run_dir(c->order.dir, &ports->run_fd, err) || !root_workspace(c->order.path, err))
        return false;
    if (c->order.upper &&
        !layer_make(ports->run_fd, c->order.upper, warden_cell_uid, warden_cell_gid, err))
        return false;
    return c->order.network || net_take(&ports->net_fd, err);
}

static bool cell_pipes(struct cell *c, struct cell_ports *ports, struct err *err) {
    int output[2], control[2];
    if (pipe2(output, O_CLOEXEC) != 0)
        return err_set_errno(err, errno, "cannot make a pipe");
    c->output_fd = output[0];
    ports->output_fd = output[1];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) != 0)
        return err_set_errno(err, errno, "cannot make a socket pair");
    c->control_fd = control[0];
    ports->control_fd = control[1];
    fcntl(c->output_fd, F_SETFL, O_NONBLOCK);
    return true;
}

/* In mode none the "cell" is a plain child. */
static pid_t none_spawn(struct cell *c, const struct cell_ports *ports, struct err *err) {
    pid_t pid = fork();
    if (pid == 0)
        none_cell(&c->order, ports);
    if (pid > 0)
        c->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    else
        err_set_errno(err, errno, "cannot fork");
    return pid;
}

static bool cell_start(struct cell *c, struct err *err) {
    struct cell_ports ports = {-1, -1, -1, -1, warden.as_root};
    bool good = cell_prepare(c, &ports, err) && cell_pipes(c, &ports, err);
    if (good)
        good = (warden.none ? none_spawn(c, &ports, err)
                            : cell_spawn(&c->order, &ports, &c->pidfd, err)) > 0;
    if (ports.output_fd >= 0)
        close(ports.output_fd);
    if (ports.control_fd >= 0)
        close(ports.control_fd);
    if (ports.net_fd >= 0)
        close(ports.net_fd);
    int64_t wall_ms = MIN(c->order.wall_ms, INT64_MAX / 4);
    c->kill_at_ms = clock_mono_ms() + wall_ms + CELL_GRACE_MS;
    return good;
}

static void cell_create(uint64_t id, struct str order) {
    struct err err = ERR_INIT;
    struct cell *c = xcalloc(1, sizeof *c);
    *c = (struct cell){.id = id, .output_fd = -1, .control_fd = -1, .pidfd = -1};
    c->arena = ARENA_INIT(FRAME_BYTES_MAX);
    c->control = BUF_INIT(256u << 10);
    c->frame = xmalloc(order.len + 1);
    memcpy(c->frame, order.ptr, order.len);
    bool good = order_decode(&c->order, (struct str){c->frame, order.len}, &c->arena, &err);
    if (good && warden.n_cells == CELLS_MAX)
        good = err_set(&err, ERR_LIMIT, "more than %d cells at once", CELLS_MAX);
    if (good && cell_start(c, &err)) {
        warden.cell[warden.n_cells++] = c;
        return;
    }
    struct cell_report report = {.end = CELL_REFUSED, .err = err};
    out_done(id, &report);
    cell_destroy(c);
}

static void cell_read_output(struct cell *c) {
    char chunk[64 << 10];
    while (out_pending() < WARDEN_BACKLOG_MAX) {
        ssize_t n = read(c->output_fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            close(c->output_fd);
            c->output_fd = -1;
            return;
        }
        uint64_t room = c->order.output_max - c->output_bytes;
        uint64_t take = MIN((uint64_t)n, room);
        if (take)
            out_frame(FRAME_OUTPUT, c->id, chunk, take);
        c->output_bytes += take;
        if (take < (uint64_t)n) {
            c->report.output_cut = true;
            cell_ask_end(c, CELL_OUTPUT);
        }
    }
}

static bool control_message(struct cell *c, uint32_t type, struct str body) {
    if (type == CONTROL_CHANGES) {
        c->changes_bytes += body.len;
        if (c->changes_bytes > 2 * (uint64_t)MANIFEST_BYTES_MAX)
            return false;
        out_frame(FRAME_CHANGES, c->id, body.ptr, body.len);
        return true;
    }
    if (type != CONTROL_REPORT || body.len != sizeof c->report || c->reported)
        return false;
    bool cut = c->report.output_cut;
    memcpy(&c->report, body.ptr, sizeof c->report);
    c->report.output_cut = cut;
    c->report.err.msg[ERR_MSG_MAX - 1] = c->report.err.hint[ERR_MSG_MAX - 1] = '\0';
    c->reported = true;
    return c->report.end <= CELL_REFUSED && c->report.err.code <= ERR_INTERNAL;
}

/* False when the stream is malformed: then the cell is not what it should be, and ends. */
static bool control_parse(struct cell *c) {
    size_t at = 0;
    while (c->control.len - at >= 8) {
        uint32_t head[2];
        memcpy(head, c->control.data + at, sizeof head);
        if (head[1] > c->control.max - 8)
            return false;
        if (c->control.len - at - 8 < head[1])
            break;
        if (!control_message(c, head[0], (struct str){c->control.data + at + 8, head[1]}))
            return false;
        at += 8 + head[1];
    }
    memmove(c->control.data, c->control.data + at, c->control.len - at);
    c->control.len -= at;
    return true;
}

static void cell_read_control(struct cell *c) {
    while (out_pending() < WARDEN_BACKLOG_MAX) {
        char *room = buf_reserve(&c->control, 32u << 10);
        ssize_t n = room ? recv(c->control_fd, room, 32u << 10, MSG_DONTWAIT) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n > 0)
            buf_grown(&c->control, (size_t)n);
        if (n <= 0 || !control_parse(c)) {
            if (n > 0)
                cell_kill(c);
            close(c->control_fd);
            c->control_fd = -1;
            return;
        }
    }
}

/* The first process has ended, so everything inside has: the rest of its streams is final. */
static bool cell_finish(struct cell *c) {
    if (c->control_fd >= 0)
        cell_read_control(c);
    if (c->output_fd >= 0)
        cell_read_output(c);
    if (out_pending() >= WARDEN_BACKLOG_MAX)
        return false;
    siginfo_t info = {0};
    waitid((idtype_t)3 /* P_PIDFD */, (id_t)c->pidfd, &info, WEXITED);
    if (!c->reported) {
        c->report = (struct cell_report){.end = CELL_KILLED, .output_cut = c->report.output_cut};
        if (!c->killed || c->ending)
            err_set(&c->report.err, ERR_ENVIRONMENT,
                    c->ending ? "the cell did not end in time; its changes are dropped"
                              : "the cell's first process was killed from outside (signal %d)",
                    info.si_status);
    }
    if (c->report.output_cut && c->report.end != CELL_REFUSED)
        c->report.end = CELL_OUTPUT;
    out_done(c->id, &c->report);
    return true;
}

static void cells_expire(void) {
    int64_t now_ms = clock_mono_ms();
    for (size_t i = 0; i < warden.n_cells; i++) {
        struct cell *c = warden.cell[i];
        if (now_ms >= c->kill_at_ms && !c->killed) {
            c->ending = true;
            cell_kill(c);
        }
    }
}

/* ---- from the loop ---- */

static bool frame_take(uint32_t type, uint64_t id, struct str body) {
    if (type == FRAME_RUN) {
        cell_create(id, body);
        return true;
    }
    if (type != FRAME_KILL)
        return false;
    for (size_t i = 0; i < warden.n_cells; i++)
        if (warden.cell[i]->id == id)
            cell_kill(warden.cell[i]);
    return true;
}

static bool socket_read(void) {
    char *room = buf_reserve(&warden.in, 256u << 10);
    ssize_t n = room ? recv(warden.socket_fd, room, 256u << 10, MSG_DONTWAIT) : 0;
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    buf_grown(&warden.in, (size_t)n);
    size_t at = 0;
    while (warden.in.len - at >= FRAME_HEAD) {
        struct cursor c = {warden.in.data + at, warden.in.data + warden.in.len, false};
        uint32_t len = cursor_u32(&c), type = cursor_u32(&c);
        uint64_t id = cursor_u64(&c);
        if (len > FRAME_BYTES_MAX)
            return false;
        if ((size_t)(c.end - c.at) < len)
            break;
        if (!frame_take(type, id, (struct str){c.at, len}))
            return false;
        at += FRAME_HEAD + len;
    }
    memmove(warden.in.data, warden.in.data + at, warden.in.len - at);
    warden.in.len -= at;
    return true;
}

/* ---- the loop of the warden ---- */

static void cells_serve(const struct pollfd *p) {
    for (size_t i = warden.n_cells; i-- > 0; p += 3) {
        struct cell *c = warden.cell[i];
        if (p[0].revents && c->output_fd >= 0)
            cell_read_output(c);
        if (p[1].revents && c->control_fd >= 0)
            cell_read_control(c);
        if (p[2].revents && cell_finish(c)) {
            cell_destroy(c);
            warden.cell[i] = warden.cell[--warden.n_cells];
        }
    }
}

static int poll_fill(struct pollfd *p) {
    int n = 0;
    bool full = out_pending() >= WARDEN_BACKLOG_MAX;
    p[n++] = (struct pollfd){warden.socket_fd, (short)(POLLIN | (out_pending() ? POLLOUT : 0)), 0};
    for (size_t i = warden.n_cells; i-- > 0;) {
        struct cell *c = warden.cell[i];
        p[n++] = (struct pollfd){full ? -1 : c->output_fd, POLLIN, 0};
        p[n++] = (struct pollfd){full ? -1 : c->control_fd, POLLIN, 0};
        p[n++] = (struct pollfd){full ? -1 : c->pidfd, POLLIN, 0};
    }
    return n;
}

static void warden_loop(void) {
    static struct pollfd p[1 + 3 * CELLS_MAX];
    for (;;) {
        bool refill = !warden.none && warden.n_nets < NETS_READY;
        int n = poll_fill(p);
        int ready = poll(p, (nfds_t)n, refill ? 0 : warden.n_cells ? 200 : -1);
        if (ready == 0 && refill) {
            int fd = net_make();
            if (fd >= 0)
                warden.net[warden.n_nets++] = fd;
            else
                poll(NULL, 0, 10);
            continue;
        }
        /* cells first: a new order changes their places in the array */
        cells_serve(p + 1);
        cells_expire();
        if (((p[0].revents & (POLLIN | POLLHUP)) && !socket_read()) || !out_flush())
            return;
    }
}

static bool map_self(const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/%s", name);
    AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* An ordinary user needs a user namespace to be somebody who may mount. */
static bool become_mounter(struct err *err) {
    char uid[40], gid[40];
    snprintf(uid, sizeof uid, "0 %u 1", (unsigned)geteuid());
    snprintf(gid, sizeof gid, "0 %u 1", (unsigned)getegid());
    prctl(PR_SET_DUMPABLE, 1);
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        err_set_errno(err, errno, "wall 'user namespace': cannot create one");
        return err_hint(err,
                        "user namespaces are refused: inside a chroot (enter it with pivot_root), "
                        "or by sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone");
    }
    if (!map_self("uid_map", uid) || !map_self("setgroups", "deny") || !map_self("gid_map", gid)) {
        err_set_errno(err, errno, "wall 'user namespace': cannot write its maps");
        return err_hint(err,
                        "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor "
                        "profile that allows user namespaces to drover");
    }
    warden_cell_uid = warden_cell_gid = 0;
    return true;
}

static bool warden_build(const struct sandbox_options *options, struct err *err) {
    warden_options = *options;
    warden.none = options->none;
    if (options->none) {
        warden_cell_uid = geteuid();
        warden_cell_gid = getegid();
        return true;
    }
    warden.as_root = cell_owner(&warden_cell_uid, &warden_cell_gid);
    if (warden.as_root && unshare(CLONE_NEWNS) != 0)
        warden.as_root = false; /* root without rights, as in a container: like anybody else */
    if (!warden.as_root && !become_mounter(err))
        return false;
    return root_build(options, err) && walls_prepare(err);
}

_Noreturn void warden_main(int socket_fd, const struct sandbox_options *options) {
    struct err err = ERR_INIT;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN); /* the terminal's interrupt is the loop's to handle */
    signal(SIGCHLD, SIG_DFL);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "drover-warden");
    warden.socket_fd = socket_fd;
    warden.in = BUF_INIT(FRAME_BYTES_MAX + (1u << 20));
    warden.out = BUF_INIT(FRAME_BYTES_MAX);
    bool good = warden_build(options, &err);
    prctl(PR_SET_DUMPABLE, 0);
    AUTO_BUF struct buf ready = BUF_INIT(4096);
    err_encode(&ready, &err);
    out_frame(FRAME_READY, 0, ready.data, ready.len);
    out_flush();
    if (good)
        warden_loop();
    for (size_t i = 0; i < warden.n_cells; i++)
        cell_kill(warden.cell[i]);
    for (size_t i = 0; i < warden.n_cells; i++)
        waitid((idtype_t)3, (id_t)warden.cell[i]->pidfd, &(siginfo_t){0}, WEXITED);
    _exit(0);
}
