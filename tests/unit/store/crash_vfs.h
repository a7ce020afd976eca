/* A VFS of SQLite that dies or lies at a chosen moment: the fixture "store that dies at the Nth
 * write". It wraps the default VFS and becomes the default itself, so that the store under test
 * runs unchanged. Kinds of ends:
 *   CRASH_KILL   SIGKILL in the middle of the Nth change (half of the bytes are written)
 *   CRASH_POWER  at the Nth sync: every change since each file's last sync is undone, a random
 *                part of them is done again or replaced by garbage, then SIGKILL
 *   CRASH_SYNC   the Nth sync and all later ones fail with EIO
 * One process, one store: state is global; the store's writer and reader threads share it. */
#ifndef TESTS_CRASH_VFS_H
#define TESTS_CRASH_VFS_H
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include "runtime/base/str.h"

enum crash_kind { CRASH_NONE, CRASH_KILL, CRASH_POWER, CRASH_SYNC };

struct crash_change {
    char *path;
    sqlite3_int64 offset, size_before;
    size_t len, old_len;
    char *new_bytes, *old_bytes; /* new_bytes NULL: a truncation to offset */
};
static struct {
    pthread_mutex_t lock;
    enum crash_kind kind;
    long at, changes, syncs;
    bool deaf; /* syncs do nothing and say that they did */
    uint64_t random;
    struct crash_change *change;
    size_t n, cap;
    sqlite3_vfs *real;
    sqlite3_vfs vfs;
} crash = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct crash_file {
    sqlite3_file base;
    char *path;
    sqlite3_file real[]; /* szOsFile bytes */
};

static uint64_t crash_random(void) {
    crash.random ^= crash.random << 13;
    crash.random ^= crash.random >> 7;
    crash.random ^= crash.random << 17;
    return crash.random;
}

static _Noreturn void crash_now(void) {
    kill(getpid(), SIGKILL);
    for (;;) {
        pause();
    }
}

static void crash_undo(const struct crash_change *c) {
    int fd = open(c->path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        if (pwrite(fd, c->old_bytes, c->old_len, c->offset) < 0 ||
            ftruncate(fd, c->size_before) != 0) {
            _exit(99);
        }
        close(fd);
    }
}

static void crash_redo(const struct crash_change *c) {
    uint64_t draw = crash_random() % 10;
    int fd = open(c->path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || draw < 4) {
        close(fd);
        return;
    }
    if (c->new_bytes == NULL) {
        (void)!ftruncate(fd, c->offset);
    } else {
        for (size_t i = 0; draw == 4 && i < c->len; i++) {
            c->new_bytes[i] = (char)crash_random();
        }
        if (pwrite(fd, c->new_bytes, c->len, c->offset) < 0) {
            _exit(99);
        }
    }
    close(fd);
}

static _Noreturn void crash_power(void) {
    for (size_t i = crash.n; i-- > 0;) {
        crash_undo(&crash.change[i]);
    }
    for (size_t i = 0; i < crash.n; i++) {
        crash_redo(&crash.change[i]);
    }
    crash_now();
}

static void crash_remember(struct crash_file *f, const void *bytes, size_t len, sqlite3_int64 at) {
    if (crash.kind != CRASH_POWER) {
        return;
    }
    if (crash.n == crash.cap) {
        crash.cap = MAX(64, crash.cap * 2);
        crash.change = xreallocarray(crash.change, crash.cap, sizeof(*crash.change));
    }
    struct crash_change *c = &crash.change[crash.n++];
    *c = (struct crash_change){.path = xstrdup(f->path), .offset = at, .len = len};
    f->real->pMethods->xFileSize(f->real, &c->size_before);
    size_t want = bytes ? len : (size_t)MAX(0, c->size_before - at);
    c->old_len = (size_t)MAX(0, MIN((sqlite3_int64)want, c->size_before - at));
    c->old_bytes = xmalloc(c->old_len + 1);
    if (c->old_len > 0) {
        f->real->pMethods->xRead(f->real, c->old_bytes, (int)c->old_len, at);
    }
    if (bytes) {
        c->new_bytes = xmalloc(len);
        memcpy(c->new_bytes, bytes, len);
    }
}

static void crash_forget(const char *path) {
    size_t kept = 0;
    for (size_t i = 0; i < crash.n; i++) {
        struct crash_change *c = &crash.change[i];
        if (strcmp(c->path, path) == 0) {
            free(c->path);
            free(c->old_bytes);
            free(c->new_bytes);
        } else {
            crash.change[kept++] = *c;
        }
    }
    crash.n = kept;
}

static int crash_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at) {
    struct crash_file *f = (struct crash_file *)file;
    pthread_mutex_lock(&crash.lock);
    if (++crash.changes == crash.at && crash.kind == CRASH_KILL) {
        f->real->pMethods->xWrite(f->real, bytes, len / 2, at);
        crash_now();
    }
    crash_remember(f, bytes, (size_t)len, at);
    int rc = f->real->pMethods->xWrite(f->real, bytes, len, at);
    pthread_mutex_unlock(&crash.lock);
    return rc;
}

