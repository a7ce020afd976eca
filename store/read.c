/* Reading the journal back: one statement a function, one callback a row.
 *
 * Thread: the one that opened the store (its own connection, never the writer's).
 * Invariants: a row's strings live until its callback returns (large texts are unpacked into
 * buffers that are reused for the next row); a statement is reset before its function returns, so
 * that no reader holds a snapshot, and with it the WAL, longer than one call.
 * Failures: a damaged file is an error of the whole read; rows seen before it were sound. A
 * callback must not start the same read on the same store. */
#include "store/store_int.h"

static struct str text_at(sqlite3_stmt *stmt, int at) {
    const void *ptr = sqlite3_column_blob(stmt, at);
    size_t len = (size_t)sqlite3_column_bytes(stmt, at);
    return (struct str){ptr ? ptr : "", len};
}

/* One read in progress. */
struct read {
    struct db *db;
    sqlite3_stmt *stmt;
    int rc;
};

static struct read read_begin(struct store *store, enum query query) {
    ASSERT(store->reader.handle != NULL);
    struct read read = {.db = &store->reader, .stmt = store->reader.stmt[query]};
    ASSERT(!sqlite3_stmt_busy(read.stmt));
    return read;
}

static bool read_next(struct read *read) {
    read->rc = sqlite3_step(read->stmt);
    return read->rc == SQLITE_ROW;
}

/* SQLITE_ROW here means that the callback had enough. */
static bool read_end(struct read *read, struct err *err) {
    bool ok = read->rc == SQLITE_DONE || read->rc == SQLITE_ROW;
    if (!ok) {
        db__err(read->db, read->rc, err, "read");
    }
    sqlite3_reset(read->stmt);
    sqlite3_clear_bindings(read->stmt);
    return ok;
}

bool store_read_run(struct store *store, bool (*row)(void *, const struct run_row *), void *arg,
                    struct err *err) {
    struct read read = read_begin(store, QUERY_read_run);
    while (read_next(&read)) {
        sqlite3_stmt *s = read.stmt;
        struct run_row r = {
            .id = text_at(s, 0),
            .goal = text_at(s, 1),
            .worktree = text_at(s, 2),
            .model_path = text_at(s, 3),
            .model_hash = text_at(s, 4),
            .arithmetic = text_at(s, 5),
            .config_json = text_at(s, 6),
            .base_json = text_at(s, 7),
            .state = text_at(s, 8),
            .result_json = text_at(s, 9),
            .seed = (uint64_t)sqlite3_column_int64(s, 10),
            .root_agent = sqlite3_column_int64(s, 11),
            .created_ms = sqlite3_column_int64(s, 12),
            .updated_ms = sqlite3_column_int64(s, 13),
        };
        if (!row(arg, &r)) {
            break;
        }
    }
    return read_end(&read, err);
}

static void agent_of(struct agent_row *r, sqlite3_stmt *s) {
    *r = (struct agent_row){
        .id = sqlite3_column_int64(s, 0),
        .parent = sqlite3_column_int64(s, 1),
        .parent_call = sqlite3_column_int64(s, 2),
        .path = text_at(s, 3),
        .name = text_at(s, 4),
        /* 5..8 and 9..12 are the definition and the tools, packed */
        .brief = text_at(s, 13),
        .item = text_at(s, 14),
        .attempt = sqlite3_column_int(s, 15),
        .state = text_at(s, 16),
        .reason = text_at(s, 17),
        .result = text_at(s, 18),
        .fork_layer = sqlite3_column_int64(s, 19),
        .turns = sqlite3_column_int64(s, 20),
        .calls = sqlite3_column_int64(s, 21),
        .tokens_in = sqlite3_column_int64(s, 22),
        .tokens_out = sqlite3_column_int64(s, 23),
        .tokens_left = sqlite3_column_int64(s, 24),
        .calls_left = sqlite3_column_int64(s, 25),
        .ms_left = sqlite3_column_int64(s, 26),
        .agents_left = sqlite3_column_int64(s, 27),
        .layers_json = text_at(s, 28),
    };
}

bool store_read_agents(struct store *store, bool (*row)(void *, const struct agent_row *),
                       void *arg, struct err *err) {
    AUTO_BUF struct buf definition = BUF_INIT(TXN_BYTES_MAX), tools = BUF_INIT(TXN_BYTES_MAX);
    struct read read = read_begin(store, QUERY_read_agents);
    bool damaged = false;
    while (read_next(&read)) {
        struct agent_row r;
        agent_of(&r, read.stmt);
        buf_clear(&definition);
        buf_clear(&tools);
        damaged = !content__decode(&definition, read.stmt, 5, err) ||
                  !content__decode(&tools, read.stmt, 9, err);
        r.definition_json = buf_str(&definition);
        r.tools_json = buf_str(&tools);
        if (damaged || !row(arg, &r)) {
            break;
        }
    }
    return damaged ? (read_end(&read, NULL), false) : read_end(&read, err);
}

