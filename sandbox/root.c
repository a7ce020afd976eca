/* What a cell sees of the file system: a template built once in the warden, and per cell the few
 * mounts that differ.
 *
 * After root_build the warden lives in its own mount namespace whose root is a small tmpfs:
 *
 *     /cell    the template: etc (copied), usr (read-only bind), dev (six nodes), bin -> usr/bin
 * ... /host    the machine's tree, for the warden only; no cell keeps it /runs/K  base and layers
 * of the K-th run directory, bound, so that a cell can name them without having search rights on
 * the user's directories
 *
 * A cell (root_enter, cwd = /runs/K) binds the template over itself, adds a private tmpfs on /tmp,
 * a proc of its own pid namespace, a devpts, the workspace's overlay at its original path, and the
 * read-only views of its order under /drover; then pivot_root, and the old root is let go.
 *
 * Invariants: nothing that an agent wrote exists where mount points are made, so no name can be a
 * planted link (CVE-2026-87766 is what happens otherwise); mount points are made component by
 * component without following links all the same. Every mount that comes from the warden is locked
 * read-only by the kernel, because the cell's mount namespace belongs to a lesser user namespace.
 * Failures name the wall and what to do about it. */
#include "sandbox/sandbox_int.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <dirent.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIVOT_AT     "/tmp" /* any directory that surely exists: it is only covered for a moment */
#define ETC_FILE_MAX (4u << 20)

struct mount_attr_v0 { /* linux/mount.h of Debian 12 clashes with sys/mount.h */
    uint64_t attr_set, attr_clr, propagation, userns_fd;
};
#define ATTR_RDONLY 1u
#define ATTR_NOSUID 2u
#define ATTR_NODEV  4u

static bool mount_attr_all(const char *at, uint64_t attr) {
    struct mount_attr_v0 set = {.attr_set = attr};
    return syscall(SYS_mount_setattr, AT_FDCWD, at, 0x8000 /* AT_RECURSIVE */, &set, sizeof set) ==
           0;
}

/* Files of /etc that programs look for; whole directories are copied with links kept. */
static const char *const etc_file[] = {
    "ld.so.cache",
    "ld.so.conf",
    "localtime",
    "timezone",
    "debian_version",
    "services",
    "protocols",
    "ethertypes",
    "mime.types",
    "magic",
    "host.conf",
    "gai.conf",
    "resolv.conf",
    "inputrc",
    "lsb-release",
    "os-release",
    "shells",
    "ssl/openssl.cnf",
    "ca-certificates.conf",
    "papersize",
    "wgetrc",
    "bash.bashrc",
    "environment",
    "locale.conf",
};
static const char *const etc_directory[] = {
    "alternatives", "ld.so.conf.d",    "ssl/certs",       "perl",  "python3", "python3.11",
    "terminfo",     "ca-certificates", "java-17-openjdk", "fonts",
};
static const struct {
    const char *name, *text;
} etc_made[] = {
    {"passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\n"
               "drover:x:1000:1000:drover:/tmp/home:/bin/bash\n"
               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"group", "root:x:0:\ntty:x:5:\ndrover:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost drover\n::1 localhost ip6-localhost ip6-loopback\n"},
    {"nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
                      "networks: files\nprotocols: files\nservices: files\n"},
    {"hostname", "drover\n"},
    {"machine-id", "00000000000000000000000000000001\n"},
};

/* ---- building blocks ---- */

