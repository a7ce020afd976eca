/* The loop's side: starts the warden, queues cells, hands results back.
 *
 * Thread: the loop only. A job lives from sandbox_run to its callback. At most CELLS_MAX jobs are
 * with the warden; the others wait here as encoded orders, in order. Output and changes arrive in
 * pieces and are collected in the job, within the order's own limits.
 *
 * Sending waits until the warden has taken the bytes: it always reads and never waits for us, so
 * that is short. When the warden is gone its socket is at its end: the jobs that it had get
 * CELL_KILLED with an error that says so (its cells die with it), those that it did not get
 * CELL_REFUSED. The descriptor stays readable then, so callbacks still come from sandbox_drain and
 * nowhere else.
 *
 * A host on which no cell can be built still gives a struct sandbox: doctor asks it what is
 * missing, and every cell is refused with the name of the wall. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 30000 /* a loaded machine; the warden needs a few milliseconds */
#define STOP_MS  5000

struct job {
    uint64_t id;
    cell_done_fn done;
    void *arg;
    struct buf order, output, changes;
    struct err refused; /* found before the warden was asked */
    bool sent;
    struct job *next;
};

struct sandbox {
    int fd;
    pid_t pid;
    uint64_t last_id;
    struct job *first, **tail; /* by id */
    size_t n_sent;
    struct buf in;
    bool gone, none;
    struct err err; /* why no cell can be built */
};

static struct job *job_find(struct sandbox *s, uint64_t id) {
    for (struct job *j = s->first; j; j = j->next)
        if (j->id == id)
            return j;
    return NULL;
}

static void job_remove(struct sandbox *s, struct job *job) {
    struct job **at = &s->first;
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    if (s->tail == &job->next)
        s->tail = at;
}

static void job_destroy(struct job *j) {
    buf_release(&j->order);
    buf_release(&j->output);
    buf_release(&j->changes);
    free(j);
}

/* ---- start and stop ---- */

static bool ready_wait(struct sandbox *s, struct err *err) {
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    char text[4096];
    int n;
    while ((n = poll(&p, 1, READY_MS)) < 0 && errno == EINTR) {
    }
    ssize_t got = n > 0 ? recv(s->fd, text, sizeof text, 0) : -1;
    struct cursor c = {text, text + MAX(got, 0), false};
    uint32_t len = cursor_u32(&c), type = cursor_u32(&c);
    cursor_u64(&c);
    if (c.bad || type != FRAME_READY || (size_t)(c.end - c.at) != len)
        return err_set(err, ERR_ENVIRONMENT, "the warden of the sandbox did not start");
    err_decode(&c, &s->err);
    s->gone = s->err.code != ERR_NONE;
    return true;
}

bool sandbox_start(struct sandbox **out, const struct sandbox_options *options, struct err *err) {
    int fd[2];
    *out = NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) != 0)
        return err_set_errno(err, errno, "cannot make a socket pair");
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int kept = dup2(fd[1], 3);
        fcntl(kept, F_SETFD, FD_CLOEXEC);
        syscall(SYS_close_range, 4, ~0u, 0);
        warden_main(kept, options);
    }
    close(fd[1]);
    if (pid < 0) {
        close(fd[0]);
        return err_set_errno(err, errno, "cannot fork the warden");
    }
    struct sandbox *s = xcalloc(1, sizeof *s);
    *s = (struct sandbox){.fd = fd[0], .pid = pid, .none = options->none};
    s->tail = &s->first;
    s->in = BUF_INIT(FRAME_BYTES_MAX + (1u << 20));
    if (!ready_wait(s, err)) {
        sandbox_stop(s);
        return false;
    }
    *out = s;
    return true;
}

