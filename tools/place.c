/* Files of the workspace, from inside the cell: by names that stay below the current directory.
 *
 * No state; runs in a cell, whose walls are what counts: here is the second one, and the words. The
 * current directory is the workspace at its own path. Every open goes through openat2 with
 * RESOLVE_BENEATH, so that "..", absolute links and races with a background process cannot lead
 * out; where that call is missing, no link is followed at all.
 * A file is replaced by writing a temporary one beside it and renaming: whoever looks sees the old
 * bytes or the new ones. Mode bits are kept, nothing else is (the layer keeps times).
 * Failures are the model's to read: what is wrong, and what to do instead. */
#include "tools/tools_int.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Names of a directory that are looked at to guess what was meant. */
#define GUESS_NAMES_MAX 2000

/* Takes the workspace's own path off an absolute one; NULL if it is somewhere else. */
static const char *inside(const char *path) {
    char root[PATH_BYTES_MAX];
    if (path[0] != '/') {
        return path;
    }
    if (getcwd(root, sizeof(root)) == NULL) {
        return NULL;
    }
    size_t n = strlen(root);
    if (strncmp(path, root, n) == 0 && (path[n] == '/' || path[n] == '\0' || n == 1)) {
        return path + n;
    }
    return NULL;
}

bool place_normalize(struct buf *out, const char *path, struct answer *answer) {
    const char *relative = inside(path);
    size_t start = out->len;
    if (relative == NULL || strlen(path) >= PATH_BYTES_MAX) {
        answer_no(answer, "'%.300s' is not in the workspace; use a path relative to it", path);
        return false;
    }
    struct str rest = str_from(relative);
    while (rest.len > 0) {
        size_t slash = MIN(str_find(rest, STR("/"), 0), rest.len);
        struct str part = str_slice(rest, 0, slash);
        rest = str_slice(rest, slash + 1, rest.len);
        if (part.len == 0 || str_equal_c(part, ".")) {
            continue;
        }
        if (str_equal_c(part, "..")) {
            if (out->len == start) {
                answer_no(answer, "'%.300s' leads out of the workspace", path);
                return false;
            }
            while (out->len > start && out->data[--out->len] != '/') {
            }
            out->data[out->len] = '\0';
            continue;
        }
        if (out->len > start) {
            buf_append_char(out, '/');
        }
        buf_append_str(out, part);
    }
    if (out->len == start) {
        buf_append_char(out, '.');
    }
    return true;
}

int place__open_walk(const char *path, int flags) {
    struct str rest = str_from(path);
    int at = AT_FDCWD;
    for (;;) {
        size_t slash = MIN(str_find(rest, STR("/"), 0), rest.len);
        AUTO_FREE char *part = str_dup(str_slice(rest, 0, slash));
        bool last = slash == rest.len;
        int how = last ? flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW;
        int next = openat(at, part, how | O_CLOEXEC, 0666);
        int saved = errno;
        if (at != AT_FDCWD) {
            close(at);
        }
        if (next < 0 || last) {
            errno = saved;
            return next;
        }
        at = next;
        rest = str_slice(rest, slash + 1, rest.len);
    }
}