/* mkdir -p of path, absolute in our own tree, without following links. */
static bool directories_make(const char *path, struct err *err) {
    char part[PATH_BYTES_MAX];
    int parent = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (const char *at = path; *at && parent >= 0;) {
        at += strspn(at, "/");
        size_t len = strcspn(at, "/");
        if (len == 0)
            break;
        snprintf(part, sizeof part, "%.*s", (int)len, at);
        mkdirat(parent, part, 0755);
        int next = openat(parent, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int saved = errno;
        close(parent);
        errno = saved;
        parent = next;
        at += len;
    }
    if (parent < 0)
        return err_set_errno(err, errno, "cannot make the mount point '%s'", path);
    close(parent);
    return true;
}

static bool file_make(const char *path, struct str text) {
    AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    return fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len;
}

/* Copies one regular file or link of the host's /etc if it is there and readable by everybody. */
static void etc_copy(const char *name) {
    char from[PATH_BYTES_MAX], to[PATH_BYTES_MAX], link[PATH_BYTES_MAX];
    snprintf(from, sizeof from, ROOT_HOST "/etc/%s", name);
    snprintf(to, sizeof to, ROOT_CELL "/etc/%s", name);
    ssize_t len = readlink(from, link, sizeof link - 1);
    if (len > 0) {
        link[len] = '\0';
        if (symlink(link, to) != 0)
            return;
        return;
    }
    struct stat st;
    AUTO_BUF struct buf text = BUF_INIT(ETC_FILE_MAX);
    if (stat(from, &st) != 0 || !S_ISREG(st.st_mode) || !(st.st_mode & 4) ||
        !file_read(&text, from, ETC_FILE_MAX, NULL))
        return;
    file_make(to, buf_str(&text));
}

static void etc_copy_directory(const char *name) {
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, ROOT_CELL "/etc/%s", name);
    mkdir(path, 0755);
    snprintf(path, sizeof path, ROOT_HOST "/etc/%s", name);
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (e->d_name[0] == '.' || (e->d_type != DT_REG && e->d_type != DT_LNK))
            continue;
        snprintf(path, sizeof path, "%s/%s", name, e->d_name);
        etc_copy(path);
    }
    if (dir)
        closedir(dir);
}

static void etc_build(void) {
    mkdir(ROOT_CELL "/etc/ssl", 0755);
    for (size_t i = 0; i < ARRAY_LEN(etc_made); i++) {
        char path[200];
        snprintf(path, sizeof path, ROOT_CELL "/etc/%s", etc_made[i].name);
        file_make(path, str_from(etc_made[i].text));
    }
    for (size_t i = 0; i < ARRAY_LEN(etc_file); i++)
        etc_copy(etc_file[i]);
    for (size_t i = 0; i < ARRAY_LEN(etc_directory); i++)
        etc_copy_directory(etc_directory[i]);
}

static bool bind_read_only(const char *from, const char *to, struct err *err) {
    if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) != 0)
        return err_set_errno(err, errno, "cannot bind '%s'", from);
    if (!mount_attr_all(to, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV))
        return err_set_errno(err, errno, "cannot make '%s' read-only", from);
    return true;
}

