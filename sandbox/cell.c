/* The life of one cell, from the warden's clone to its report.
 *
 *     warden --clone(VM,VFORK,FILES)--> between: enters the network namespace, gives up root,
 *                                       clone3(NEWUSER|NEWNS|NEWPID|NEWIPC|NEWUTS, PARENT)
 *                                         \--> first: pid 1 of the cell, child of the warden
 *                                                maps, mounts (root.c), seccomp, fork
 *                                                  \--> payload: limits, Landlock, no capabilities,
 *                                                       exec of the command, or the function
 *
 * The process in between exists because entering a ready-made network namespace needs rights that
 * the cell's own user namespace no longer has; it shares the warden's memory and costs no copy.
 *
 * The first process waits for the payload. When it ends, or a limit is met, or the warden says so
 * or is gone (end of the control stream), everything else in the pid namespace is killed and
 * reaped; then, with nobody left to race, it walks the call's layer, and reports. It is not
 * dumpable, so that the payload, which has the same uid, can neither trace it nor look through its
 * descriptors; it keeps CAP_DAC_READ_SEARCH to walk directories that the call made unreadable.
 *
 * CPU time and memory are sampled (a busy limit costs one tick at most); at the end CPU time is
 * what the kernel counted for all reaped children. A cell that cannot be built reports CELL_REFUSED
 * with the wall's name: then nothing of the payload has run. */
#include "sandbox/sandbox_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/clock.h"

#define KEEP_OVERRIDE    (1ull << 1) /* CAP_DAC_OVERRIDE */
#define KEEP_READ_SEARCH (1ull << 2) /* CAP_DAC_READ_SEARCH */
#define MAX_FD           1048576

struct sandbox_options warden_options;
uid_t warden_cell_uid;
gid_t warden_cell_gid;

static const char *const environment[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "HOME=/tmp/home",
    "TMPDIR=/tmp",
    "SHELL=/bin/sh",
    "USER=drover",
    "LOGNAME=drover",
    "LANG=C.UTF-8",
    "TERM=dumb",
    "GIT_CONFIG_NOSYSTEM=1",
    "GIT_PAGER=cat",
    "PAGER=cat",
    "TZ=UTC",
};

static const struct cell_function builtin[] = {
    {"layers.flatten", layers_flatten},         {"layers.merge", layers_merge},
    {"layers.export", layers_export},           {"layers.hash", layers_hash},
    {"layers.empty_trash", layers_empty_trash}, {"sandbox.probe", probe_inside},
};

cell_fn cell_function_find(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(builtin); i++)
        if (strcmp(builtin[i].name, name) == 0)
            return builtin[i].run;
    for (size_t i = 0; i < warden_options.n_functions; i++)
        if (strcmp(warden_options.functions[i].name, name) == 0)
            return warden_options.functions[i].run;
    return NULL;
}

bool control_send(int fd, enum control_type type, const void *data, size_t len) {
    uint32_t head[2] = {(uint32_t)type, (uint32_t)len};
    const char *part[2] = {(const char *)head, data};
    size_t left[2] = {sizeof head, len};
    for (int i = 0; i < 2; i++) {
        while (left[i]) {
            ssize_t n = send(fd, part[i], left[i], MSG_NOSIGNAL);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                return false;
            part[i] += n;
            left[i] -= (size_t)n;
        }
    }
    return true;
}

static _Noreturn void report_and_exit(int control_fd, struct cell_report *report) {
    control_send(control_fd, CONTROL_REPORT, report, sizeof *report);
    _exit(0);
}

static _Noreturn void refuse(int control_fd, const struct err *err) {
    struct cell_report report = {.end = CELL_REFUSED, .err = *err};
    report_and_exit(control_fd, &report);
}

/* ---- payload ---- */

static char **environment_make(const char *const *more) {
    size_t n = 0;
    while (more && more[n])
        n++;
    char **env = xcalloc(ARRAY_LEN(environment) + n + 1, sizeof *env);
    size_t used = 0;
    for (size_t i = 0; i < ARRAY_LEN(environment) + n; i++) {
        char *item =
            xstrdup(i < ARRAY_LEN(environment) ? environment[i] : more[i - ARRAY_LEN(environment)]);
        size_t name = strcspn(item, "="), at = 0;
        while (at < used && (strncmp(env[at], item, name) != 0 || env[at][name] != '='))
            at++;
        env[at] = item; /* the later one wins */
        used = MAX(used, at + 1);
    }
    return env;
}

