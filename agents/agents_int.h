#ifndef AGENTS_AGENTS_INT_H
#define AGENTS_AGENTS_INT_H
/* Private to agents/: the objects of a run and who calls whom.
 *
 *   run.c      the run: options, state, events, stop, summary
 *   agent.c    one agent's state machine: turns
 *   call.c     the calls of a turn: cells, results, commits
 *   herd.c     Agent and Swarm: children, attempts, merging
 *   resume.c   from the journal back to the objects
 *   view.c     which paths exist for an agent, which files it has read
 *   def.c      definitions
 */
#include "agents/agents.h"
#include "tools/tools.h"

struct agent;

/* ---- def.c ---- */
void agent_def_destroy(struct agent_def *def);
/* One definition from JSON text; NULL and err on failure. Owned by the caller. */
struct agent_def *agent_def_parse(struct str text, const char *source, struct err *err);

/* ---- view.c ---- */
/* Which paths exist: an immutable sorted set, shared by reference between an agent, its children
 * and its past. Path strings are interned in the run and live as long as it does. */
struct pathset {
    size_t refs, n;
    bool complete; /* false: a manifest was cut, existence can no longer be told */
    const char **path;
};
struct intern; /* every path string once */
struct intern *intern_create(void);
void intern_destroy(struct intern *t);
const char *intern_str(struct intern *t, struct str s);
struct pathset *pathset_ref(struct pathset *s);
void pathset_unref(struct pathset *s);
/* names: NUL-separated sorted paths of the base. */
struct pathset *pathset_create(struct intern *t, struct str names);
/* The set after changes; old is left alone. */
struct pathset *pathset_apply(struct intern *t, const struct pathset *old,
                              const struct change *changes, size_t n, bool cut);

/* A file as an agent last read it. */
struct read_file {
    char *path;
    char *text;
    size_t len;
};
/* Files remembered per agent for old_string; the oldest is forgotten (and must be read again). */
#define READ_FILES_MAX 64
struct view {
    struct pathset *paths;
    struct read_file files[READ_FILES_MAX];
    size_t n_files;
    const char **changed; /* interned, sorted: what this agent and its merged children changed */
    size_t n_changed;
    bool changed_cut;
    struct bindings *bindings; /* cached until paths or files change */
};
void view_init(struct view *v, struct pathset *paths);
void view_release(struct view *v);
void view_copy_files(struct view *to, const struct view *from);
void view_read(struct view *v, struct str path, struct str text);
void view_change(struct view *v, struct intern *t, const struct change *changes, size_t n,
                 bool cut);
struct bindings *view_bindings(struct view *v); /* borrowed */
/* Changes of a call as JSON for the journal and back (NULL-safe). Owned by the caller. */
char *changes_to_json(const struct change *changes, size_t n, bool cut);
/* Paths are borrowed from json. *changes owned by the caller. */
bool changes_from_json(const cJSON *json, struct change **changes, size_t *n, bool *cut);

/* ---- the run ---- */
enum agent_state {
    AGENT_READY,      /* nothing outstanding, may submit a turn */
    AGENT_DECODING,   /* the engine works on its turn */
    AGENT_COMMITTING, /* a commit must become durable before it goes on */
    AGENT_QUEUED,     /* a call waits for a cell */
    AGENT_CALLING,    /* a call runs in a cell */
    AGENT_WAITING,    /* children run */
    AGENT_MERGING,    /* children's layers are merged in a cell */
    AGENT_CHECKING,   /* ended; its retry check runs in a cell */
    AGENT_PARKED,     /* the run stops: what was in flight was dropped, a resume does it again */
    AGENT_ENDED,      /* terminal; reason says how */
};

struct call {
    int64_t number;
    const struct tool *tool; /* NULL: unknown name (dialects without grammar) */
    char *name, *arguments_text;
    cJSON *arguments;
    bool done;
    char *result; /* what the model reads */
    char *result_hash;
    char **item; /* of a Swarm; one empty string for Agent */
    size_t n_items;
    struct agent **child; /* last attempt of each item, in order */
    size_t n_children, children_open;
    bool spawned;  /* its children are durable */
    char *refusal; /* why it starts nobody: the result */
};

/* A call that was made before, for loop detection. */
struct seen_call {
    uint64_t call_hash, result_hash;
    int count;
};
#define SEEN_CALLS_MAX 64

struct agent {
    struct run *run;
    struct agent *parent;
    const struct agent_def *def;
    struct agent_def *def_owned;
    int64_t id;
    char *path, *brief, *item;
    int attempt, depth;
    int64_t parent_call_turn, parent_call_number;
    size_t item_index;
    struct agent *next_attempt; /* the fresh attempt that follows this failed one */
    enum agent_state state;
    bool success;
    char *reason, *result;

    cJSON *tools; /* declarations with this agent's enums */
    char *tools_json;
    struct grammar *grammar; /* borrowed from the run's cache */
    struct seq *seq;
    struct tokens history, pending;
    int64_t turn;         /* number of the last committed turn */
    const char *turn_end; /* how it ended, as in turn_row */
    struct call *call;
    size_t n_calls, at; /* calls of the last turn; the one being done */
    bool reminded, cut_told;
    int64_t calls_total_index; /* calls over the whole sequence, for Kimi ids */

    struct view view;
    int64_t *layer;
    size_t n_layers, n_inherited;
    int64_t upper;                           /* layer of the running cell */
    uint64_t cell;                           /* id of the running cell, 0 = none */
    void (*cell_start)(struct agent *agent); /* what it waits in the queue for */
    struct agent *queue_next;

