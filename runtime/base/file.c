/* Files and directories of the trusted side: whole-file reads, atomic writes, mkdir -p, rm -rf, and
 * SHA-256.
 *
 * Owns: descriptors for the time of a call only. Any thread. The paths are the program's own
 * (configuration, state directory): what agents wrote is opened in a cell, never here.
 *
 * Happy path of file_write_atomic: temp beside the target, write, fsync, rename, fsync of the
 * directory; after a crash the target is the old or the new file, whole. On failure the temp is
 * removed and the target untouched.
 * dir_remove walks by descriptors and never follows a link; a tree deeper than REMOVE_DEPTH is
 * moved up piecewise, so that neither stack nor descriptors grow with it.
 */
#include "runtime/base/str.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { READ_CHUNK = 64 << 10, REMOVE_DEPTH = 64 };

static bool read_fd(struct buf *b, int fd, const char *path, size_t max, struct err *err) {
    size_t total = 0;
    for (;;) {
        /* One byte more than allowed is asked for, so that "exactly max" and "too large" differ. */
        size_t want = MIN(max - total + 1, (size_t)READ_CHUNK);
        char chunk[READ_CHUNK];
        ssize_t n = read(fd, chunk, want);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set_errno(err, errno, "cannot read '%s'", path);
        }
        if (n == 0) {
            return buf_append(b, "", 0); /* an empty file still gives a NUL-terminated buf */
        }
        total += (size_t)n;
        if (total > max || !buf_append(b, chunk, (size_t)n)) {
            return err_set(err, ERR_LIMIT, "'%s' is larger than %zu bytes", path, max);
        }
    }
}

bool file_read(struct buf *b, const char *path, size_t max, struct err *err) {
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return err_set_errno(err, errno, "cannot open '%s'", path);
    }
    return read_fd(b, fd, path, max, err);
}

static int open_plain(const char *path, const char *top) {
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    if (top == NULL) {
        return open(path, flags);
    }
    ASSERT(str_starts(str_from(path), str_from(top)));
    const char *below = path + strlen(top);
    AUTO_FD int dir = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct open_how how = {.flags = (uint64_t)flags,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, dir, below + strspn(below, "/"), &how, sizeof(how));
}

bool file_read_plain(struct buf *b, const char *path, const char *top, size_t max,
                     struct err *err) {
    struct stat st;
    AUTO_FD int fd = open_plain(path, top);
    if (fd < 0 && errno == EXDEV) {
        err_set(err, ERR_USAGE, "'%s' is a link that leads out of '%s'", path, top);
        return err_hint(err, "put the file itself there");
    }
    if (fd < 0) {
        return err_set_errno(err, errno, "cannot open '%s'", path);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return err_set(err, ERR_USAGE, "'%s' is not a regular file", path);
    }
    if ((uint64_t)st.st_size > max) {
        return err_set(err, ERR_USAGE, "'%s' is larger than %zu bytes", path, max);
    }
    return read_fd(b, fd, path, max, err);
}

static bool write_all(int fd, struct str data) {
    while (data.len > 0) {
        ssize_t n = write(fd, data.ptr, data.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        data = str_slice(data, n > 0 ? (size_t)n : 0, data.len);
    }
    return true;
}

static bool directory_sync(const char *path) {
    AUTO_FREE char *copy = xstrdup(path);
    char *slash = strrchr(copy, '/');
    if (slash) {
        slash[slash == copy ? 1 : 0] = '\0';
    }
    AUTO_FD int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* EINVAL: a file system without directory sync; the rename is all it can promise. */
    return fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
}

bool file_write_atomic(const char *path, struct str data, unsigned mode, struct err *err) {
    AUTO_FREE char *temp = xasprintf("%s.tmp.XXXXXX", path);
    AUTO_FD int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0) {
        return err_set_errno(err, errno, "cannot create '%s'", temp);
    }
    if (!write_all(fd, data) || fchmod(fd, mode) != 0 || fsync(fd) != 0 ||
        rename(temp, path) != 0) {
        err_set_errno(err, errno, "cannot write '%s'", path);
        unlink(temp);
        return false;
    }
    if (!directory_sync(path)) {
        return err_set_errno(err, errno, "cannot sync the directory of '%s'", path);
    }
    return true;
}