/* Without walls the command is the user's in every way: PATH, HOME and the rest as they are. */
static const char *const *none_environment(const char *const *more) {
    size_t n = 0, m = 0;
    while (environ[n])
        n++;
    while (more && more[m])
        m++;
    const char **all = xcalloc(n + m + 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = environ[i];
    for (size_t i = 0; i < m; i++)
        all[n + i] = more[i];
    return all;
}

static void command_exec(const struct order *order) {
    static const char *const directory[] = {"/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"};
    const char *const *more = order->env;
    char **env = environment_make(none_views ? none_environment(more) : more), path[PATH_BYTES_MAX];
    char *const *argv = (char *const *)(uintptr_t)order->argv;
    if (strchr(argv[0], '/')) {
        execve(argv[0], argv, env);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(directory); i++) {
        snprintf(path, sizeof path, "%s/%s", directory[i], argv[0]);
        execve(path, argv, env);
        if (errno != ENOENT)
            return;
    }
}

_Noreturn void cell_payload(const struct order *order) {
    if (order->function) {
        cell_fn run = cell_function_find(order->function);
        ASSERT(run);
        if (!none_views)
            clearenv();
        for (size_t i = 0; i < ARRAY_LEN(environment) && !none_views; i++)
            putenv((char *)(uintptr_t)environment[i]);
        _exit(run(order->input, STDOUT_FILENO) & 0xff);
    }
    command_exec(order);
    int saved = errno;
    dprintf(STDERR_FILENO, "drover: cannot run '%s': %s\n", order->argv[0], strerror(saved));
    _exit(saved == ENOENT ? 127 : 126);
}

static void signals_default(void) {
    sigset_t none;
    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP)
            signal(i, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void payload_start(const struct cell_watch *w, int ready_fd,
                                    bool (*confine)(const struct order *, struct err *)) {
    struct err err = ERR_INIT;
    signals_default();
    setsid();
    dup2(w->output_fd, STDOUT_FILENO);
    dup2(w->output_fd, STDERR_FILENO);
    ready_fd = dup2(ready_fd, 3);
    syscall(SYS_close_range, 4, MAX_FD, 0);
    if (ready_fd == 3 && confine(w->order, &err)) {
        close(ready_fd);
        cell_payload(w->order);
    }
    if (write(ready_fd, &err, sizeof err) != sizeof err)
        _exit(126);
    _exit(125);
}

/* ---- the first process ---- */

static volatile sig_atomic_t child_changed;

static void on_child(int signal_number) {
    (void)signal_number;
    child_changed = 1;
}

struct usage {
    int64_t cpu_ms;
    uint64_t memory;
};

/* utime, stime and those of reaped children: fields 14 to 17 of /proc/PID/stat. */
static int64_t stat_cpu_ms(struct str text) {
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != ')')
        at--;
    struct str rest = str_slice(text, at, text.len);
    int64_t sum = 0;
    int field = 2;
    for (size_t i = 0; i < rest.len && field < 17;) {
        while (i < rest.len && rest.ptr[i] == ' ')
            i++;
        size_t from = i;
        while (i < rest.len && rest.ptr[i] != ' ')
            i++;
        int64_t value = 0;
        if (++field >= 14 && str_to_i64(str_slice(rest, from, i), 0, INT64_MAX / 8, &value))
            sum += value;
    }
    return sum * 1000 / sysconf(_SC_CLK_TCK);
}

static bool proc_read(int proc_fd, const char *pid, const char *name, char *out, size_t size,
                      struct str *text) {
    char path[64];
    snprintf(path, sizeof path, "%s/%s", pid, name);
    AUTO_FD int fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
    *text = (struct str){out, n > 0 ? (size_t)n : 0};
    return n > 0;
}

/* All processes of the namespace; pid 1 itself included. */
static struct usage usage_sample(void) {
    struct usage usage = {0};
    struct rusage reaped;
    getrusage(RUSAGE_CHILDREN, &reaped);
    DIR *dir = opendir("/proc");
    if (!dir)
        return usage;
    for (struct dirent *e; (e = readdir(dir));) {
        char text[1024];
        struct str s, line;
        if (e->d_name[0] < '0' || e->d_name[0] > '9')
            continue;
        if (proc_read(dirfd(dir), e->d_name, "stat", text, sizeof text, &s))
            usage.cpu_ms += stat_cpu_ms(s);
        if (strcmp(e->d_name, "1") == 0 ||
            !proc_read(dirfd(dir), e->d_name, "statm", text, sizeof text, &s))
            continue;
        text[s.len] = '\0';
        line = s;
        long size = 0, resident = 0, shared = 0;
        if (line.len && sscanf(text, "%ld %ld %ld", &size, &resident, &shared) == 3)
            usage.memory += (uint64_t)MAX(resident - shared, 0) * (uint64_t)sysconf(_SC_PAGESIZE);
    }
    closedir(dir);
    return usage;
}

/* The control stream: a byte names why to end; its end means that the warden is gone. */
static bool control_asks(int control_fd, enum cell_end *end) {
    char why = 0;
    ssize_t n = recv(control_fd, &why, 1, MSG_DONTWAIT);
    if (n < 0)
        return false;
    *end = n == 0 ? CELL_KILLED : (enum cell_end)why;
    return true;
}

/* Empty files take no bytes; f_files is 0 where files are not counted (btrfs). */
static bool disk_is_low(const struct statfs *disk) {
    return (uint64_t)disk->f_bavail * (uint64_t)disk->f_bsize < DISK_RESERVE_BYTES ||
           (disk->f_files && disk->f_ffree < DISK_RESERVE_FILES);
}

static bool limits_met(const struct cell_watch *w, int64_t started_ms, struct cell_report *r) {
    const struct order *o = w->order;
    enum cell_end end = CELL_EXITED;
    struct statfs disk;
    if (control_asks(w->control_fd, &end)) {
        r->end = end;
        return true;
    }
    if (clock_mono_ms() - started_ms >= o->wall_ms) {
        r->end = CELL_WALL;
        return true;
    }
    if (!w->whole_pid_namespace)
        return false;
    struct usage usage = usage_sample();
    if (usage.cpu_ms >= o->cpu_ms) {
        r->end = CELL_CPU;
        return true;
    }
    if (usage.memory > o->memory_bytes) {
        r->end = CELL_SIGNALED;
        r->status = SIGKILL;
        err_set(&r->err, ERR_LIMIT, "killed: more than %llu MiB of memory",
                (unsigned long long)(o->memory_bytes >> 20));
        return true;
    }
    if (w->upper_fd >= 0 && fstatfs(w->upper_fd, &disk) == 0 && disk_is_low(&disk)) {
        r->end = CELL_SIGNALED;
        r->status = SIGKILL;
        err_set(&r->err, ERR_NO_SPACE, "killed: the disk of the run is almost full");
        return true;
    }
    return false;
}

/* Reaps; true when the payload was among them. */
static bool reap(pid_t payload, struct cell_report *r) {
    bool ended = false;
    int status;
    child_changed = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid != payload)
            continue;
        ended = true;
        r->end = WIFSIGNALED(status) ? CELL_SIGNALED : CELL_EXITED;
        r->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }
    return ended;
}