void sandbox_stop(struct sandbox *s) {
    if (!s)
        return;
    shutdown(s->fd, SHUT_RDWR);
    for (int waited_ms = 0; waitpid(s->pid, NULL, WNOHANG) == 0; waited_ms++) {
        if (waited_ms == STOP_MS)
            kill(s->pid, SIGKILL); /* the cells follow by their parent-death signal */
        poll(NULL, 0, 1);
    }
    close(s->fd);
    while (s->first) {
        struct job *j = s->first;
        s->first = j->next;
        job_destroy(j);
    }
    buf_release(&s->in);
    free(s);
}

int sandbox_fd(const struct sandbox *s) {
    return s->fd;
}

/* ---- orders ---- */

static bool socket_send(struct sandbox *s, struct str data) {
    while (data.len && !s->gone) {
        ssize_t n = send(s->fd, data.ptr, data.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = s->fd, .events = POLLOUT};
            poll(&p, 1, 1000);
        } else if (n < 0 && errno != EINTR) {
            return false;
        } else if (n > 0) {
            data = str_slice(data, (size_t)n, data.len);
        }
    }
    return !s->gone;
}

static void jobs_pump(struct sandbox *s) {
    for (struct job *j = s->first; j && s->n_sent < CELLS_MAX; j = j->next) {
        if (j->sent)
            continue;
        if (!socket_send(s, buf_str(&j->order)))
            return; /* the end of the socket tells the rest */
        buf_release(&j->order);
        j->sent = true;
        s->n_sent++;
    }
}

/* Mounts as the caller listed them, and what the built-in layer functions look at besides. */
static size_t mounts_make(const struct cell_spec *spec, struct order_mount *m,
                          struct arena *arena) {
    const char *f = spec->function ? spec->function : "";
    size_t n = 0;
    for (size_t i = 0; i < spec->n_mounts; i++) {
        const struct mount_spec *from = &spec->mounts[i];
        if (strcmp(f, "layers.flatten") == 0 && strcmp(from->at, "/drover/from") == 0)
            continue;
        m[n++] = (struct order_mount){
            .at = from->at, .layer = from->layers, .n_layers = from->n_layers, .base = from->base};
    }
    const int64_t *raw = NULL;
    size_t n_raw = 0;
    if (strcmp(f, "layers.flatten") == 0 && spec->n_mounts == 1) {
        raw = spec->mounts[0].layers;
        n_raw = spec->mounts[0].n_layers;
    } else if (strcmp(f, "layers.export") == 0) {
        raw = spec->workspace.layers;
        n_raw = spec->workspace.n_layers;
    }
    for (size_t i = 0; i < n_raw; i++) {
        char *at = arena_alloc(arena, 40);
        ASSERT(at);
        snprintf(at, 40, "/drover/layer/%zu", i);
        m[n++] = (struct order_mount){.at = at, .kind = MOUNT_RAW, .layer = &raw[i], .n_layers = 1};
    }
    if (strncmp(f, "layers.", 7) == 0 && strcmp(f, "layers.empty_trash") != 0)
        m[n++] = (struct order_mount){.at = "/drover/origin", .base = true};
    if (strcmp(f, "layers.empty_trash") == 0)
        m[n++] = (struct order_mount){.at = "/drover/trash", .kind = MOUNT_TRASH};
    return n;
}

