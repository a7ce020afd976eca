/* One connection: opening it the one way we open it, its statements, and what its errors mean.
 *
 * Owns: struct db (handle and prepared statements). Thread: whoever holds it, one at a time
 * (NOMUTEX); the writer's is opened on the loop and handed over by starting the thread.
 * Invariants: application_id says that a file is ours, user_version which schema it has; a newer
 * one is refused, an older one is brought up one step a transaction, so that a kill between steps
 * leaves a journal of some version. Readers never write: no checkpoint on close, no migration.
 * Failures: SQLite's codes are translated here, on the spot, and travel no further. */
#include "store/store_int.h"
#include "runtime/base/asset.h"
#include <errno.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* "Drvr": file(1) and we can tell a journal from any other database. */
#define APPLICATION_ID 0x44727672

ASSET_DECLARE(store_schema_sql);
ASSET_DECLARE(store_connection_sql);
ASSET_DECLARE(store_writer_sql);
ASSET_DECLARE(store_queries_sql);

static const char *const query_name[] = {
#define X(name) #name,
    STORE_QUERIES(X)
#undef X
};
_Static_assert(ARRAY_LEN(query_name) == QUERY_COUNT, "a name a query");

static enum err_code code_of(int rc, int sys) {
    bool no_room = sys == ENOSPC || sys == EDQUOT;
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return ERR_NO_SPACE;
    case SQLITE_IOERR:
        /* A failed sync is never "try again with more room": what is on disk is unknown. */
        return no_room && rc != SQLITE_IOERR_FSYNC && rc != SQLITE_IOERR_DIR_FSYNC ? ERR_NO_SPACE
                                                                                   : ERR_IO;
    case SQLITE_CANTOPEN:
        return no_room ? ERR_NO_SPACE : ERR_IO;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return ERR_INPUT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
        return ERR_IO;
    default:
        return ERR_INTERNAL;
    }
}

bool db__err(struct db *db, int rc, struct err *err, const char *what) {
    int sys = db->handle ? sqlite3_system_errno(db->handle) : 0;
    enum err_code code = code_of(rc, sys);
    const char *why = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc);
    err_set(err, code, "%s journal '%s': %s", what, db->path, why);
    if (code == ERR_INPUT) {
        err_hint(err, "the journal is damaged; what was committed before may be read with sqlite3");
    } else if (code == ERR_NO_SPACE) {
        err_hint(err, "free some space, then: drover resume");
    }
    return false;
}

static bool exec(sqlite3 *handle, struct str sql, struct err *err) {
    /* Assets are NUL-terminated; so is every piece that comes here. */
    ASSERT(sql.ptr[sql.len] == '\0');
    int rc = sqlite3_exec(handle, sql.ptr, NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        return true;
    }
    enum err_code code = code_of(sqlite3_extended_errcode(handle), sqlite3_system_errno(handle));
    return err_set(err, code, "%s", sqlite3_errmsg(handle));
}

static bool pragma_int(sqlite3 *handle, const char *name, int64_t *out, struct err *err) {
    AUTO_FREE char *sql = xasprintf("PRAGMA %s", name);
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        *out = sqlite3_column_int64(stmt, 0);
        rc = SQLITE_OK;
    }
    if (rc != SQLITE_OK) {
        err_set(err, code_of(rc, 0), "%s", sqlite3_errmsg(handle));
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_OK;
}

static bool migrate_step(sqlite3 *handle, struct str sql, int to_version, struct err *err) {
    AUTO_FREE char *version = xasprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                        APPLICATION_ID, to_version);
    if (!exec(handle, STR("BEGIN IMMEDIATE"), err)) {
        return false;
    }
    if (exec(handle, sql, err) && exec(handle, str_from(version), err) &&
        exec(handle, STR("COMMIT"), err)) {
        return true;
    }
    (void)exec(handle, STR("ROLLBACK"), NULL);
    return err_prefix(err, "bring it to schema %d", to_version);
}

static bool version_check(sqlite3 *handle, int n_steps, int *version, struct err *err) {
    int64_t application = 0, user_version = 0;
    if (!pragma_int(handle, "application_id", &application, err) ||
        !pragma_int(handle, "user_version", &user_version, err)) {
        return false;
    }
    if (application != APPLICATION_ID && (application != 0 || user_version != 0)) {
        return err_set(err, ERR_INPUT, "not a journal of drover");
    }
    if (user_version > n_steps || user_version < 0) {
        err_set(err, ERR_INPUT, "written by a newer drover (schema %lld, this one knows %d)",
                (long long)user_version, n_steps);
        return err_hint(err, "use the version that started the run");
    }
    *version = (int)user_version;
    return true;
}

bool db__migrate(sqlite3 *handle, const struct str *steps, int n_steps, struct err *err) {
    int version = 0;
    if (!version_check(handle, n_steps, &version, err)) {
        return false;
    }
    for (; version < n_steps; version++) {
        if (!migrate_step(handle, steps[version], version + 1, err)) {
            return false;
        }
    }
    return true;
}

static enum query query_find(struct str name) {
    for (int i = 0; i < QUERY_COUNT; i++) {
        if (str_equal_c(name, query_name[i])) {
            return (enum query)i;
        }
    }
    return QUERY_COUNT;
}

/* Statements begin at their header line and end at the next one; a comment in front of SQL is
 * fine with SQLite. */