static void children_kill(pid_t payload) {
    /* Without a pid namespace: what was reparented to us (a subreaper), and the session. */
    kill(-payload, SIGKILL);
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[MAX(n, 0)] = '\0';
    char *at = text;
    for (long pid; (pid = strtol(at, &at, 10)) > 0;)
        kill((pid_t)pid, SIGKILL);
}

static void kill_everything(const struct cell_watch *w, pid_t payload) {
    for (;;) {
        if (w->whole_pid_namespace)
            kill(-1, SIGKILL);
        else
            children_kill(payload);
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        }
        if (pid < 0 && errno == ECHILD)
            return;
        poll(NULL, 0, 1);
    }
}

static void supervise_wait(const struct cell_watch *w, pid_t payload, const sigset_t *waiting,
                           struct cell_report *r) {
    int64_t started_ms = clock_mono_ms();
    for (;;) {
        if (reap(payload, r))
            return;
        struct pollfd p = {.fd = w->control_fd, .events = POLLIN};
        struct timespec tick = {0, CELL_TICK_MS * 1000000};
        if (!child_changed && ppoll(&p, 1, &tick, waiting) < 0 && errno == EINTR)
            continue;
        if (reap(payload, r) || limits_met(w, started_ms, r))
            return;
    }
}

_Noreturn void cell_supervise(const struct cell_watch *w,
                              bool (*confine)(const struct order *, struct err *)) {
    struct cell_report report = {0};
    int report_fd = w->report_fd ? w->report_fd : w->control_fd;
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
    sigset_t blocked, waiting;
    int ready[2];
    int64_t started_ms = clock_mono_ms();
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, &waiting);
    sigaction(SIGCHLD, &action, NULL);
    if (pipe2(ready, O_CLOEXEC) != 0) {
        err_set_errno(&report.err, errno, "cannot make a pipe");
        refuse(report_fd, &report.err);
    }
    pid_t payload = fork();
    if (payload == 0)
        payload_start(w, ready[1], confine);
    close(ready[1]);
    close(w->output_fd);
    if (payload < 0) {
        err_set_errno(&report.err, errno, "cannot fork in the cell");
        refuse(report_fd, &report.err);
    }
    if (w->whole_pid_namespace && !walls_no_caps(KEEP_READ_SEARCH, &report.err))
        refuse(report_fd, &report.err);
    struct err refused;
    ssize_t n;
    while ((n = read(ready[0], &refused, sizeof refused)) < 0 && errno == EINTR) {
    }
    if (n == sizeof refused)
        refuse(report_fd, &refused);
    close(ready[0]);
    supervise_wait(w, payload, &waiting, &report);
    kill_everything(w, payload);
    struct rusage all;
    getrusage(RUSAGE_CHILDREN, &all);
    report.cpu_ms = (all.ru_utime.tv_sec + all.ru_stime.tv_sec) * 1000 +
                    (all.ru_utime.tv_usec + all.ru_stime.tv_usec) / 1000;
    report.wall_ms = clock_mono_ms() - started_ms;
    struct err err = ERR_INIT;
    if (w->upper_fd >= 0 && report.end != CELL_KILLED &&
        !manifest_send(w->upper_fd, w->control_fd, &report, &err))
        report.err = err;
    report_and_exit(report_fd, &report);
}

