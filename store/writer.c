/* The writer: the one thread that changes run.db, in groups.
 *
 * Owns: the writing connection, the reserve file, `health`. The loop gives it transactions through
 * `in` and gets every one of them back through `done`, in the order of submission.
 *
 *     in -> take what is queued, at most a group -> sync the layers once, if any asks
 *        -> BEGIN IMMEDIATE, all statements of all transactions, COMMIT (FULL: the WAL is synced)
 *        -> done, with or without an error
 *
 *   WRITER_OK ------ disk full, or the sync of the layers failed --> WRITER_PARKING
 *   either --------- any other failure ------------------------> WRITER_FAILED
 *
 * Invariants: a transaction commits whole or not at all, and only if all before it did (parking
 * ones excepted): after a refusal nothing but parking commits, so no reader ever sees a step whose
 * predecessor is missing. After a COMMIT that failed, what is on disk is unknown (a failed fsync
 * may still have written): nothing more is written in this life, and only reopening tells.
 * A full disk rolls back cleanly: the reserve is given back to the file system, so that the loop
 * can still say "parked". */
#include "store/store_int.h"
#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include "runtime/base/log.h"

struct group {
    struct txn *txn[STORE_GROUP_TXNS_MAX];
    size_t n;
};

static int on_wal(void *arg, sqlite3 *handle, const char *name, int pages) {
    (void)handle, (void)name;
    ((struct writer *)arg)->wal_pages = pages;
    return SQLITE_OK;
}

static int step(struct writer *w, enum query query) {
    sqlite3_stmt *stmt = w->db.stmt[query];
    int rc = sqlite3_step(stmt);
    int reset = sqlite3_reset(stmt);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? (reset == SQLITE_OK ? rc : reset) : reset;
}

