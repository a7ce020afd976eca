#ifndef STORE_STORE_H
#define STORE_STORE_H
/* The journal of a run: append-only truth in one SQLite file; state is read back from it.
 *
 * How to think about it. One directory a run (`run.db`, `layers/`, `base/`). Its owner holds an OFD
 * lock and has one writer thread: the loop builds a `txn` (a list of typed rows), submits it, and
 * is told when it is durable. The writer drains what is queued, syncs the layers' file system once
 * if any txn of the group asks, commits the group with synchronous=FULL, reports back. Readers are
 * separate read-only connections. A step's commit is one txn: all of it or nothing.
 *
 *     store_create / store_open(&store, dir, &options, &err);
 *     struct txn *t = txn_create();
 *     txn_turn(t, &turn); txn_call_intent(t, &call); txn_event(t, ...);
 *     store_submit(store, t, on_durable, agent);   // store takes t; on_durable in store_drain
 *
 * A commit whose fsync failed is unknown, not absent: the store turns FAILED, every later submit
 * reports ERR_IO, and the process must stop and resume. A full disk is ERR_NO_SPACE: the reserve
 * is released and `txn_park` still commits. */
#include "runtime/base/err.h"
#include "runtime/base/str.h"

struct store;
struct txn;

struct store_options {
    void (*wake)(void *arg); /* any thread: store_drain has work */
    void *wake_arg;
    bool (*sync)(void *arg, struct err *err); /* layers_sync of this run; store thread */
    void *sync_arg;
};

/* Rows. Strings are borrowed when writing (copied by txn_*), owned by the reader's arena when
 * reading. Times are wall milliseconds for people only. */
struct run_row {
    struct str id, goal, worktree, model_path, model_hash, arithmetic, config_json, base_json;
    struct str state; /* running, parked, stopped, done, failed */
    struct str result_json;
    uint64_t seed;
    int64_t root_agent, created_ms, updated_ms;
};
struct agent_row {
    int64_t id, parent, parent_call; /* parent 0: the root */
    struct str path; /* "1", "1.2.0.17": parent path, turn, call, item: the identity (G3) */
    struct str name, definition_json, tools_json, brief, item;
    int attempt;
    struct str state, reason, result; /* state as agents/ names it; result: text for the parent */
    int64_t fork_layer;               /* top committed layer of the parent at spawn */
    int64_t turns, calls, tokens_in, tokens_out, tokens_left, calls_left, ms_left, agents_left;
    struct str layers_json; /* committed stack, lowest first */
};
struct turn_row {
    int64_t agent, number;
    struct str prompt_tokens, answer_tokens; /* int32 little-endian */
    int64_t prompt_computed;
    struct str end; /* ended, truncated, context, cancelled */
};
struct call_row {
    int64_t agent, turn, number;
    struct str tool, arguments_json, state; /* intent, done, truncated, uncertain */
    struct str result;                      /* what the model reads */
    int64_t result_text;                    /* full output in text, 0 if result is all */
    struct str result_hash;
    int64_t layer;           /* committed layer, 0 if none */
    struct str changes_json; /* manifest: paths changed and deleted */
    int64_t cpu_ms, wall_ms;
    int exit_status;
};
struct event_row {
    int64_t seq, time_ms, agent;
    struct str type, data_json;
};

bool store_create(struct store **out, const char *dir, const struct store_options *options,
                  struct err *err) MUST_CHECK;
/* Takes the lock (ERR_BUSY names the owner's pid), migrates, checks. */
bool store_open(struct store **out, const char *dir, const struct store_options *options,
                struct err *err) MUST_CHECK;
/* Read-only, without the lock; only the read functions may be called. */
bool store_open_reader(struct store **out, const char *dir, struct err *err) MUST_CHECK;
void store_close(struct store *store); /* drains, joins the writer */
/* The owner's pid, 0 if nobody holds the lock, -1 if its owner cannot be named. */
int store_owner(const char *dir);

struct txn *txn_create(void);
void txn_destroy(struct txn *txn);     /* one that was not submitted */
void txn_sync_layers(struct txn *txn); /* layers must be durable before this commits */
/* This transaction parks: it may use the reserve, and commits even after a full disk or a failed
 * sync of the layers made the store refuse everything else. Keep it small. */
void txn_park(struct txn *txn);
void txn_run_insert(struct txn *txn, const struct run_row *row);
/* A result_json without ptr keeps the one that is there. */
void txn_run_state(struct txn *txn, const char *state, struct str result_json);
void txn_agent_insert(struct txn *txn, const struct agent_row *row);
/* By id: state, reason, result, fork_layer, counters, what is left, layers_json. */
void txn_agent_update(struct txn *txn, const struct agent_row *row);
void txn_turn_insert(struct txn *txn, const struct turn_row *row);
void txn_call_insert(struct txn *txn, const struct call_row *row);
/* By (agent, turn, number): all but tool and arguments. A call's result_text, layer and turn must
 * have their rows by the end of the transaction (foreign keys). */
void txn_call_update(struct txn *txn, const struct call_row *row);
void txn_layer_insert(struct txn *txn, int64_t id, int64_t agent, struct str kind);
/* Content-addressed text; returns an id usable in the same txn (allocated by the caller side). */
int64_t txn_text(struct store *store, struct txn *txn, struct str text);
/* A file's bytes as an agent last read it, for the state-bound grammar after a resume. */
void txn_read_file(struct txn *txn, int64_t agent, struct str path, int64_t text);
void txn_event(struct txn *txn, int64_t agent, const char *type, struct str data_json);

typedef void (*store_done_fn)(void *arg, const struct err *err); /* err NULL: durable */
/* Takes txn. done (may be NULL) runs in store_drain in submit order. */
void store_submit(struct store *store, struct txn *txn, store_done_fn done, void *arg);
void store_drain(struct store *store);
/* Next ids: unique in the run, never reused, also across crashes. Loop thread. */
int64_t store_next_agent(struct store *store);
int64_t store_next_layer(struct store *store);

/* Reading: rows in order through a callback; strings live until it returns. false from the callback
 * stops. After a store_open these see what is committed. */
bool store_read_run(struct store *store, bool (*row)(void *, const struct run_row *), void *arg,
                    struct err *err) MUST_CHECK;
bool store_read_agents(struct store *store, bool (*row)(void *, const struct agent_row *),
                       void *arg, struct err *err) MUST_CHECK;
bool store_read_turns(struct store *store, int64_t agent,
                      bool (*row)(void *, const struct turn_row *), void *arg,
                      struct err *err) MUST_CHECK;
bool store_read_calls(struct store *store, int64_t agent, /* 0 = all */
                      bool (*row)(void *, const struct call_row *), void *arg,
                      struct err *err) MUST_CHECK;
bool store_read_files(struct store *store, int64_t agent,
                      bool (*row)(void *, struct str path, struct str text), void *arg,
                      struct err *err) MUST_CHECK;
bool store_read_layers(struct store *store, bool (*row)(void *, int64_t id, int64_t agent),
                       void *arg, struct err *err) MUST_CHECK;
bool store_read_text(struct store *store, int64_t id, struct buf *out, struct err *err) MUST_CHECK;
/* Events with seq > after. */
bool store_read_events(struct store *store, int64_t after, int64_t agent, /* 0 = all */
                       bool (*row)(void *, const struct event_row *), void *arg,
                       struct err *err) MUST_CHECK;
#endif
