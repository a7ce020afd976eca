/* What a call changed: a walk over its layer's upper directory, after everything in the cell is
 * dead.
 *
 * Runs in the first process of the cell. The directory was written by an agent, so nothing is
 * followed: every directory is opened from the held descriptor by its full relative path with
 * openat2(BENEATH, NO_SYMLINKS), which costs depth but never more than one descriptor.
 *
 * Overlay's own marks are translated: a character device 0/0 is a deletion, the extended attribute
 * user.overlay.opaque=y on a directory hides what is below. Sockets, fifos and devices are left out
 * of the list (publishing refuses them). Bounded by MANIFEST_ENTRIES_MAX, MANIFEST_BYTES_MAX and
 * PATH_BYTES_MAX; past one of them the list is cut and says so.
 *
 * A record on the wire: u32 kind, u32 mode, u64 size, string path; sorted by path. */
#include "sandbox/sandbox_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

struct entry {
    char *path;
    uint32_t kind, mode;
    uint64_t size;
};
struct manifest {
    struct entry *entry;
    size_t n, cap;
    uint64_t bytes; /* on disk */
    size_t path_bytes;
    bool cut;
};

int tree_open(int root_fd, const char *rel, int flags, mode_t mode) {
    struct {
        uint64_t flags, mode, resolve;
    } how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .mode = mode,
        .resolve = 0x08 | 0x04 | 0x02, /* BENEATH, NO_SYMLINKS, NO_MAGICLINKS */
    };
    return (int)syscall(SYS_openat2, root_fd, *rel ? rel : ".", &how, sizeof how);
}

static void manifest_add(struct manifest *m, const char *rel, uint32_t kind,
                         const struct stat *st) {
    size_t len = strlen(rel) + 24;
    if (m->n >= MANIFEST_ENTRIES_MAX || m->path_bytes + len > MANIFEST_BYTES_MAX) {
        m->cut = true;
        return;
    }
    if (m->n == m->cap) {
        m->cap = MAX(m->cap * 2, 64u);
        m->entry = xreallocarray(m->entry, m->cap, sizeof *m->entry);
    }
    m->path_bytes += len;
    m->entry[m->n++] = (struct entry){xstrdup(rel), kind, (uint32_t)(st->st_mode & 07777),
                                      S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0};
}

static bool is_opaque(int root_fd, const char *rel) {
    char value[4];
    AUTO_FD int fd = tree_open(root_fd, rel, O_RDONLY | O_DIRECTORY, 0);
    return fd >= 0 && fgetxattr(fd, "user.overlay.opaque", value, sizeof value) == 1 &&
           value[0] == 'y';
}

static void manifest_entry(struct manifest *m, int root_fd, const char *rel,
                           const struct stat *st) {
    if (S_ISREG(st->st_mode))
        manifest_add(m, rel, CHANGE_FILE, st);
    else if (S_ISLNK(st->st_mode))
        manifest_add(m, rel, CHANGE_SYMLINK, st);
    else if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0))
        manifest_add(m, rel, CHANGE_DELETED, st);
    else if (S_ISDIR(st->st_mode))
        manifest_add(m, rel, is_opaque(root_fd, rel) ? CHANGE_OPAQUE : CHANGE_DIRECTORY, st);
    m->bytes += (uint64_t)st->st_blocks * 512;
}

static void manifest_directory(struct manifest *m, int root_fd, const char *rel) {
    int fd = tree_open(root_fd, rel, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        m->cut = true;
        return;
    }
    for (struct dirent *e; !m->cut && (e = readdir(dir));) {
        char path[PATH_BYTES_MAX];
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        int len = snprintf(path, sizeof path, "%s%s%s", rel, *rel ? "/" : "", e->d_name);
        if ((size_t)len >= sizeof path || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            m->cut = true;
            continue;
        }
        manifest_entry(m, root_fd, path, &st);
    }
    closedir(dir);
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

bool manifest_send(int upper_fd, int control_fd, struct cell_report *report, struct err *err) {
    struct manifest m = {0};
    manifest_directory(&m, upper_fd, "");
    /* the list is its own queue: directories found are walked in turn, so depth costs nothing */
    for (size_t i = 0; i < m.n && !m.cut; i++)
        if (m.entry[i].kind == CHANGE_DIRECTORY || m.entry[i].kind == CHANGE_OPAQUE)
            manifest_directory(&m, upper_fd, m.entry[i].path);
    if (m.n)
        qsort(m.entry, m.n, sizeof *m.entry, by_path);
    AUTO_BUF struct buf b = BUF_INIT(128u << 10);
    bool good = true;
    for (size_t i = 0; i < m.n && good; i++) {
        const struct entry *e = &m.entry[i];
        wire_u32(&b, e->kind);
        wire_u32(&b, e->mode);
        wire_u64(&b, e->size);
        wire_cstr(&b, e->path);
        if (b.len > (96u << 10) || i + 1 == m.n) {
            good = control_send(control_fd, CONTROL_CHANGES, b.data, b.len);
            buf_clear(&b);
        }
    }
    report->layer_bytes = m.bytes;
    report->n_changes = m.n;
    report->changes_cut = m.cut;
    return good || err_set(err, ERR_IO, "cannot send the list of changes");
}