int place_open(const char *path, int flags) {
    struct open_how how = {.flags = (uint64_t)flags | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    how.mode = flags & O_CREAT ? 0666 : 0;
    int fd;
    do {
        fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        return place__open_walk(path, flags);
    }
    return fd;
}

/* ---- words ---- */

/* Splits "a/b/c" into "a/b" and "c"; "c" into "." and "c". */
static void split(const char *path, struct buf *dir, const char **name) {
    const char *slash = strrchr(path, '/');
    if (slash) {
        buf_append(dir, path, (size_t)(slash - path));
        *name = slash + 1;
    } else {
        buf_append_c(dir, ".");
        *name = path;
    }
}

/* The name in dir that looks most like name, owned by the caller, or NULL. */
static char *guess(const char *dir, const char *name) {
    int fd = place_open(dir, O_RDONLY | O_DIRECTORY);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    AUTO_FREE char *best = NULL;
    size_t best_distance = 3 + strlen(name) / 4;
    if (d == NULL) {
        return fd >= 0 ? (close(fd), NULL) : NULL;
    }
    for (int i = 0; i < GUESS_NAMES_MAX; i++) {
        struct dirent *entry = readdir(d);
        if (entry == NULL) {
            break;
        }
        size_t distance = str_distance(str_from(name), str_from(entry->d_name), best_distance);
        /* Equal distances: the first in the alphabet, not the first on disk. */
        bool better = distance < best_distance ||
                      (best && distance == best_distance && strcmp(entry->d_name, best) < 0);
        if (entry->d_name[0] != '.' && better) {
            free(best);
            best = xstrdup(entry->d_name);
            best_distance = distance;
        }
    }
    closedir(d);
    return TAKE(best);
}

static void explain_missing(struct answer *answer, const char *path) {
    AUTO_BUF struct buf dir = BUF_INIT(PATH_BYTES_MAX);
    const char *name = NULL;
    split(path, &dir, &name);
    AUTO_FREE char *near = guess(buf_cstr(&dir), name);
    bool top = strcmp(buf_cstr(&dir), ".") == 0;
    if (near) {
        answer_no(answer, "there is no file '%s'; did you mean '%s%s%s'?", path,
                  top ? "" : buf_cstr(&dir), top ? "" : "/", near);
    } else {
        answer_no(answer, "there is no file '%s'; look for it with Glob", path);
    }
}

void place_explain(struct answer *answer, const char *path, int error) {
    char reason[128];
    switch (error) {
    case ENOENT:
        explain_missing(answer, path);
        return;
    case ENOTDIR:
        answer_no(answer, "a part of '%s' is a file, not a directory", path);
        return;
    case EXDEV:
    case ELOOP:
        answer_no(answer, "'%s' leads out of the workspace through a symbolic link", path);
        return;
    case ENAMETOOLONG:
        answer_no(answer, "the path '%.200s...' is too long", path);
        return;
    default:
        answer_no(answer, "'%s' cannot be opened: %s", path,
                  strerror_r(error, reason, sizeof(reason)));
    }
}

/* ---- reading ---- */

bool text_is_binary(struct str bytes) {
    return bytes.len > 0 && memchr(bytes.ptr, '\0', bytes.len) != NULL;
}

static bool check_regular(const struct stat *st, const char *path, struct answer *answer) {
    if (S_ISDIR(st->st_mode)) {
        answer_no(answer, "'%s' is a directory; list it with Glob", path);
    } else if (!S_ISREG(st->st_mode)) {
        answer_no(answer, "'%s' is not a regular file", path);
    } else if ((uint64_t)st->st_size > FILE_BYTES_MAX) {
        answer_no(answer,
                  "'%s' is too large (%lld bytes; at most %u); use Bash with head or sed -n", path,
                  (long long)st->st_size, FILE_BYTES_MAX);
    } else {
        return true;
    }
    return false;
}

static bool read_fd(struct buf *out, int fd, size_t size) {
    char *room = buf_reserve(out, size);
    size_t got = 0;
    while (room && got < size) {
        ssize_t n = read(fd, room + got, size - got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        if (n == 0) {
            break; /* it shrank meanwhile */
        }
        got += (size_t)n;
    }
    if (room) {
        buf_grown(out, got);
    }
    return room != NULL;
}

bool place_read(struct buf *out, const char *path, uint32_t *mode, struct answer *answer) {
    /* NONBLOCK: a FIFO must not hang the call. */
    AUTO_FD int fd = place_open(path, O_RDONLY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        place_explain(answer, path, errno);
        return false;
    }
    if (!check_regular(&st, path, answer)) {
        return false;
    }
    if (!read_fd(out, fd, (size_t)st.st_size)) {
        answer_no(answer, "'%s' could not be read to its end", path);
        return false;
    }
    if (text_is_binary(buf_str(out))) {
        answer_no(answer, "'%s' is a binary file (%zu bytes); this tool is for text", path,
                  out->len);
        return false;
    }
    if (mode) {
        *mode = st.st_mode & 07777;
    }
    return true;
}

/* ---- writing ---- */

/* What path names once its links are followed, relative to the workspace; path itself if it does
 * not exist yet. */
static bool follow(struct buf *out, const char *path, struct answer *answer) {
    char link[64], target[PATH_BYTES_MAX];
    AUTO_FD int fd = place_open(path, O_PATH);
    if (fd < 0 && errno == ENOENT) {
        struct stat st;
        if (lstat(path, &st) == 0) {
            answer_no(answer, "'%s' is a symbolic link to a file that does not exist", path);
            return false;
        }
        return buf_append_c(out, path);
    }
    if (fd < 0) {
        place_explain(answer, path, errno);
        return false;
    }
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, target, sizeof(target) - 1);
    if (n <= 0 || (size_t)n >= sizeof(target) - 1) {
        return buf_append_c(out, path); /* no /proc: a link would be replaced, not followed */
    }
    target[n] = '\0';
    return place_normalize(out, target, answer);
}

/* Opens the directory that holds path, making what is missing above it. */
static int open_parent(const char *path, const char **name, struct answer *answer) {
    AUTO_BUF struct buf dir = BUF_INIT(PATH_BYTES_MAX);
    split(path, &dir, name);
    int at = place_open(buf_cstr(&dir), O_PATH | O_DIRECTORY);
    if (at >= 0 || errno != ENOENT) {
        if (at < 0) {
            place_explain(answer, buf_cstr(&dir), errno);
        }
        return at;
    }
    const char *leaf = NULL;
    AUTO_FD int above = open_parent(buf_cstr(&dir), &leaf, answer);
    if (above < 0) {
        return -1;
    }
    if (mkdirat(above, leaf, 0777) != 0 && errno != EEXIST) {
        place_explain(answer, buf_cstr(&dir), errno);
        return -1;
    }
    at = place_open(buf_cstr(&dir), O_PATH | O_DIRECTORY);
    if (at < 0) {
        place_explain(answer, buf_cstr(&dir), errno);
    }
    return at;
}

static bool write_fd(int fd, struct str data) {
    while (data.len > 0) {
        ssize_t n = write(fd, data.ptr, data.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        data = str_slice(data, n > 0 ? (size_t)n : 0, data.len);
    }
    return true;
}

/* Temporary file beside the target, then one rename. */
static bool replace(int dir, const char *name, struct str data, uint32_t mode) {
    char temporary[64];
    snprintf(temporary, sizeof(temporary), ".drover-%d.tmp", (int)getpid());
    (void)unlinkat(dir, temporary, 0); /* of a call that was killed */
    int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_fd(fd, data) && fchmod(fd, mode) == 0;
    int saved = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        saved = errno;
    }
    if (ok && renameat(dir, temporary, dir, name) != 0) {
        ok = false;
        saved = errno;
    }
    if (!ok && fd >= 0) {
        (void)unlinkat(dir, temporary, 0);
    }
    errno = saved;
    return ok;
}

bool place_write(const char *path, struct str data, uint32_t mode, struct answer *answer) {
    AUTO_BUF struct buf target = BUF_INIT(PATH_BYTES_MAX);
    const char *name = NULL;
    if (!follow(&target, path, answer)) {
        return false;
    }
    AUTO_FD int dir = open_parent(buf_cstr(&target), &name, answer);
    if (dir < 0) {
        return false;
    }
    if (!replace(dir, name, data, mode)) {
        char reason[128];
        answer_no(answer, "'%s' cannot be written: %s", path,
                  strerror_r(errno, reason, sizeof(reason)));
        return false;
    }
    return true;
}
