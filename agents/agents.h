#ifndef AGENTS_AGENTS_H
#define AGENTS_AGENTS_H
/* Agents: JSON definitions, and a run as a herd of agents driven to its end.
 *
 * How to think about it. A *definition* is a JSON file (name, prompt, tools, budget, ...). A *run*
 * is one goal on one workspace: a tree of *agents*, each a state machine over turns and calls,
 * journalled step by step, so that run_load continues where the last commit ended. Everything
 * happens on the loop thread; whoever owns the loop calls run_drain after any wake-up and run_tick
 * a few times a second.
 *
 *     agent_set_create(&set); agent_set_load_dir(set, dir, &err); ...
 *     run_create(&run, &options, &err);      // or run_load
 *     while (!run_finished(run)) { ... run_drain(run); run_tick(run); }
 *     run_summary(run, &summary);
 *     run_destroy(run);
 */
#include <cjson/cJSON.h>
#include "model/model.h"
#include "runtime/base/err.h"
#include "runtime/base/str.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/* ---- definitions ---- */
#define BUDGET_UNLIMITED INT64_MAX

struct agent_budget { /* BUDGET_UNLIMITED where the definition is silent */
    int64_t tokens, calls, seconds, agents, depth;
};

struct agent_def {
    char *name, *description, *prompt;
    char *source;     /* file, or "built-in" */
    char **tools;     /* names, NULL-terminated */
    char **subagents; /* who it may start, NULL-terminated */
    int64_t max_turns;
    int64_t turn_tokens; /* longest answer of one turn */
    struct agent_budget budget;
    float temperature, top_p, min_p;
    int top_k;
    bool network;
    int retry_attempts; /* 1 = no retry */
    char *retry_check;  /* shell command, NULL = none; {{item}} is replaced, quoted */
    cJSON *output;      /* JSON Schema of the result, or NULL */
    char *json;         /* the definition as canonical JSON: what the journal keeps */
};

struct agent_set; /* definitions by name; later loads replace earlier ones */
/* Holds the built-in definitions (lead, coder, explorer, reviewer). */
struct agent_set *agent_set_create(void);
void agent_set_destroy(struct agent_set *set);
/* Errors are one line "FILE:LINE:COLUMN: .path: what is wrong" with a hint. */
bool agent_set_load_file(struct agent_set *set, const char *path, struct err *err) MUST_CHECK;
/* All *.json of a directory, by name; a missing directory is not an error. */
bool agent_set_load_dir(struct agent_set *set, const char *dir, struct err *err) MUST_CHECK;
/* Those of a project, top/.drover/agents: links may not lead out of top. */
bool agent_set_load_project(struct agent_set *set, const char *top, struct err *err) MUST_CHECK;
/* {"name": {...}, ...}, as --agents takes it. */
bool agent_set_load_inline(struct agent_set *set, struct str json, struct err *err) MUST_CHECK;
/* What only the whole set can tell: unknown sub-agents, cycles of sub-agents. */
bool agent_set_check(const struct agent_set *set, struct err *err) MUST_CHECK;
const struct agent_def *agent_set_find(const struct agent_set *set, const char *name);
const struct agent_def *agent_set_at(const struct agent_set *set, size_t i); /* NULL past the end */
/* The JSON Schema of definitions (`drover agent schema`). */
struct str agent_schema(void);

/* ---- runs ---- */
struct run;

enum run_state { RUN_RUNNING, RUN_STOPPING, RUN_STOPPED, RUN_PARKED, RUN_DONE, RUN_FAILED };

struct run_event {
    const char *type; /* run_started, agent_started, turn, call_started, call, agent_ended, ... */
    int64_t agent;    /* 0 = the run */
    const char *agent_path;
    const char *data_json;
};

struct run_options {
    const char *id;  /* run id */
    const char *dir; /* its directory; holds base/ already when created */
    const char *worktree;
    const char *goal;
    const char *root; /* name of the root agent */
    const struct agent_set *agents;
    struct model *model;
    const char *model_path;
    const struct engine_options *engine; /* wake is set by the caller: run_drain follows */
    struct sandbox *sandbox;
    const struct store_options *store;
    const char *config_json;  /* the effective configuration, for the journal */
    const char *base_json;    /* summary of the base, for the journal */
    const char *instructions; /* AGENTS.md text for the root's prompt, or NULL */
    uint64_t seed;
    int64_t root_ms, root_tokens; /* tighter budgets of the root; 0 = as its definition says */
    int cells_max;                /* commands at once; 0 = cores + 1 */
    bool network;                 /* the user granted the host network to agents that ask for it */
    bool accept_change;           /* run_load: continue with another model or arithmetic */
    void (*on_event)(void *arg, const struct run_event *event); /* after the event is durable */
    void *arg;
};

/* Writes the first commit of a new run and starts its root agent. */
bool run_create(struct run **out, const struct run_options *options, struct err *err) MUST_CHECK;
/* Continues a run from its journal; goal, root, agents, seed come from there. */
bool run_load(struct run **out, const struct run_options *options, struct err *err) MUST_CHECK;
void run_destroy(struct run *run);
void run_drain(struct run *run);
void run_tick(struct run *run);
/* Instead of run_tick when the process was stopped (SIGTSTP, SIGSTOP) since the last one: no budget
 * pays for that time. Returns how many ms. */
int64_t run_tick_skip(struct run *run);
/* Ends turns and cells, keeps what is committed; run_finished turns true with RUN_STOPPED. */
void run_stop(struct run *run);
bool run_finished(const struct run *run);

struct run_agent_status {
    int64_t id;
    const char *path, *name, *state, *reason, *doing;
    int64_t turns, calls, tokens;
};
struct run_summary {
    enum run_state state;
    char reason[ERR_MSG_MAX]; /* why it is parked or failed */
    const char *result;       /* the root's result text */
    bool success;
    int64_t agents, agents_running, agents_succeeded, agents_failed, attempts;
    int64_t calls, turns, tokens_in, tokens_out, prompt_computed, elapsed_ms;
    const char *tree_hash; /* of the final view, "" before the end */
    struct engine_stats engine;
};
/* Strings are borrowed until the run changes. */
void run_summary(const struct run *run, struct run_summary *out);
size_t run_agents(const struct run *run, struct run_agent_status *out, size_t max);
/* Committed layers of the root, lowest first: the result of the run. From a reader. */
bool run_result_layers(struct store *reader, int64_t **layers, size_t *n,
                       struct err *err) MUST_CHECK;
#endif
