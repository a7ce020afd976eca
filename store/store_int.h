#ifndef STORE_STORE_INT_H
#define STORE_STORE_INT_H
/* Private to store/: what its files share. See store.h for the whole. */
#include <pthread.h>
#include <sqlite3.h>
#include "store/store.h"
#include "runtime/base/queue.h"

/* Statements of queries.sql; every name there must be here and the other way round. */
#define STORE_QUERIES(X)                                                                           \
    X(begin)                                                                                       \
    X(commit)                                                                                      \
    X(rollback)                                                                                    \
    X(reserve_layers)                                                                              \
    X(run_insert)                                                                                  \
    X(run_state)                                                                                   \
    X(agent_insert)                                                                                \
    X(agent_update)                                                                                \
    X(turn_insert)                                                                                 \
    X(call_insert)                                                                                 \
    X(call_update)                                                                                 \
    X(layer_insert)                                                                                \
    X(content_has)                                                                                 \
    X(content_insert)                                                                              \
    X(text_insert)                                                                                 \
    X(read_file_put)                                                                               \
    X(event_insert)                                                                                \
    X(read_ids)                                                                                    \
    X(read_run)                                                                                    \
    X(read_agents)                                                                                 \
    X(read_turns)                                                                                  \
    X(read_calls)                                                                                  \
    X(read_calls_all)                                                                              \
    X(read_files)                                                                                  \
    X(read_layers)                                                                                 \
    X(read_text)                                                                                   \
    X(read_events)                                                                                 \
    X(read_events_agent)

enum query {
#define X(name) QUERY_##name,
    STORE_QUERIES(X)
#undef X
        QUERY_COUNT
};

/* One connection with all statements prepared. Used by one thread at a time. */
struct db {
    sqlite3 *handle;
    sqlite3_stmt *stmt[QUERY_COUNT];
    char *path; /* of run.db, for messages */
};

enum db_mode { DB_CREATE, DB_WRITE, DB_READ };
/* Opens, sets up and (unless DB_READ) brings the schema to the newest version; then prepares. */
bool db__open(struct db *db, const char *dir, enum db_mode mode, struct err *err) MUST_CHECK;
void db__close(struct db *db);
/* Fills err from what SQLite says now; returns false. rc is extended. */
bool db__err(struct db *db, int rc, struct err *err, const char *what);

/* The ladder: step n brings a journal of version n to n + 1, in one transaction. */
bool db__migrate(sqlite3 *handle, const struct str *steps, int n_steps, struct err *err) MUST_CHECK;

/* Content: hash, codec, size, data, as in the table content. */
#define CONTENT_HASH_BYTES 32
void content__hash(struct str text, unsigned char hash[CONTENT_HASH_BYTES]);
/* data borrows text or storage. */
struct content {
    unsigned char hash[CONTENT_HASH_BYTES];
    int codec;
    struct str data;
    char *storage;
};
void content__encode(struct content *content, struct str text);
/* Columns first..first+3 of stmt (hash, codec, size, data) into out, checked against the hash. */
bool content__decode(struct buf *out, sqlite3_stmt *stmt, int first, struct err *err) MUST_CHECK;

enum value_kind { VALUE_INT, VALUE_ID, VALUE_TEXT, VALUE_TEXT_OR_NULL, VALUE_BLOB, VALUE_CONTENT };
struct value {
    enum value_kind kind;
    int64_t number;     /* INT, ID */
    size_t offset, len; /* the others: a piece of txn->bytes */
    bool null;
};
/* One statement to run. */
struct op {
    enum query query;
    bool must_change; /* an update that hits no row is a programmer error */
    size_t first, n;  /* of txn->values */
};
struct txn {
    struct queue_node node; /* first: it is a message to the writer and back */
    struct op *ops;
    size_t n_ops, cap_ops;
    struct value *values;
    size_t n_values, cap_values;
    struct buf bytes;
    bool sync_layers, park, stop;
    store_done_fn done;
    void *arg;
    struct err *failure; /* owned; NULL: durable */
};
/* No layer id below next will be given out again. */
void txn__reserve_layers(struct txn *txn, int64_t next);

/* What the writer may still do. Only the writer thread changes it. */
enum writer_health {
    WRITER_OK,
    WRITER_PARKING, /* disk full, or the layers' sync failed: only parking transactions */
    WRITER_FAILED,  /* what is on disk is unknown: nothing any more */
};
struct writer {
    struct db db;
    struct store_options options;
    struct queue *in, *done; /* of struct txn */
    pthread_t thread;
    bool running;
    enum writer_health health;
    struct err why;  /* of health */
    int reserve_fd;  /* -1 when released */
    int wal_pages;   /* set by SQLite's hook at each commit */
    const char *dir; /* of the store */
};
/* Starts the thread on an open writer->db. */
void writer__start(struct writer *w);
/* Everything submitted is committed or refused, then the thread ends. */
void writer__stop(struct writer *w);

struct store {
    char *dir;
    int lock_fd;
    bool reader_only, closing;
    struct db reader; /* loop thread */
    struct writer writer;
    int64_t next_agent, next_layer, layers_reserved, next_text;
};
#endif