bool dir_make(const char *path, unsigned mode, struct err *err) {
    AUTO_FREE char *part = xstrdup(path);
    for (char *p = part + (part[0] == '/');; p++) {
        if (*p != '/' && *p != '\0') {
            continue;
        }
        char end = *p;
        *p = '\0';
        if (part[0] != '\0' && mkdir(part, mode) != 0 && errno != EEXIST) {
            return err_set_errno(err, errno, "cannot make directory '%s'", part);
        }
        if (end == '\0') {
            break;
        }
        *p = end;
    }
    struct stat st;
    if (stat(path, &st) != 0) {
        return err_set_errno(err, errno, "cannot make directory '%s'", path);
    }
    if (!S_ISDIR(st.st_mode)) {
        return err_set(err, ERR_EXISTS, "cannot make directory '%s': a file is in the way", path);
    }
    return true;
}

static bool remove_content(int top, int fd, int depth, bool *again);

/* Removes entry `name` of directory fd. A directory below REMOVE_DEPTH moves to the top instead,
 * and *again asks for another pass. */
static bool remove_entry(int top, int fd, const char *name, int depth, bool *again) {
    static _Thread_local unsigned serial;
    if (unlinkat(fd, name, 0) == 0 || errno == ENOENT) {
        return true;
    }
    if (errno != EISDIR && errno != EPERM) {
        return false;
    }
    if (unlinkat(fd, name, AT_REMOVEDIR) == 0) {
        return true;
    }
    if (errno != ENOTEMPTY && errno != EEXIST && errno != EACCES) {
        return false;
    }
    if (depth >= REMOVE_DEPTH) {
        char moved[40];
        snprintf(moved, sizeof(moved), ".drover-deep-%u", serial++);
        *again = true;
        return renameat(fd, name, top, moved) == 0;
    }
    int child = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (child < 0 && errno == EACCES && fchmodat(fd, name, 0700, 0) == 0) {
        child = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (child < 0 || !remove_content(top, child, depth + 1, again)) {
        return false;
    }
    return unlinkat(fd, name, AT_REMOVEDIR) == 0;
}

/* Takes fd. */
static bool remove_content(int top, int fd, int depth, bool *again) {
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        close(fd);
        return false;
    }
    bool ok = true;
    if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        (void)fchmod(fd, 0700);
    }
    struct dirent *entry;
    while (ok && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            ok = remove_entry(top, fd, entry->d_name, depth, again);
        }
    }
    int saved = errno;
    closedir(dir);
    errno = saved;
    return ok;
}

bool dir_remove(const char *path, struct err *err) {
    AUTO_FD int top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (top < 0) {
        return errno == ENOENT || err_set_errno(err, errno, "cannot remove '%s'", path);
    }
    bool again = true;
    while (again) {
        again = false;
        int fd = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || !remove_content(top, fd, 0, &again)) {
            return err_set_errno(err, errno, "cannot remove '%s'", path);
        }
    }
    if (rmdir(path) != 0) {
        return err_set_errno(err, errno, "cannot remove '%s'", path);
    }
    return true;
}

void sha256_hex(struct str data, char out[65]) {
    unsigned char digest[32];
    unsigned int n = 0;
    ASSERT(EVP_Digest(data.ptr ? data.ptr : "", data.len, digest, &n, EVP_sha256(), NULL) == 1);
    ASSERT(n == sizeof(digest));
    for (size_t i = 0; i < sizeof(digest); i++) {
        out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    out[64] = '\0';
}