/* Puts text into the table content unless it is there; hash is filled either way. */
static int put_content(struct writer *w, struct str text, unsigned char *hash) {
    struct content content;
    content__hash(text, content.hash);
    memcpy(hash, content.hash, CONTENT_HASH_BYTES);
    sqlite3_stmt *has = w->db.stmt[QUERY_content_has], *put = w->db.stmt[QUERY_content_insert];
    sqlite3_bind_blob(has, 1, hash, CONTENT_HASH_BYTES, SQLITE_STATIC);
    int rc = step(w, QUERY_content_has);
    if (rc != SQLITE_DONE) {
        return rc == SQLITE_ROW ? SQLITE_OK : rc;
    }
    content__encode(&content, text);
    sqlite3_bind_blob(put, 1, content.hash, CONTENT_HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_int(put, 2, content.codec);
    sqlite3_bind_int64(put, 3, (int64_t)text.len);
    sqlite3_bind_blob(put, 4, content.data.len ? content.data.ptr : "", (int)content.data.len,
                      SQLITE_STATIC);
    rc = step(w, QUERY_content_insert);
    sqlite3_clear_bindings(put);
    free(content.storage);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int bind(struct writer *w, sqlite3_stmt *stmt, int at, const struct txn *txn,
                const struct value *value) {
    struct str bytes = {value->len ? txn->bytes.data + value->offset : "", value->len};
    unsigned char hash[CONTENT_HASH_BYTES];
    int rc = SQLITE_OK;
    switch (value->kind) {
    case VALUE_INT:
        return sqlite3_bind_int64(stmt, at, value->number);
    case VALUE_ID:
        return value->number ? sqlite3_bind_int64(stmt, at, value->number)
                             : sqlite3_bind_null(stmt, at);
    case VALUE_TEXT_OR_NULL:
        if (value->null) {
            return sqlite3_bind_null(stmt, at);
        }
        /* fall through */
    case VALUE_TEXT:
        return sqlite3_bind_text(stmt, at, bytes.ptr, (int)bytes.len, SQLITE_STATIC);
    case VALUE_BLOB:
        return sqlite3_bind_blob(stmt, at, bytes.ptr, (int)bytes.len, SQLITE_STATIC);
    case VALUE_CONTENT:
        break;
    }
    rc = put_content(w, bytes, hash);
    return rc == SQLITE_OK ? sqlite3_bind_blob(stmt, at, hash, sizeof(hash), SQLITE_TRANSIENT) : rc;
}

static int run_op(struct writer *w, const struct txn *txn, const struct op *op) {
    sqlite3_stmt *stmt = w->db.stmt[op->query];
    ASSERT((int)op->n == sqlite3_bind_parameter_count(stmt));
    for (size_t i = 0; i < op->n; i++) {
        int rc = bind(w, stmt, (int)i + 1, txn, &txn->values[op->first + i]);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    int rc = step(w, op->query);
    if (rc == SQLITE_DONE && op->must_change && sqlite3_changes(w->db.handle) != 1) {
        return SQLITE_NOTFOUND;
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int run_statements(struct writer *w, const struct group *group) {
    for (size_t i = 0; i < group->n; i++) {
        const struct txn *txn = group->txn[i];
        for (size_t j = 0; j < txn->n_ops; j++) {
            int rc = run_op(w, txn, &txn->ops[j]);
            if (rc != SQLITE_OK) {
                log_error("store: statement %d of a transaction: %s", (int)txn->ops[j].query,
                          sqlite3_errmsg(w->db.handle));
                return rc;
            }
        }
    }
    return SQLITE_OK;
}

/* One transaction of SQLite for the whole group. *unknown is set when the COMMIT itself failed. */
static bool commit_group(struct writer *w, const struct group *group, bool *unknown,
                         struct err *err) {
    *unknown = false;
    int rc = step(w, QUERY_begin);
    if (rc != SQLITE_DONE) {
        return db__err(&w->db, rc, err, "begin in");
    }
    rc = run_statements(w, group);
    if (rc == SQLITE_OK) {
        rc = step(w, QUERY_commit);
        if (rc == SQLITE_DONE) {
            return true;
        }
        *unknown = true;
    }
    if (rc == SQLITE_NOTFOUND) {
        err_set(err, ERR_INTERNAL, "write journal '%s': an update found no row", w->db.path);
    } else {
        db__err(&w->db, rc, err, "write");
    }
    /* SQLite rolls back by itself after some errors; a second rollback only fails. */
    if (!sqlite3_get_autocommit(w->db.handle)) {
        (void)step(w, QUERY_rollback);
    }
    return false;
}

static void set_health(struct writer *w, enum writer_health health, const struct err *why) {
    ASSERT(health > w->health);
    log_error("store: %s: %s", health == WRITER_PARKING ? "only parking from now on" : "failed",
              why->msg);
    w->health = health;
    w->why = *why;
    if (w->reserve_fd >= 0) {
        if (ftruncate(w->reserve_fd, 0) != 0) {
            log_warn("store: the reserve was not released: errno %d", errno);
        }
        close(w->reserve_fd);
        w->reserve_fd = -1;
    }
}

/* Decides what a failed group means for everything after it. */
static void on_failure(struct writer *w, bool unknown, const struct err *why) {
    /* SQLITE_FULL is reported before the commit frame is whole, so even from COMMIT it is a clean
     * "no"; db__err never calls a failed sync ERR_NO_SPACE. */
    bool clean = why->code == ERR_NO_SPACE;
    if (clean && w->health == WRITER_OK) {
        set_health(w, WRITER_PARKING, why);
    } else if (!clean && w->health != WRITER_FAILED) {
        struct err said = *why;
        if (unknown && said.code == ERR_IO) {
            err_hint(&said, "whether the last step was kept is known after: drover resume");
        }
        if (said.code == ERR_BUSY) {
            said.code = ERR_IO;
        }
        set_health(w, WRITER_FAILED, &said);
    }
}

static void give_back(struct writer *w, struct txn *txn, const struct err *failure) {
    if (failure) {
        txn->failure = xmalloc(sizeof(*txn->failure));
        *txn->failure = *failure;
    }
    queue_push(w->done, &txn->node);
}

static bool group_wants_sync(const struct group *group) {
    for (size_t i = 0; i < group->n; i++) {
        if (group->txn[i]->sync_layers) {
            return true;
        }
    }
    return false;
}

/* Parking: alone, without the layers, whatever happened before but an unknown commit. */
static void write_parking(struct writer *w, struct txn *txn) {
    struct group one = {.txn = {txn}, .n = 1};
    struct err err = ERR_INIT;
    bool unknown = false;
    if (commit_group(w, &one, &unknown, &err)) {
        give_back(w, txn, NULL);
        return;
    }
    on_failure(w, unknown, &err);
    give_back(w, txn, &err);
}

static void refuse_group(struct writer *w, const struct group *group) {
    for (size_t i = 0; i < group->n; i++) {
        struct txn *txn = group->txn[i];
        if (txn->park && !txn->sync_layers && w->health == WRITER_PARKING) {
            write_parking(w, txn);
        } else {
            give_back(w, txn, &w->why);
        }
    }
}

static void write_group(struct writer *w, const struct group *group) {
    struct err err = ERR_INIT;
    bool unknown = false;
    if (w->health == WRITER_OK && group_wants_sync(group) && w->options.sync &&
        !w->options.sync(w->options.sync_arg, &err)) {
        /* The layers may be empty on disk; the journal itself is sound and may say so. */
        err_prefix(&err, "sync the layers");
        set_health(w, WRITER_PARKING, &err);
    }
    if (w->health != WRITER_OK) {
        refuse_group(w, group);
        return;
    }
    if (!commit_group(w, group, &unknown, &err)) {
        on_failure(w, unknown, &err);
        refuse_group(w, group);
        return;
    }
    for (size_t i = 0; i < group->n; i++) {
        give_back(w, group->txn[i], NULL);
    }
}

/* Moves the WAL's pages into the database when there are many. Readers in the way are no error. */
static void checkpoint(struct writer *w) {
    if (w->health != WRITER_OK || w->wal_pages < STORE_WAL_PAGES) {
        return;
    }
    int rc = sqlite3_wal_checkpoint_v2(w->db.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_LOCKED) {
        struct err err = ERR_INIT;
        db__err(&w->db, rc, &err, "checkpoint");
        on_failure(w, true, &err);
    }
    w->wal_pages = 0;
}

/* Waits for one, then takes what else is there. Returns false when the last message was `stop`. */
static bool take_group(struct writer *w, struct group *group) {
    size_t bytes = 0;
    struct queue_node *node = queue_wait(w->in, -1);
    group->n = 0;
    while (node) {
        struct txn *txn = (struct txn *)node;
        if (txn->stop) {
            txn_destroy(txn);
            return false;
        }
        group->txn[group->n++] = txn;
        bytes += txn->bytes.len;
        if (group->n == STORE_GROUP_TXNS_MAX || bytes >= STORE_GROUP_BYTES_MAX) {
            break;
        }
        node = queue_pop(w->in);
    }
    return true;
}

static void *writer_main(void *arg) {
    struct writer *w = arg;
    bool more = true;
    thread_role_set(THREAD_STORE);
    base_context_set("store of %s", w->dir);
    while (more) {
        struct group group;
        more = take_group(w, &group);
        if (group.n > 0) {
            write_group(w, &group);
            checkpoint(w);
        }
    }
    return NULL;
}

void writer__start(struct writer *w) {
    sigset_t all, before;
    sqlite3_wal_hook(w->db.handle, on_wal, w);
    /* Signals are the loop's. */
    sigfillset(&all);
    ASSERT(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    ASSERT(pthread_create(&w->thread, NULL, writer_main, w) == 0);
    ASSERT(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    w->running = true;
}

void writer__stop(struct writer *w) {
    struct txn *stop = txn_create();
    stop->stop = true;
    queue_push(w->in, &stop->node);
    ASSERT(pthread_join(w->thread, NULL) == 0);
    w->running = false;
}