bool store_read_turns(struct store *store, int64_t agent,
                      bool (*row)(void *, const struct turn_row *), void *arg, struct err *err) {
    struct read read = read_begin(store, QUERY_read_turns);
    sqlite3_bind_int64(read.stmt, 1, agent);
    while (read_next(&read)) {
        struct turn_row r = {
            .agent = sqlite3_column_int64(read.stmt, 0),
            .number = sqlite3_column_int64(read.stmt, 1),
            .prompt_tokens = text_at(read.stmt, 2),
            .answer_tokens = text_at(read.stmt, 3),
            .prompt_computed = sqlite3_column_int64(read.stmt, 4),
            .end = text_at(read.stmt, 5),
        };
        if (!row(arg, &r)) {
            break;
        }
    }
    return read_end(&read, err);
}

bool store_read_calls(struct store *store, int64_t agent,
                      bool (*row)(void *, const struct call_row *), void *arg, struct err *err) {
    struct read read = read_begin(store, agent ? QUERY_read_calls : QUERY_read_calls_all);
    if (agent) {
        sqlite3_bind_int64(read.stmt, 1, agent);
    }
    while (read_next(&read)) {
        sqlite3_stmt *s = read.stmt;
        struct call_row r = {
            .agent = sqlite3_column_int64(s, 0),
            .turn = sqlite3_column_int64(s, 1),
            .number = sqlite3_column_int64(s, 2),
            .tool = text_at(s, 3),
            .arguments_json = text_at(s, 4),
            .state = text_at(s, 5),
            .result = text_at(s, 6),
            .result_text = sqlite3_column_int64(s, 7),
            .result_hash = text_at(s, 8),
            .layer = sqlite3_column_int64(s, 9),
            .changes_json = text_at(s, 10),
            .cpu_ms = sqlite3_column_int64(s, 11),
            .wall_ms = sqlite3_column_int64(s, 12),
            .exit_status = sqlite3_column_int(s, 13),
        };
        if (!row(arg, &r)) {
            break;
        }
    }
    return read_end(&read, err);
}

bool store_read_files(struct store *store, int64_t agent,
                      bool (*row)(void *, struct str path, struct str text), void *arg,
                      struct err *err) {
    AUTO_BUF struct buf text = BUF_INIT(TXN_BYTES_MAX);
    struct read read = read_begin(store, QUERY_read_files);
    bool damaged = false;
    sqlite3_bind_int64(read.stmt, 1, agent);
    while (read_next(&read)) {
        buf_clear(&text);
        damaged = !content__decode(&text, read.stmt, 1, err);
        if (damaged || !row(arg, text_at(read.stmt, 0), buf_str(&text))) {
            break;
        }
    }
    return damaged ? (read_end(&read, NULL), false) : read_end(&read, err);
}

bool store_read_layers(struct store *store, bool (*row)(void *, int64_t id, int64_t agent),
                       void *arg, struct err *err) {
    struct read read = read_begin(store, QUERY_read_layers);
    while (read_next(&read)) {
        if (!row(arg, sqlite3_column_int64(read.stmt, 0), sqlite3_column_int64(read.stmt, 1))) {
            break;
        }
    }
    return read_end(&read, err);
}

bool store_read_text(struct store *store, int64_t id, struct buf *out, struct err *err) {
    struct read read = read_begin(store, QUERY_read_text);
    sqlite3_bind_int64(read.stmt, 1, id);
    if (read_next(&read)) {
        bool ok = content__decode(out, read.stmt, 0, err);
        (void)read_end(&read, NULL);
        return ok;
    }
    return read_end(&read, err) &&
           err_set(err, ERR_NOT_FOUND, "the journal has no text %lld", (long long)id);
}

bool store_read_events(struct store *store, int64_t after, int64_t agent,
                       bool (*row)(void *, const struct event_row *), void *arg, struct err *err) {
    struct read read = read_begin(store, agent ? QUERY_read_events_agent : QUERY_read_events);
    sqlite3_bind_int64(read.stmt, 1, after);
    if (agent) {
        sqlite3_bind_int64(read.stmt, 2, agent);
    }
    while (read_next(&read)) {
        struct event_row r = {
            .seq = sqlite3_column_int64(read.stmt, 0),
            .time_ms = sqlite3_column_int64(read.stmt, 1),
            .agent = sqlite3_column_int64(read.stmt, 2),
            .type = text_at(read.stmt, 3),
            .data_json = text_at(read.stmt, 4),
        };
        if (!row(arg, &r)) {
            break;
        }
    }
    return read_end(&read, err);
}