/* ---- building ---- */

static bool map_write(const char *name, const char *text, struct err *err) {
    char path[64];
    snprintf(path, sizeof path, ROOT_HOST "/proc/self/%s", name);
    AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        err_set_errno(err, errno, "wall 'user namespace': cannot write %s", name);
        return err_hint(err,
                        "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor "
                        "profile that allows user namespaces to drover");
    }
    return true;
}

static bool identity_map(struct err *err) {
    char uid[64], gid[64];
    snprintf(uid, sizeof uid, "%d %u 1", CELL_UID_INSIDE, (unsigned)warden_cell_uid);
    snprintf(gid, sizeof gid, "%d %u 1", CELL_UID_INSIDE, (unsigned)warden_cell_gid);
    prctl(PR_SET_DUMPABLE, 1);
    return map_write("uid_map", uid, err) && map_write("setgroups", "deny", err) &&
           map_write("gid_map", gid, err);
}

void cell_descriptors_keep(int *control_fd, int *output_fd, int *upper_fd) {
    int *keep[] = {control_fd, output_fd, upper_fd};
    int next = 3;
    for (size_t i = 0; i < ARRAY_LEN(keep); i++)
        if (*keep[i] >= 0)
            *keep[i] = fcntl(*keep[i], F_DUPFD_CLOEXEC, 100);
    for (size_t i = 0; i < ARRAY_LEN(keep); i++)
        if (*keep[i] >= 0) {
            dup3(*keep[i], next, O_CLOEXEC);
            *keep[i] = next++;
        }
    syscall(SYS_close_range, (unsigned)next, MAX_FD, 0);
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3 && null >= 0; i++)
        dup2(null, i);
    if (null > 2)
        close(null);
}

/* Our own layer functions may read and enter what a call made unreadable, as its owner could. */
static bool payload_confine(const struct order *order, struct err *err) {
    bool layers = order->function && strncmp(order->function, "layers.", 7) == 0;
    return walls_rlimits(err) && walls_landlock(order, err) &&
           walls_no_caps(layers ? KEEP_OVERRIDE : 0, err);
}

static void oom_prefer(void) {
    /* the machine's memory killer shall take a tool, not the model */
    AUTO_FD int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "900", 3) != 3)
        return;
}

static _Noreturn void first_process(const struct order *order, const struct cell_ports *ports) {
    struct err err = ERR_INIT;
    int control_fd = ports->control_fd, output_fd = ports->output_fd, upper_fd = -1;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!identity_map(&err))
        refuse(control_fd, &err);
    if (sethostname("drover", 6) != 0) {
        err_set_errno(&err, errno, "wall 'uts namespace': cannot name the host");
        refuse(control_fd, &err);
    }
    if (!root_enter(order, &upper_fd, &err))
        refuse(control_fd, &err);
    cell_descriptors_keep(&control_fd, &output_fd, &upper_fd);
    oom_prefer();
    setpriority(PRIO_PROCESS, 0, 2); /* the engine goes first, but not for ever */
    umask(022);
    prctl(PR_SET_NAME, "drover-cell");
    prctl(PR_SET_DUMPABLE, 0);
    if (!walls_seccomp(&err))
        refuse(control_fd, &err);
    struct cell_watch watch = {order, output_fd, control_fd, upper_fd, true, 0};
    cell_supervise(&watch, payload_confine);
}