static bool job_encode(struct job *j, const struct cell_spec *spec) {
    AUTO_ARENA struct arena arena = ARENA_INIT(1u << 20);
    AUTO_FREE struct order_mount *mount =
        xcalloc(spec->n_mounts + spec->workspace.n_layers + ORDER_LAYERS_MAX + 2, sizeof *mount);
    if (spec->n_mounts > ORDER_MOUNTS_MAX - 2 - ORDER_LAYERS_MAX ||
        spec->workspace.n_layers > ORDER_LAYERS_MAX)
        return err_set(&j->refused, ERR_LIMIT, "too many mounts or layers for one cell");
    for (size_t i = 0; i < spec->n_mounts; i++)
        if (spec->mounts[i].n_layers > ORDER_LAYERS_MAX)
            return err_set(&j->refused, ERR_LIMIT, "too many layers in one mount");
    struct order order = {
        .dir = spec->workspace.dir,
        .path = spec->workspace.path,
        .layer = spec->workspace.layers,
        .n_layers = spec->workspace.n_layers,
        .upper = spec->workspace.upper,
        .argv = spec->argv,
        .env = spec->env,
        .function = spec->function,
        .input = spec->input,
        .mount = mount,
        .n_mounts = mounts_make(spec, mount, &arena),
        .cpu_ms = spec->cpu_ms > 0 ? spec->cpu_ms : CALL_CPU_MS_DEFAULT,
        .wall_ms = spec->wall_ms > 0 ? spec->wall_ms : CALL_WALL_MS_DEFAULT,
        .output_max = spec->output_max ? spec->output_max : OUTPUT_BYTES_MAX,
        .memory_bytes = spec->memory_bytes ? spec->memory_bytes : CELL_MEMORY_DEFAULT,
        .network = spec->network,
    };
    size_t begin = wire_begin(&j->order, FRAME_RUN, j->id);
    order_encode(&j->order, &order);
    wire_end(&j->order, begin);
    if (j->order.overflow || j->order.len > FRAME_BYTES_MAX)
        return err_set(&j->refused, ERR_LIMIT, "the input of a cell is larger than %u MiB",
                       FRAME_BYTES_MAX >> 20);
    return true;
}

uint64_t sandbox_run(struct sandbox *s, const struct cell_spec *spec, cell_done_fn done,
                     void *arg) {
    struct job *j = xcalloc(1, sizeof *j);
    *j = (struct job){.id = ++s->last_id, .done = done, .arg = arg};
    j->order = BUF_INIT(FRAME_BYTES_MAX + FRAME_HEAD);
    j->output =
        BUF_INIT(MIN(spec->output_max ? spec->output_max : OUTPUT_BYTES_MAX, (size_t)1 << 40));
    j->changes = BUF_INIT(2 * (size_t)MANIFEST_BYTES_MAX);
    if (!job_encode(j, spec)) {
        /* an empty order: the warden answers it, so that the callback comes from the drain */
        buf_clear(&j->order);
        wire_end(&j->order, wire_begin(&j->order, FRAME_RUN, j->id));
    }
    *s->tail = j;
    s->tail = &j->next;
    jobs_pump(s);
    return j->id;
}

void sandbox_kill(struct sandbox *s, uint64_t id) {
    struct job *j = job_find(s, id);
    if (!j || s->gone)
        return;
    if (!j->sent) {
        buf_clear(&j->order);
        wire_end(&j->order, wire_begin(&j->order, FRAME_RUN, j->id));
        err_set(&j->refused, ERR_CANCELLED, "stopped before it began");
        return;
    }
    AUTO_BUF struct buf frame = BUF_INIT(64);
    wire_end(&frame, wire_begin(&frame, FRAME_KILL, id));
    socket_send(s, buf_str(&frame));
}

/* ---- results ---- */

static struct change *changes_parse(const struct job *j, size_t *n_out) {
    struct cursor c = {j->changes.data, j->changes.data + j->changes.len, false};
    struct change *change = NULL;
    size_t n = 0, cap = 0;
    while (j->changes.len && c.at < c.end && n < MANIFEST_ENTRIES_MAX) {
        struct change one = {.kind = (enum change_kind)cursor_u32(&c), .mode = cursor_u32(&c)};
        one.size = cursor_u64(&c);
        one.path = str_from(cursor_cstr(&c));
        if (c.bad || one.kind > CHANGE_OPAQUE || one.path.len == 0)
            break;
        if (n == cap) {
            cap = MAX(cap * 2, 16u);
            change = xreallocarray(change, cap, sizeof *change);
        }
        change[n++] = one;
    }
    *n_out = n;
    return change;
}

