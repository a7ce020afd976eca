/* Which walls stand on this host, found out by building a real cell and trying to leave it.
 *
 * Nothing is inferred from version numbers: sandbox_probe makes a throw-away run directory, runs
 * the function "sandbox.probe" in a cell, and that function attempts what the wall should refuse,
 * one line a wall: name, '+' '~' or '-', what was seen, what to do. A wall without which a cell is
 * no cell is MISSING when the attempt succeeds; one that only limits (memory, Landlock) is
 * DEGRADED. A host that refuses to build the cell at all gives one MISSING wall with the refusal's
 * words. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <netinet/in.h>
#include <unistd.h>

/* ---- inside ---- */

static void say(int fd, const char *name, char state, const char *detail, const char *remedy) {
    dprintf(fd, "%s\t%c\t%s\t%s\n", name, state, detail, remedy);
}

static void probe_root(int fd) {
    bool outside = access("/host", F_OK) == 0 || access("/root/.ssh", F_OK) == 0 ||
                   access("/etc/shadow", F_OK) == 0;
    bool writes = open("/usr/drover-probe", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 ||
                  open("/etc/drover-probe", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
    say(fd, "private root", outside || writes ? '-' : '+',
        outside  ? "the host's files are visible"
        : writes ? "system directories are writable"
                 : "host files absent, system read-only",
        "report this as a bug");
}

static void probe_workspace(int fd) {
    int file = open("probe", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = file >= 0 && write(file, "x", 1) == 1 && unlink("base-file") == 0;
    int why = errno;
    if (file >= 0)
        close(file);
    say(fd, "workspace overlay", good ? '+' : '-',
        good ? "writes and deletions go to a layer" : strerror(why),
        why == ENOSPC ? "free some space where DROVER_HOME is"
                      : "put DROVER_HOME on ext4, xfs or btrfs");
}

static void probe_processes(int fd) {
    struct stat st;
    bool alone = getppid() == 1 && stat("/proc/1", &st) == 0;
    struct rlimit limit;
    say(fd, "pid namespace", alone ? '+' : '-', alone ? "only the cell's own processes" : "missing",
        "the kernel needs CONFIG_PID_NS");
    getrlimit(RLIMIT_NPROC, &limit);
    bool bounded = limit.rlim_cur <= CELL_PROCESSES_MAX;
    say(fd, "process limit", bounded ? '+' : '-', bounded ? "per cell" : "not bounded", "");
}

static void probe_network(int fd) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = htonl(0x01010101);
    int out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool reached = out >= 0 && connect(out, (struct sockaddr *)&to, sizeof to) == 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool loopback = out >= 0 && connect(out, (struct sockaddr *)&to, sizeof to) == 0;
    say(fd, "network namespace", reached || !loopback ? '-' : '+',
        reached     ? "the outside is routable"
        : !loopback ? "loopback is down"
                    : "loopback only",
        "raise sysctl user.max_net_namespaces");
}

static void probe_rights(int fd) {
    AUTO_BUF struct buf status = BUF_INIT(64u << 10);
    bool read = file_read(&status, "/proc/self/status", 64u << 10, NULL);
    struct str text = buf_str(&status);
    bool caps = !read || str_find(text, STR("CapPrm:\t0000000000000000"), 0) == SIZE_MAX ||
                str_find(text, STR("CapBnd:\t0000000000000000"), 0) == SIZE_MAX;
    bool nnp = str_find(text, STR("NoNewPrivs:\t1"), 0) != SIZE_MAX;
    say(fd, "no capabilities", caps || !nnp ? '-' : '+',
        caps || !nnp ? "some are left" : "none, and no new privileges", "report this as a bug");
    bool calls = unshare(CLONE_NEWUSER) != 0 && errno == EPERM &&
                 mount("x", "/tmp", "tmpfs", 0, NULL) != 0 && syscall(SYS_bpf, 0, NULL, 0) != 0 &&
                 errno == EPERM && socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT;
    say(fd, "seccomp", calls ? '+' : '-', calls ? "system calls filtered" : "calls went through",
        "the kernel needs CONFIG_SECCOMP_FILTER");
}

static void probe_landlock(int fd) {
    int abi = walls_landlock_abi();
    char detail[100];
    snprintf(detail, sizeof detail, abi < 1 ? "not in this kernel" : "ABI %d", abi);
    say(fd, "landlock", abi < 1 ? '~' : '+', detail,
        abi < 1 ? "boot with lsm=landlock,... ; the private root stands alone until then" : "");
}

int probe_inside(struct str input, int out_fd) {
    (void)input;
    say(out_fd, "user namespace", getuid() == CELL_UID_INSIDE ? '+' : '-', "uid 1000 inside", "");
    probe_root(out_fd);
    probe_workspace(out_fd);
    probe_processes(out_fd);
    probe_network(out_fd);
    probe_rights(out_fd);
    probe_landlock(out_fd);
    return 0;
}

/* ---- outside ---- */

struct probe {
    struct wall *wall;
    size_t n, max;
    bool done;
};

static void wall_add(struct probe *p, struct str name, enum wall_state state, struct str detail,
                     struct str remedy) {
    static const char *const known[] = {
        "user namespace", "private root",      "workspace overlay", "pid namespace",
        "process limit",  "network namespace", "no capabilities",   "seccomp",
        "landlock",       "memory limit",      "fresh /proc",       "sandbox",
    };
    if (p->n == p->max)
        return;
    struct wall *w = &p->wall[p->n++];
    *w = (struct wall){.name = "sandbox", .state = state};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_equal_c(name, known[i]))
            w->name = known[i];
    snprintf(w->detail, sizeof w->detail, "%.*s", STR_FMT(detail));
    if (state != WALL_OK)
        snprintf(w->remedy, sizeof w->remedy, "%.*s", STR_FMT(remedy));
}

/* "wall 'seccomp': cannot ..." names the wall. */
static struct str wall_of(struct str message) {
    size_t from = str_find(message, STR("wall '"), 0);
    if (from == SIZE_MAX)
        return STR("sandbox");
    size_t to = str_find(message, STR("'"), from + 6);
    return str_slice(message, from + 6, to);
}

static void on_probed(void *arg, const struct cell_result *r) {
    struct probe *p = arg;
    struct str rest = r->output, line;
    p->done = true;
    if (r->end != CELL_EXITED || r->status != 0) {
        struct str msg = str_from(*r->err.msg ? r->err.msg : "the probing cell died");
        wall_add(p, wall_of(msg), WALL_MISSING, msg, str_from(r->err.hint));
        return;
    }
    while (str_next_line(&rest, &line)) {
        struct str field[4] = {{0}};
        for (int i = 0; i < 4; i++) {
            size_t end = MIN(str_find(line, STR("\t"), 0), line.len);
            field[i] = str_slice(line, 0, end);
            line = str_slice(line, end + 1, line.len);
        }
        wall_add(p, field[0],
                 str_equal_c(field[1], "+")   ? WALL_OK
                 : str_equal_c(field[1], "~") ? WALL_DEGRADED
                                              : WALL_MISSING,
                 field[2], field[3]);
    }
    wall_add(p, STR("memory limit"), WALL_DEGRADED,
             STR("sampled every 50 ms and then killed; no cgroup is used"),
             STR("nothing to do; a sudden allocation can pass the limit for a moment"));
}

static bool probe_directory(char *dir, struct err *err) {
    uid_t uid;
    gid_t gid;
    AUTO_FREE char *base = NULL, *file = NULL;
    if (!mkdtemp(dir))
        return err_set_errno(err, errno, "cannot make '%s'", dir);
    base = xasprintf("%s/base", dir);
    file = xasprintf("%s/base/base-file", dir);
    bool other = cell_owner(&uid, &gid);
    AUTO_FD int fd = mkdir(base, 0700) == 0 ? open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || (other && (chown(base, uid, gid) != 0 || fchown(fd, uid, gid) != 0)))
        return err_set_errno(err, errno, "cannot fill '%s'", dir);
    return true;
}