static int crash_truncate(sqlite3_file *file, sqlite3_int64 size) {
    struct crash_file *f = (struct crash_file *)file;
    pthread_mutex_lock(&crash.lock);
    if (++crash.changes == crash.at && crash.kind == CRASH_KILL) {
        crash_now();
    }
    crash_remember(f, NULL, 0, size);
    int rc = f->real->pMethods->xTruncate(f->real, size);
    pthread_mutex_unlock(&crash.lock);
    return rc;
}

static int crash_sync(sqlite3_file *file, int flags) {
    struct crash_file *f = (struct crash_file *)file;
    int rc = SQLITE_OK;
    pthread_mutex_lock(&crash.lock);
    crash.changes++;
    crash.syncs++;
    if (crash.kind == CRASH_KILL && crash.changes == crash.at) {
        crash_now();
    } else if (crash.kind == CRASH_POWER && crash.syncs == crash.at) {
        crash_power();
    } else if (crash.kind == CRASH_SYNC && crash.syncs >= crash.at) {
        rc = SQLITE_IOERR_FSYNC;
    } else if (!crash.deaf) {
        rc = f->real->pMethods->xSync(f->real, flags);
        crash_forget(f->path);
    }
    pthread_mutex_unlock(&crash.lock);
    return rc;
}

#define CRASH_REAL(file) (((struct crash_file *)(file))->real)
#define CRASH_PASS(name, params, args)                                                             \
    static int crash_##name params {                                                               \
        return CRASH_REAL(file)->pMethods->name args;                                              \
    }
CRASH_PASS(xRead, (sqlite3_file * file, void *p, int n, sqlite3_int64 at),
           (CRASH_REAL(file), p, n, at))
CRASH_PASS(xFileSize, (sqlite3_file * file, sqlite3_int64 *n), (CRASH_REAL(file), n))
CRASH_PASS(xLock, (sqlite3_file * file, int level), (CRASH_REAL(file), level))
CRASH_PASS(xUnlock, (sqlite3_file * file, int level), (CRASH_REAL(file), level))
CRASH_PASS(xCheckReservedLock, (sqlite3_file * file, int *out), (CRASH_REAL(file), out))
CRASH_PASS(xFileControl, (sqlite3_file * file, int op, void *arg), (CRASH_REAL(file), op, arg))
CRASH_PASS(xSectorSize, (sqlite3_file * file), (CRASH_REAL(file)))
CRASH_PASS(xDeviceCharacteristics, (sqlite3_file * file), (CRASH_REAL(file)))
CRASH_PASS(xShmMap, (sqlite3_file * file, int page, int size, int extend, void volatile **out),
           (CRASH_REAL(file), page, size, extend, out))
CRASH_PASS(xShmLock, (sqlite3_file * file, int at, int n, int flags),
           (CRASH_REAL(file), at, n, flags))
CRASH_PASS(xShmUnmap, (sqlite3_file * file, int del), (CRASH_REAL(file), del))

static void crash_xShmBarrier(sqlite3_file *file) {
    CRASH_REAL(file)->pMethods->xShmBarrier(CRASH_REAL(file));
}

static int crash_close(sqlite3_file *file) {
    struct crash_file *f = (struct crash_file *)file;
    int rc = f->real->pMethods->xClose(f->real);
    free(f->path);
    return rc;
}

static int crash_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    static const sqlite3_io_methods methods = {
        .iVersion = 2,
        .xClose = crash_close,
        .xRead = crash_xRead,
        .xWrite = crash_write,
        .xTruncate = crash_truncate,
        .xSync = crash_sync,
        .xFileSize = crash_xFileSize,
        .xLock = crash_xLock,
        .xUnlock = crash_xUnlock,
        .xCheckReservedLock = crash_xCheckReservedLock,
        .xFileControl = crash_xFileControl,
        .xSectorSize = crash_xSectorSize,
        .xDeviceCharacteristics = crash_xDeviceCharacteristics,
        .xShmMap = crash_xShmMap,
        .xShmLock = crash_xShmLock,
        .xShmBarrier = crash_xShmBarrier,
        .xShmUnmap = crash_xShmUnmap,
    };
    struct crash_file *f = (struct crash_file *)file;
    (void)vfs;
    f->base.pMethods = NULL;
    int rc = crash.real->xOpen(crash.real, name, f->real, flags, out);
    if (rc == SQLITE_OK) {
        f->path = xstrdup(name ? name : "");
        f->base.pMethods = &methods;
    }
    return rc;
}

/* From now on stores of this process use it. */
static void crash_install(enum crash_kind kind, long at, uint64_t seed) {
    crash.kind = kind;
    crash.at = at;
    crash.random = seed * 2654435761u + 88172645463325252ull;
    crash.real = sqlite3_vfs_find(NULL);
    crash.vfs = *crash.real;
    crash.vfs.pNext = NULL;
    crash.vfs.zName = "crash";
    crash.vfs.szOsFile = (int)sizeof(struct crash_file) + crash.real->szOsFile;
    crash.vfs.xOpen = crash_open;
    ASSERT(sqlite3_vfs_register(&crash.vfs, 1) == SQLITE_OK);
}
#endif