static bool prepare_all(struct db *db, struct err *err) {
    static const struct str header = {"-- name: ", 9};
    struct str sql = ASSET(store_queries_sql);
    size_t at = str_find(sql, header, 0);
    while (at != SIZE_MAX) {
        size_t next = str_find(sql, header, at + 1);
        struct str body = str_slice(sql, at + header.len, next == SIZE_MAX ? sql.len : next), name;
        ASSERT(str_next_line(&body, &name));
        enum query query = query_find(str_trim(name));
        ASSERT(query != QUERY_COUNT && db->stmt[query] == NULL);
        int rc = sqlite3_prepare_v3(db->handle, body.ptr, (int)body.len, SQLITE_PREPARE_PERSISTENT,
                                    &db->stmt[query], NULL);
        if (rc != SQLITE_OK) {
            db__err(db, sqlite3_extended_errcode(db->handle), err, "prepare");
            return err_prefix(err, "statement '%s'", query_name[query]);
        }
        at = next;
    }
    for (int i = 0; i < QUERY_COUNT; i++) {
        ASSERT(db->stmt[i] != NULL);
    }
    return true;
}

/* A reader of a journal in WAL mode makes a file beside it, which a read-only disk does not have
 * room for. Where nobody can write and no WAL was left, SQLite may be told that it need not; only a
 * URI can say so. NULL: the path will do. Owned by the caller. */
static char *address_read_only(const struct db *db) {
    struct statvfs disk;
    AUTO_FREE char *wal = xasprintf("%s-wal", db->path);
    if (statvfs(db->path, &disk) != 0 || !(disk.f_flag & ST_RDONLY) || access(wal, F_OK) == 0)
        return NULL;
    struct buf uri = BUF_INIT(4 * PATH_BYTES_MAX);
    buf_append_c(&uri, "file:");
    for (const char *p = db->path; *p; p++)
        buf_printf(&uri, strchr("%?#", *p) ? "%%%02x" : "%c", (unsigned char)*p);
    buf_append_c(&uri, "?immutable=1");
    return buf_take(&uri);
}

static bool open_handle(struct db *db, enum db_mode mode, struct err *err) {
    int flags = mode == DB_READ    ? SQLITE_OPEN_READONLY
                : mode == DB_WRITE ? SQLITE_OPEN_READWRITE
                                   : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    AUTO_FREE char *uri = mode == DB_READ ? address_read_only(db) : NULL;
    int rc = sqlite3_open_v2(uri ? uri : db->path, &db->handle,
                             flags | SQLITE_OPEN_NOMUTEX | (uri ? SQLITE_OPEN_URI : 0), NULL);
    if (rc != SQLITE_OK) {
        return db__err(db, rc, err, "open");
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    if (mode == DB_READ) {
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    return true;
}

/* Structure of the file; contents of texts are checked against their hashes when they are read. */
static bool check(sqlite3 *handle, struct err *err) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &stmt, NULL);
    bool ok = false;
    if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(stmt, 0);
        ok = said != NULL && strcmp(said, "ok") == 0;
        if (!ok) {
            err_set(err, ERR_INPUT, "damaged: %s", said ? said : "no answer");
        }
    } else {
        err_set(err, code_of(sqlite3_extended_errcode(handle), 0), "%s", sqlite3_errmsg(handle));
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool set_up(struct db *db, enum db_mode mode, struct err *err) {
    struct str steps[] = {ASSET(store_schema_sql)};
    int version = 0;
    if (!exec(db->handle, ASSET(store_connection_sql), err) ||
        (mode != DB_READ && !exec(db->handle, ASSET(store_writer_sql), err)) ||
        !version_check(db->handle, ARRAY_LEN(steps), &version, err)) {
        return false;
    }
    if (mode == DB_CREATE && version != 0) {
        err_set(err, ERR_EXISTS, "there is a run in it already");
        return err_hint(err, "continue it with: drover resume");
    }
    if (mode != DB_CREATE && version == 0) {
        err_set(err, ERR_INPUT, "empty: the run was interrupted before it began");
        return err_hint(err, "start it again; its directory can be removed");
    }
    if (mode == DB_READ && version != (int)ARRAY_LEN(steps)) {
        err_set(err, ERR_INPUT, "written by an older drover (schema %d)", version);
        return err_hint(err, "drover resume brings it up to date");
    }
    /* Checked before it is migrated: a step over a damaged file would spread the damage. */
    return (mode != DB_WRITE || check(db->handle, err)) &&
           (mode == DB_READ || db__migrate(db->handle, steps, ARRAY_LEN(steps), err));
}

bool db__open(struct db *db, const char *dir, enum db_mode mode, struct err *err) {
    *db = (struct db){.path = xasprintf("%s/run.db", dir)};
    struct err why = ERR_INIT;
    if (!open_handle(db, mode, err)) {
        db__close(db);
        return false;
    }
    if (!set_up(db, mode, &why)) {
        err_set(err, why.code, "open journal '%s': %s", db->path, why.msg);
        err_hint(err, "%s", why.hint);
        db__close(db);
        return false;
    }
    if (!prepare_all(db, err)) {
        db__close(db);
        return false;
    }
    return true;
}

void db__close(struct db *db) {
    for (int i = 0; i < QUERY_COUNT; i++) {
        sqlite3_finalize(db->stmt[i]);
    }
    if (db->handle) {
        ASSERT(sqlite3_close(db->handle) == SQLITE_OK);
    }
    free(db->path);
    *db = (struct db){0};
}
