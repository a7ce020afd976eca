/* A run's journal as the loop sees it: opening, the lock, submitting, draining, ids.
 *
 * Owns: struct store; the lock file's descriptor; the reading connection of the loop. The writing
 * connection is opened here and then belongs to the writer thread until it has been joined.
 * Thread: the loop (or whoever opened it); nothing here is called by the writer.
 * Invariants: whoever has a store that is not reader_only holds the OFD lock of dir/lock, so there
 * is one writer of a run on the machine; a transaction is either with the caller, in a queue, or
 * freed. Ids are given out here without asking SQLite.
 * Happy path: create or open; submit; wake; drain calls back; close.
 * Failures: everything that can fail does so at opening, with what to type next; afterwards
 * errors come back with the transactions. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store/store_int.h"

static bool lock_held(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* The pid that the holder wrote behind the lock; an OFD lock itself names nobody. */
static int lock_owner(int fd) {
    for (int tries = 0; tries < 20; tries++) {
        char text[32] = {0};
        int64_t pid = 0;
        ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
        if (n > 0 && str_to_i64(str_trim(str_from(text)), 1, INT32_MAX, &pid)) {
            return (int)pid;
        }
        usleep(1000); /* it took the lock just now and writes its pid next */
    }
    return -1;
}

int store_owner(const char *dir) {
    AUTO_FREE char *path = xasprintf("%s/lock", dir);
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && lock_held(fd) ? lock_owner(fd) : 0;
}

static bool lock_take(int *out, const char *dir, struct err *err) {
    AUTO_FREE char *path = xasprintf("%s/lock", dir);
    AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fd < 0) {
        return err_set_errno(err, errno, "open lock '%s'", path);
    }
    if (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        if (errno != EAGAIN && errno != EACCES) {
            return err_set_errno(err, errno, "lock '%s'", path);
        }
        int pid = lock_owner(fd);
        err_set(err, ERR_BUSY, "run '%s' is in use by process %d", dir, pid);
        return err_hint(err, "watch it with: drover log -f");
    }
    AUTO_FREE char *pid = xasprintf("%d\n", (int)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, strlen(pid), 0) != (ssize_t)strlen(pid)) {
        /* The name is a courtesy, the lock is what counts; a full disk must not stop a resume
         * here, where nobody could say so well. */
        (void)!ftruncate(fd, 0);
    }
    *out = fd;
    fd = -1;
    return true;
}

/* Room that a full disk can give back. Opened last, so that its failure leaves nothing behind. */
static bool reserve_make(int *out, const char *dir, struct err *err) {
    AUTO_FREE char *path = xasprintf("%s/reserve", dir);
    AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return err_set_errno(err, errno, "open reserve '%s'", path);
    }
    int rc = posix_fallocate(fd, 0, STORE_RESERVE_BYTES);
    if (rc != 0) {
        (void)!ftruncate(fd, 0);
        err_set_errno(err, rc, "reserve %u MiB in '%s'", STORE_RESERVE_BYTES >> 20, path);
        return err_hint(err, "free some space, then: drover resume");
    }
    *out = fd;
    fd = -1;
    return true;
}

static bool dir_sync(const char *path, struct err *err) {
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        return err_set_errno(err, errno, "sync directory '%s'", path);
    }
    return true;
}

/* The entries run.db and dir itself must survive a power loss as well. */
static bool dir_sync_both(const char *dir, struct err *err) {
    AUTO_FREE char *parent = xasprintf("%s/..", dir);
    return dir_sync(dir, err) && dir_sync(parent, err);
}

static bool read_ids(struct store *store, struct err *err) {
    sqlite3_stmt *stmt = store->writer.db.stmt[QUERY_read_ids];
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW) {
        sqlite3_reset(stmt);
        return db__err(&store->writer.db, rc, err, "read");
    }
    store->next_agent = sqlite3_column_int64(stmt, 0) + 1;
    store->next_text = sqlite3_column_int64(stmt, 1) + 1;
    store->next_layer = store->layers_reserved = sqlite3_column_int64(stmt, 2);
    sqlite3_reset(stmt);
    return true;
}

/* Durable before the first id of the block is given out. */
static bool reserve_layers_now(struct store *store, struct err *err) {
    sqlite3_stmt *stmt = store->writer.db.stmt[QUERY_reserve_layers];
    sqlite3_bind_int64(stmt, 1, store->layers_reserved + STORE_LAYER_BLOCK);
    int rc = sqlite3_step(stmt);
    int reset = sqlite3_reset(stmt);
    if (rc != SQLITE_DONE) {
        return db__err(&store->writer.db, reset, err, "write");
    }
    store->layers_reserved += STORE_LAYER_BLOCK;
    return true;
}