struct between {
    const struct order *order;
    const struct cell_ports *ports;
    pid_t pid;
    int pidfd, saved_errno;
    const char *what;
};

struct clone_args_v0 {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

/* Shares the warden's memory and descriptors; raw system calls only, no allocation. */
static int between_run(void *arg) {
    struct between *b = arg;
    /* not through b: the warden may be at the next cell when the first process gets to run */
    const struct order *order = b->order;
    const struct cell_ports *ports = b->ports;
    b->what = "wall 'network namespace': cannot enter it";
    if (ports->net_fd >= 0 && syscall(SYS_setns, ports->net_fd, CLONE_NEWNET) != 0)
        goto failed;
    b->what = "cannot enter the run's directory";
    if (fchdir(ports->run_fd) != 0)
        goto failed;
    b->what = "cannot give up root";
    if (ports->userns_root &&
        (syscall(SYS_setgroups, 0, NULL) != 0 ||
         syscall(SYS_setresgid, warden_cell_gid, warden_cell_gid, warden_cell_gid) != 0 ||
         syscall(SYS_setresuid, warden_cell_uid, warden_cell_uid, warden_cell_uid) != 0))
        goto failed;
    b->what = "wall 'user namespace': cannot create the cell's namespaces";
    int pidfd = -1;
    struct clone_args_v0 args = {
        .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                 CLONE_PARENT | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
    };
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0)
        first_process(order, ports);
    if (pid < 0)
        goto failed;
    b->pid = (pid_t)pid;
    b->pidfd = pidfd;
    return 0;
failed:
    b->saved_errno = errno;
    return 1;
}

static bool spawn_failed(const struct between *b, struct err *err) {
    err_set_errno(err, b->saved_errno, "%s", b->what);
    if (b->saved_errno == EPERM)
        err_hint(err,
                 "user namespaces are refused: inside a chroot (enter it with pivot_root), or by "
                 "sysctl kernel.unprivileged_userns_clone / AppArmor");
    else if (b->saved_errno == EAGAIN)
        err_hint(err, "raise the limit on processes: ulimit -u, or the control group's pids.max");
    else if (b->saved_errno == ENOSPC || b->saved_errno == EUSERS)
        err_hint(err, "raise sysctl user.max_user_namespaces, user.max_mnt_namespaces");
    return false;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CELL_SANITIZED 1
#elif defined(__has_feature) /* clang says it in its own way */
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CELL_SANITIZED 1
#endif
#endif
#ifdef CELL_SANITIZED
/* The sanitizers do not follow a process onto a stack of its own: an ordinary fork then. */
static pid_t between_start(struct between *b) {
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_VFORK | CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        _exit(between_run(b));
    return pid;
}
#else
/* The payload's functions run on this stack, too, and go down a path of PATH_BYTES_MAX one call a
 * name; what is not touched costs nothing. The page below it is nobody's: running over is a fault
 * and not somebody else's memory. */
static pid_t between_start(struct between *b) {
    enum { STACK = 2 << 20, GUARD = 4096 };
    static char *stack;
    if (!stack) {
        stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ASSERT(stack != MAP_FAILED);
        int failed = mprotect(stack, GUARD, PROT_NONE);
        ASSERT(failed == 0);
    }
    return clone(between_run, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, b);
}
#endif

pid_t cell_spawn(const struct order *order, const struct cell_ports *ports, int *pidfd,
                 struct err *err) {
    static struct between *b; /* seen by both sides, however the one in between was started */
    if (!b)
        b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT(b != MAP_FAILED);
    *b = (struct between){.order = order, .ports = ports, .pid = -1, .pidfd = -1};
    pid_t between = between_start(b);
    if (between < 0) {
        b->what = "cannot fork";
        b->saved_errno = errno;
    } else {
        while (waitpid(between, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (b->pid < 0) {
        spawn_failed(b, err);
        return -1;
    }
    *pidfd = b->pidfd;
    return b->pid;
}