static void job_finish(struct sandbox *s, struct job *j, const struct cell_report *report) {
    struct cell_result r = {
        .end = (enum cell_end)report->end,
        .status = report->status,
        .output = buf_str(&j->output),
        .output_cut = report->output_cut != 0,
        .changes_cut = report->changes_cut != 0,
        .layer_bytes = report->layer_bytes,
        .cpu_ms = report->cpu_ms,
        .wall_ms = report->wall_ms,
        .err = report->err,
    };
    if (j->refused.code != ERR_NONE) {
        r.err = j->refused;
        if (j->refused.code == ERR_CANCELLED)
            r.end = CELL_KILLED;
    }
    AUTO_FREE struct change *change = changes_parse(j, &r.n_changes);
    r.changes = change;
    r.changes_cut |= r.n_changes != report->n_changes;
    job_remove(s, j);
    if (j->sent)
        s->n_sent--;
    j->done(j->arg, &r);
    job_destroy(j);
}

static bool frame_take(struct sandbox *s, uint32_t type, uint64_t id, struct str body) {
    struct job *j = job_find(s, id);
    if (!j || !j->sent)
        return false;
    if (type == FRAME_OUTPUT)
        return buf_append_str(&j->output, body);
    if (type == FRAME_CHANGES)
        return buf_append_str(&j->changes, body);
    struct cell_report report;
    if (type != FRAME_DONE || body.len != sizeof report)
        return false;
    memcpy(&report, body.ptr, sizeof report);
    job_finish(s, j, &report);
    return true;
}

static bool frames_take(struct sandbox *s) {
    size_t at = 0;
    bool good = true;
    while (good && s->in.len - at >= FRAME_HEAD) {
        struct cursor c = {s->in.data + at, s->in.data + s->in.len, false};
        uint32_t len = cursor_u32(&c), type = cursor_u32(&c);
        uint64_t id = cursor_u64(&c);
        if (len > FRAME_BYTES_MAX)
            return false;
        if ((size_t)(c.end - c.at) < len)
            break;
        at += FRAME_HEAD + len;
        good = frame_take(s, type, id, (struct str){c.at, len});
    }
    memmove(s->in.data, s->in.data + at, s->in.len - at);
    s->in.len -= at;
    return good;
}

static void warden_gone(struct sandbox *s) {
    if (s->err.code == ERR_NONE) {
        err_set(&s->err, ERR_ENVIRONMENT, "the sandbox's warden has died, and its cells with it");
        err_hint(&s->err, "drover resume");
    }
    s->gone = true;
    /* only what is here now: a callback may queue more, which the next drain refuses */
    uint64_t last = s->last_id;
    while (s->first && s->first->id <= last) {
        struct job *j = s->first;
        struct cell_report report = {.end = j->sent ? CELL_KILLED : CELL_REFUSED, .err = s->err};
        job_finish(s, j, &report);
    }
}

void sandbox_drain(struct sandbox *s) {
    /* bounded: one drain takes at most 4 MiB, the poll brings us back */
    for (int i = 0; i < 16 && !s->gone; i++) {
        char *room = buf_reserve(&s->in, 256u << 10);
        ssize_t n = room ? recv(s->fd, room, 256u << 10, MSG_DONTWAIT) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n > 0)
            buf_grown(&s->in, (size_t)n);
        if (n <= 0 || !frames_take(s))
            s->gone = true;
    }
    if (s->gone)
        warden_gone(s);
    else
        jobs_pump(s);
}

bool cell_owner(uid_t *uid, gid_t *gid) {
    *uid = geteuid();
    *gid = getegid();
    if (*uid != 0)
        return false;
    /* in a container that maps fewer users, root's cells are root's */
    AUTO_BUF struct buf map = BUF_INIT(4096);
    unsigned inside = 0, outside = 0, count = 0;
    if (!file_read(&map, "/proc/self/uid_map", 4096, NULL) ||
        sscanf(buf_cstr(&map), "%u %u %u", &inside, &outside, &count) != 3 || inside != 0 ||
        count <= CELL_UID_AS_ROOT)
        return false;
    *uid = CELL_UID_AS_ROOT;
    *gid = CELL_UID_AS_ROOT;
    return true;
}