static bool open_owned(struct store *store, enum db_mode mode, const struct store_options *options,
                       struct err *err) {
    struct writer *w = &store->writer;
    w->dir = store->dir;
    if (options) {
        w->options = *options;
    }
    if (!lock_take(&store->lock_fd, store->dir, err) ||
        !reserve_make(&w->reserve_fd, store->dir, err) ||
        !db__open(&w->db, store->dir, mode, err) ||
        (mode == DB_CREATE && !dir_sync_both(store->dir, err)) || !read_ids(store, err) ||
        !reserve_layers_now(store, err) || !db__open(&store->reader, store->dir, DB_READ, err)) {
        return false;
    }
    w->in = queue_create(NULL, NULL);
    w->done = queue_create(w->options.wake, w->options.wake_arg);
    writer__start(w);
    return true;
}

static struct store *store_new(const char *dir) {
    struct store *store = xcalloc(1, sizeof(*store));
    store->dir = xstrdup(dir);
    store->lock_fd = store->writer.reserve_fd = -1;
    return store;
}

bool store_create(struct store **out, const char *dir, const struct store_options *options,
                  struct err *err) {
    if (!dir_make(dir, 0700, err)) {
        return false;
    }
    struct store *store = store_new(dir);
    if (!open_owned(store, DB_CREATE, options, err)) {
        store_close(store);
        return err_prefix(err, "create run");
    }
    *out = store;
    return true;
}

static bool has_journal(const char *dir, struct err *err) {
    AUTO_FREE char *path = xasprintf("%s/run.db", dir);
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISREG(st.st_mode)) {
        return true;
    }
    err_set(err, ERR_NOT_FOUND, "there is no run in '%s'", dir);
    return err_hint(err, "see what there is with: drover ls");
}

bool store_open(struct store **out, const char *dir, const struct store_options *options,
                struct err *err) {
    if (!has_journal(dir, err)) {
        return false;
    }
    struct store *store = store_new(dir);
    if (!open_owned(store, DB_WRITE, options, err)) {
        store_close(store);
        return false;
    }
    *out = store;
    return true;
}

bool store_open_reader(struct store **out, const char *dir, struct err *err) {
    if (!has_journal(dir, err)) {
        return false;
    }
    struct store *store = store_new(dir);
    store->reader_only = true;
    if (!db__open(&store->reader, dir, DB_READ, err)) {
        store_close(store);
        return false;
    }
    *out = store;
    return true;
}

void store_close(struct store *store) {
    if (store == NULL) {
        return;
    }
    struct writer *w = &store->writer;
    if (w->running) {
        writer__stop(w);
        store->closing = true;
        /* A callback may submit once more: that comes straight back, refused. */
        while (queue_length(w->done) > 0) {
            store_drain(store);
        }
    }
    queue_destroy(w->in);
    queue_destroy(w->done);
    db__close(&store->reader);
    if (w->db.handle && w->health != WRITER_OK) {
        /* A store that failed is left as it is for whoever reopens it. */
        sqlite3_db_config(w->db.handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    db__close(&w->db);
    auto_fd(&w->reserve_fd);
    auto_fd(&store->lock_fd);
    free(store->dir);
    free(store);
}

void store_submit(struct store *store, struct txn *txn, store_done_fn done, void *arg) {
    ASSERT_THREAD(THREAD_LOOP);
    ASSERT(!store->reader_only);
    txn->done = done;
    txn->arg = arg;
    if (store->closing) {
        txn->failure = xcalloc(1, sizeof(*txn->failure));
        err_set(txn->failure, ERR_CANCELLED, "the journal is being closed");
    }
    queue_push(store->closing ? store->writer.done : store->writer.in, &txn->node);
}

void store_drain(struct store *store) {
    ASSERT_THREAD(THREAD_LOOP);
    struct queue_node *node = queue_take_all(store->writer.done);
    while (node) {
        struct txn *txn = (struct txn *)node;
        node = node->next;
        if (txn->done) {
            txn->done(txn->arg, txn->failure);
        }
        txn_destroy(txn);
    }
}

int64_t store_next_agent(struct store *store) {
    ASSERT_THREAD(THREAD_LOOP);
    return store->next_agent++;
}

int64_t store_next_layer(struct store *store) {
    ASSERT_THREAD(THREAD_LOOP);
    ASSERT(!store->reader_only);
    /* The next block is asked for when half of this one is left: long before it is needed, and
     * ahead of every transaction that could use it. */
    if (store->layers_reserved - store->next_layer == STORE_LAYER_BLOCK / 2 && !store->closing) {
        store->layers_reserved += STORE_LAYER_BLOCK;
        struct txn *txn = txn_create();
        txn__reserve_layers(txn, store->layers_reserved);
        store_submit(store, txn, NULL, NULL);
    }
    return store->next_layer++;
}