/* Where runs live or will live, so that the overlay is tried on the file system that it will be
 * used on. Nothing is made there but the probe: the nearest directory upwards that exists. */
static char *probe_place(void) {
    const char *const names[] = {"DROVER_HOME", "XDG_STATE_HOME", "HOME"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (!value || value[0] != '/')
            continue;
        char *place = xasprintf("%s%s", value, i == 2 ? "/.local/state" : "");
        for (char *slash; access(place, F_OK) != 0 && (slash = strrchr(place, '/'));)
            *slash = '\0';
        return place;
    }
    return xstrdup("/var/tmp");
}

size_t sandbox_probe(struct sandbox *sandbox, struct wall *walls, size_t n_max) {
    AUTO_FREE char *place = probe_place();
    AUTO_FREE char *dir = xasprintf("%s/drover-probe-XXXXXX", place);
    struct probe probe = {.wall = walls, .max = n_max};
    struct err err = ERR_INIT;
    if (!probe_directory(dir, &err)) {
        wall_add(&probe, STR("workspace overlay"), WALL_MISSING, str_from(err.msg),
                 STR("set DROVER_HOME to a directory that can be written"));
        return probe.n;
    }
    struct cell_spec spec = {.workspace = {.dir = dir, .path = "/workspace", .upper = 1},
                             .function = "sandbox.probe",
                             .wall_ms = 10000};
    sandbox_run(sandbox, &spec, on_probed, &probe);
    while (!probe.done) {
        struct pollfd p = {.fd = sandbox_fd(sandbox), .events = POLLIN};
        poll(&p, 1, 1000);
        sandbox_drain(sandbox);
    }
    dir_remove(dir, NULL); /* two files of our own making */
    return probe.n;
}