/* /bin, /lib and the like: the host's links, or binds where /usr is not merged. */
static bool usr_build(struct err *err) {
    static const char *const name[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};
    if (!directories_make(ROOT_CELL "/usr", err) ||
        !bind_read_only(ROOT_HOST "/usr", ROOT_CELL "/usr", err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(name); i++) {
        char from[64], to[64], link[64];
        struct stat st;
        snprintf(from, sizeof from, ROOT_HOST "/%s", name[i]);
        snprintf(to, sizeof to, ROOT_CELL "/%s", name[i]);
        ssize_t len = readlink(from, link, sizeof link - 1);
        if (len > 0) {
            link[len] = '\0';
            if (symlink(link, to) != 0)
                return err_set_errno(err, errno, "cannot link '/%s'", name[i]);
        } else if (stat(from, &st) == 0) {
            if (!directories_make(to, err) || !bind_read_only(from, to, err))
                return false;
        }
    }
    return true;
}

static bool dev_build(struct err *err) {
    static const char *const node[] = {"null", "zero", "full", "random", "urandom"};
    static const char *const links[][2] = {
        {"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"},
        {"/proc/self/fd/2", "stderr"}, {"pts/ptmx", "ptmx"},         {"../tmp/.shm", "shm"},
    };
    if (!directories_make(ROOT_CELL "/dev/pts", err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(node); i++) {
        char from[64], to[64];
        snprintf(from, sizeof from, ROOT_HOST "/dev/%s", node[i]);
        snprintf(to, sizeof to, ROOT_CELL "/dev/%s", node[i]);
        if (!file_make(to, STR("")) || mount(from, to, NULL, MS_BIND, NULL) != 0)
            return err_set_errno(err, errno, "cannot bind the device '/dev/%s'", node[i]);
        if (!mount_attr_all(to, ATTR_NOSUID))
            return err_set_errno(err, errno, "cannot confine the device '/dev/%s'", node[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        char to[64];
        snprintf(to, sizeof to, ROOT_CELL "/dev/%s", links[i][1]);
        if (symlink(links[i][0], to) != 0)
            return err_set_errno(err, errno, "cannot link '/dev/%s'", links[i][1]);
    }
    return true;
}

static int host_open(const char *path, int flags) {
    struct {
        uint64_t flags, mode, resolve;
    } how = {.flags = (uint64_t)(flags | O_CLOEXEC), .resolve = 0x10 /* RESOLVE_IN_ROOT */};
    AUTO_FD int host = open(ROOT_HOST, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return host < 0 ? -1 : (int)syscall(SYS_openat2, host, path, &how, sizeof how);
}

/* What the user lists in sandbox.read, links resolved as the host has them; what is not a directory
 * is passed over, and what is below /usr is there already. */
static bool reads_build(const struct sandbox_options *options, struct err *err) {
    for (size_t i = 0; i < options->n_read_paths; i++) {
        const char *path = options->read_paths[i];
        char from[64], to[PATH_BYTES_MAX + 16];
        if (path[0] != '/' || strlen(path) >= PATH_BYTES_MAX)
            return err_set(err, ERR_USAGE, "'sandbox.read' needs absolute paths, not '%s'", path);
        AUTO_FD int fd = host_open(path, O_PATH | O_DIRECTORY);
        if (fd < 0 || strncmp(path, "/usr/", 5) == 0)
            continue;
        snprintf(from, sizeof from, ROOT_HOST "/proc/self/fd/%d", fd);
        snprintf(to, sizeof to, ROOT_CELL "%s", path);
        if (!directories_make(to, err) || !bind_read_only(from, to, err))
            return err_prefix(err, "'sandbox.read': '%s'", path);
    }
    return true;
}

bool root_build(const struct sandbox_options *options, struct err *err) {
    static const char *const made[] = {"/etc",     "/proc",   "/tmp", "/run",
                                       "/var/lib", "/drover", "/home"};
    umask(022);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        err_set_errno(err, errno, "wall 'private root': cannot leave the host's mounts");
        return err_hint(err, "a sandbox around drover (Landlock, seccomp, a container) refuses "
                             "mounts; run drover outside of it");
    }
    if (mount("drover", PIVOT_AT, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64m") != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot mount a tmpfs");
    if (chdir(PIVOT_AT) != 0 || mkdir("host", 0755) != 0 || mkdir("cell", 0755) != 0 ||
        mkdir("runs", 0711) != 0)
        return err_set_errno(err, errno, "wall 'private root'");
    if (syscall(SYS_pivot_root, ".", "host") != 0) {
        err_set_errno(err, errno, "wall 'private root': pivot_root is refused");
        return err_hint(err, "the root file system is an initramfs or a chroot; enter it with "
                             "pivot_root instead (systemd-nspawn, unshare --root does not)");
    }
    if (chdir("/") != 0)
        return err_set_errno(err, errno, "wall 'private root'");
    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        char path[64];
        snprintf(path, sizeof path, ROOT_CELL "%s", made[i]);
        if (!directories_make(path, err))
            return false;
    }
    if (symlink("../tmp", ROOT_CELL "/var/tmp") != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot link '/var/tmp'");
    /* a cell copies every mount that the warden has, and never needs these */
    umount2(ROOT_HOST "/sys", MNT_DETACH);
    etc_build();
    if (!usr_build(err) || !dev_build(err) || !reads_build(options, err))
        return err_prefix(err, "wall 'private root'");
    return true;
}

/* ---- run directories and workspaces ---- */

static bool run_bind(int dir_fd, const char *name, const char *to, uint64_t attr, struct err *err) {
    char from[64];
    if (mkdir(to, 0755) != 0 && errno != EEXIST)
        return err_set_errno(err, errno, "cannot make '%s'", to);
    AUTO_FD int fd = openat(dir_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    snprintf(from, sizeof from, ROOT_HOST "/proc/self/fd/%d", fd);
    if (fd < 0 || mount(from, to, NULL, MS_BIND, NULL) != 0 ||
        !mount_attr_all(to, ATTR_NOSUID | ATTR_NODEV | attr))
        return err_set_errno(err, errno, "cannot bind '%s' of the run's directory", name);
    return true;
}

bool root_run_dir(const char *dir, int *fd_out, struct err *err) {
    static struct run_dir {
        char *path;
        int fd;
        dev_t dev;
        ino_t ino;
    } * known;
    static size_t n_known;
    struct stat st;
    AUTO_FD int dir_fd = host_open(dir, O_PATH | O_DIRECTORY);
    if (dir_fd < 0 || fstat(dir_fd, &st) != 0)
        return err_set_errno(err, errno, "cannot open the run's directory '%s'", dir);
    for (size_t i = 0; i < n_known; i++) {
        if (strcmp(known[i].path, dir) == 0 && known[i].dev == st.st_dev &&
            known[i].ino == st.st_ino) {
            *fd_out = known[i].fd;
            return true;
        }
    }
    char at[64], base[80], layers[80];
    snprintf(at, sizeof at, ROOT_RUNS "/%zu", n_known);
    snprintf(base, sizeof base, "%s/base", at);
    snprintf(layers, sizeof layers, "%s/layers", at);
    mkdirat(dir_fd, "layers", 0700);
    AUTO_FD int layers_fd =
        openat(dir_fd, "layers", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (layers_fd < 0 || fchown(layers_fd, warden_cell_uid, warden_cell_gid) != 0) {
        err_set_errno(err, errno, "cannot use '%s/layers'", dir);
        return err_hint(err, "the run's directory must be yours and on a disk that can be written");
    }
    if (mkdir(at, 0755) != 0 && errno != EEXIST)
        return err_set_errno(err, errno, "cannot make '%s'", at);
    if (!run_bind(dir_fd, "base", base, ATTR_RDONLY, err) ||
        !run_bind(dir_fd, "layers", layers, 0, err))
        return false;
    int fd = open(at, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(err, errno, "cannot open '%s'", at);
    known = xreallocarray(known, n_known + 1, sizeof *known);
    known[n_known++] = (struct run_dir){xstrdup(dir), fd, st.st_dev, st.st_ino};
    *fd_out = fd;
    return true;
}

bool sandbox_workspace_ok(const char *path, struct err *err) {
    static const char *const taken[] = {"/etc",   "/proc",    "/dev",     "/drover",
                                        "/sys",   "/bin",     "/lib",     "/sbin",
                                        "/lib64", "/usr/bin", "/usr/lib", "/var/tmp"};
    static const char *const whole[] = {"/", "/tmp", "/usr", "/var"};
    const char *why = NULL;
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        size_t len = strlen(taken[i]);
        if (strncmp(path, taken[i], len) == 0 && (path[len] == '/' || path[len] == '\0'))
            why = taken[i];
    }
    for (size_t i = 0; i < ARRAY_LEN(whole); i++)
        if (strcmp(path, whole[i]) == 0)
            why = whole[i];
    if (!why)
        return true;
    err_set(err, ERR_USAGE, "'%s' cannot be a workspace: cells need '%s'", path, why);
    return err_hint(err, "move or clone the repository to another place, such as your home");
}

bool root_workspace(const char *path, struct err *err) {
    static char *last;
    if (last && strcmp(last, path) == 0)
        return true;
    if (!sandbox_workspace_ok(path, err))
        return false;
    char at[PATH_BYTES_MAX + 16];
    snprintf(at, sizeof at, ROOT_CELL "%s", path);
    /* below /tmp the mount point is made in the cell's own tmpfs */
    if (strncmp(path, "/tmp/", 5) != 0 && !directories_make(at, err))
        return false;
    free(last);
    last = xstrdup(path);
    return true;
}

bool layer_make(int run_fd, int64_t id, uid_t uid, gid_t gid, struct err *err) {
    char name[40], trash[80];
    snprintf(name, sizeof name, "%" PRId64, id);
    AUTO_FD int layers = openat(run_fd, "layers", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (layers < 0)
        return err_set_errno(err, errno, "cannot open the layers");
    if (mkdirat(layers, name, 0700) != 0) {
        /* The leftover of an interrupted call: moved aside by name, removed later in a cell. */
        if (errno != EEXIST)
            return err_set_errno(err, errno, "cannot make layer %s", name);
        if (mkdirat(layers, "trash", 0700) == 0 && fchownat(layers, "trash", uid, gid, 0) != 0)
            return err_set_errno(err, errno, "cannot make the layers' trash");
        for (int i = 0;; i++) {
            snprintf(trash, sizeof trash, "trash/%s.%d", name, i);
            if (syscall(SYS_renameat2, layers, name, layers, trash, 1 /* NOREPLACE */) == 0)
                break;
            if (errno != EEXIST || i > 1000)
                return err_set_errno(err, errno, "cannot empty layer %s", name);
        }
        if (mkdirat(layers, name, 0700) != 0)
            return err_set_errno(err, errno, "cannot make layer %s", name);
    }
    AUTO_FD int layer = openat(layers, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (layer < 0 || mkdirat(layer, "upper", 0755) != 0 || mkdirat(layer, "work", 0700) != 0 ||
        fchownat(layer, "upper", uid, gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        fchownat(layer, "work", uid, gid, AT_SYMLINK_NOFOLLOW) != 0 || fchown(layer, uid, gid) != 0)
        return err_set_errno(err, errno, "cannot make layer %s", name);
    return true;
}

/* ---- inside a new cell ---- */

/* "layers/9/upper:layers/4/upper:base", highest first, as overlayfs wants it. */
static void lowers_append(struct buf *b, const int64_t *layer, size_t n, bool base) {
    for (size_t i = n; i-- > 0;)
        buf_printf(b, "%slayers/%" PRId64 "/upper", i + 1 < n ? ":" : "", layer[i]);
    if (base)
        buf_append_c(b, n ? ":base" : "base");
}

static bool view_mount(const char *at, const int64_t *layer, size_t n, bool base, int64_t upper,
                       struct err *err) {
    AUTO_BUF struct buf options = BUF_INIT(4000);
    if (upper == 0 && n + base == 1) {
        /* overlayfs refuses a single lower without an upper */
        lowers_append(&options, layer, n, base);
        if (mount(buf_cstr(&options), at, NULL, MS_BIND, NULL) != 0 ||
            !mount_attr_all(at, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV))
            return err_set_errno(err, errno, "wall 'workspace': cannot bind '%s'",
                                 buf_cstr(&options));
        return true;
    }
    buf_append_c(&options, "userxattr,lowerdir=");
    lowers_append(&options, layer, n, base);
    if (upper)
        buf_printf(&options,
                   ",upperdir=layers/%" PRId64 "/upper,workdir=layers/%" PRId64 "/work,volatile",
                   upper, upper);
    if (options.overflow)
        return err_set(err, ERR_LIMIT, "too many layers under one call (%zu)", n);
    unsigned long flags = MS_NOSUID | MS_NODEV | (upper ? 0 : MS_RDONLY);
    if (mount("overlay", at, "overlay", flags, buf_cstr(&options)) == 0)
        return true;
    err_set_errno(err, errno, "wall 'workspace': cannot mount an overlay at '%s' (%s)", at,
                  buf_cstr(&options));
    return err_hint(err,
                    "the run's directory must be on an ordinary file system (ext4, xfs, btrfs), "
                    "not on an overlay; move it with DROVER_HOME");
}

static bool drover_mounts(const struct order *order, struct err *err) {
    if (order->n_mounts == 0)
        return true;
    if (mount("drover", ROOT_CELL "/drover", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") !=
        0)
        return err_set_errno(err, errno, "wall 'private root': cannot mount '/drover'");
    for (size_t i = 0; i < order->n_mounts; i++) {
        const struct order_mount *m = &order->mount[i];
        char at[PATH_BYTES_MAX + 16];
        snprintf(at, sizeof at, ROOT_CELL "%s", m->at);
        if (!directories_make(at, err))
            return false;
        if (m->kind == MOUNT_TRASH) {
            if (mount("layers/trash", at, NULL, MS_BIND, NULL) != 0)
                return err_set_errno(err, errno, "cannot bind the layers' trash");
        } else if (!view_mount(at, m->layer, m->n_layers, m->base, 0, err)) {
            return false;
        }
    }
    if (mount(NULL, ROOT_CELL "/drover", NULL,
              MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot close '/drover'");
    return true;
}

static bool private_mounts(struct err *err) {
    char options[120];
    if (mount(ROOT_CELL, ROOT_CELL, NULL, MS_BIND | MS_REC, NULL) != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot bind the template");
    snprintf(options, sizeof options, "mode=01777,size=%llu,nr_inodes=%d", CELL_TMP_BYTES,
             CELL_TMP_FILES);
    if (mount("tmp", ROOT_CELL "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot mount a private /tmp");
    if (mkdir(ROOT_CELL "/tmp/home", 0700) != 0 || mkdir(ROOT_CELL "/tmp/.shm", 01777) != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot make the home directory");
    if (mount("proc", ROOT_CELL "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        err_set_errno(err, errno, "wall 'fresh /proc': cannot mount it");
        return err_hint(err,
                        "in a container /proc is partly masked, which forbids a fresh one; run "
                        "with --security-opt systempaths=unconfined, or outside");
    }
    /* Without ptys `script` and expect do not work; nothing else needs them. */
    if (mount("devpts", ROOT_CELL "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
              "newinstance,ptmxmode=0666,mode=0600") != 0)
        return true;
    return true;
}

bool root_enter(const struct order *order, int *upper_fd, struct err *err) {
    char at[PATH_BYTES_MAX + 16], upper[80];
    snprintf(at, sizeof at, ROOT_CELL "%s", order->path);
    if (!private_mounts(err))
        return false;
    if (!directories_make(at, err))
        return false;
    if (!view_mount(at, order->layer, order->n_layers, true, order->upper, err) ||
        !drover_mounts(order, err))
        return false;
    if (order->upper) {
        snprintf(upper, sizeof upper, "layers/%" PRId64 "/upper", order->upper);
        *upper_fd = open(upper, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (*upper_fd < 0)
            return err_set_errno(err, errno, "cannot open the call's layer");
    }
    if (mount(NULL, ROOT_CELL, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV,
              NULL) != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot make it read-only");
    if (chdir(ROOT_CELL) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
        umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        return err_set_errno(err, errno, "wall 'private root': cannot enter it");
    if (chdir(order->path) != 0)
        return err_set_errno(err, errno, "cannot enter the workspace '%s'", order->path);
    return true;
}