    int64_t tokens_left, calls_left, ms_left, agents_left, depth_left; /* BUDGET_UNLIMITED = none */
    int64_t tokens_in, tokens_out, calls_made, prompt_computed, clock_ms;
    int64_t since_ms; /* when the state was set */
    struct seen_call seen[SEEN_CALLS_MAX];
    size_t n_seen;
    const char *ending; /* set when a limit ends it as soon as what is in flight returns */
};

struct grammar_entry {
    char *tools_json;
    struct grammar *grammar;
};

struct run {
    struct run_options options;
    char *id, *dir, *worktree, *goal, *root_name, *instructions, *model_path;
    struct store *store;
    struct engine *engine;
    struct engine_options engine_options; /* cache, expanded_tokens: part of the run's record */
    struct model *model;
    struct sandbox *sandbox;
    enum run_state state;
    char reason[ERR_MSG_MAX];
    uint64_t seed;
    struct agent **agent;
    size_t n_agents;
    struct agent *root;
    struct intern *intern;
    struct pathset *base_paths;
    struct grammar_entry *grammars;
    size_t n_grammars;
    int cells_max, cells_active;
    struct agent *cell_queue, **cell_queue_tail;
    int64_t in_flight; /* turns, cells and commits whose callback has not come */
    int64_t started_ms, last_tick_ms, elapsed_before_ms;
    int64_t attempts;
    char tree_hash[65];
    bool hashed;
};

/* run.c */
/* Ends the run: parked if the same may succeed later, else failed. */
void run_fail(struct run *run, const struct err *err);
/* Adds an event row to txn and tells the observer when it is durable (with the txn). data is a
 * JSON object text. */
void run_event(struct run *run, struct txn *txn, const struct agent *agent, const char *type,
               struct str data);
/* Submits txn; done(agent) runs when it is durable and the run goes on. */
void run_commit(struct run *run, struct txn *txn, struct agent *agent,
                void (*done)(struct agent *agent));
void run_add_agent(struct run *run, struct agent *agent);
struct grammar *run_grammar(struct run *run, const cJSON *tools, const char *tools_json,
                            struct err *err);
void run_root_ended(struct run *run);
bool run_is_stopping(const struct run *run);

/* agent.c
 *
 * READY     -> DECODING    [agent_start]     a turn is submitted
 * DECODING  -> COMMITTING  [on_turn]         commit 1: tokens, calls as intents
 * COMMITTING-> QUEUED      [call_next]       a call needs a cell
 * QUEUED    -> CALLING     [cells_pump]
 * CALLING   -> COMMITTING  [call_finish]     commit 2: result, layer, counters
 * COMMITTING-> WAITING     [herd_spawn]      children are durable
 * WAITING   -> QUEUED -> MERGING -> COMMITTING  [herd]
 * COMMITTING-> READY       [agent_step]      all calls done, results rendered
 * any       -> QUEUED -> CHECKING -> COMMITTING -> ENDED   [agent_end]
 * any but ENDED -> PARKED  the run stops
 */
struct agent *agent_create(struct run *run, struct agent *parent, const struct agent_def *def);
void agent_destroy(struct agent *agent);
void agent_set_state(struct agent *agent, enum agent_state state);
const char *agent_state_name(enum agent_state state);
/* Makes tools, grammar and first prompt; err when the model cannot express them. */
bool agent_prepare(struct agent *agent, struct err *err);
void agent_start(struct agent *agent); /* submits the next turn */
/* Tokens of its sequence that are declared to the engine as shared by many; 0 = none. A function of
 * the journal. */
int64_t agent_shared_prefix(const struct agent *agent);
/* Goes on after a durable turn; end as in turn_row. Also how a resume goes on. */
void agent_after_turn(struct agent *agent, const char *end);
/* Terminal, unless a retry follows. reason: "success", "failure", "max_turns", ... */
void agent_end(struct agent *agent, bool success, const char *reason, const char *result);
void agent_commit_end(struct agent *agent, struct txn *txn); /* terminal row into txn */
void agent_return_budget(struct agent *agent); /* what it did not spend goes to its parent */
void agent_row(const struct agent *agent, struct agent_row *row, struct buf *storage);
void agent_charge_time(struct agent *agent);    /* budget of seconds */
void agent_release_memory(struct agent *agent); /* of an ended agent */
void agent_render_results(struct agent *agent); /* results of the finished calls -> pending */

/* call.c */
void call_next(struct agent *agent); /* does the next call of the turn, or renders the results */
void call_release(struct call *call);
void call_finish(struct agent *agent, struct call *call, struct str result,
                 const struct cell_result *cell, const struct tool_effect *effect);
/* How often this call has given this result (by its hash), this time included. */
int loop_count(struct agent *agent, const struct call *call, struct str result_hash);
void cells_pump(struct run *run); /* starts queued cells while there is room */
void cell_enqueue(struct agent *agent, void (*start)(struct agent *agent));
/* Runs spec for agent: counts it, remembers its id; done(agent, result) unless the run stops. */
void cell_run(struct agent *agent, const struct cell_spec *spec,
              void (*done)(struct agent *agent, const struct cell_result *result));
void call_layers(const struct agent *agent, struct cell_spec *spec, int64_t upper);

/* herd.c */
void herd_spawn(struct agent *agent, struct call *call);
void herd_child_ended(struct agent *child); /* durable; the parent may go on */
void herd_check(struct agent *agent);       /* retry check of a child that is about to end */
/* A child found in the journal is attached to the call that started it. */
void herd_attach(struct agent *parent, struct agent *child);
/* Whether the call that started it said fork; of a child whose parent waits for it. */
bool herd_is_fork(const struct agent *child);
/* What a fork starts with: the parent's history and the results as the child sees them. */
bool herd_fork_history(struct agent *child, struct err *err);

/* resume.c */
bool run_rebuild(struct run *run, struct err *err);
#endif
