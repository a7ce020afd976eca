/* A run: one goal, one workspace, a tree of agents, one journal.
 *
 * Owns: the store, the engine, the array of agents (never removed: an ended one gives its memory
 * back and stays for the summary), the grammar cache, the queue for cells. Loop thread.
 *
 *   RUNNING --root ended, tree hashed--> DONE
 *   RUNNING --run_stop--> STOPPING --nothing in flight--> STOPPED
 *   RUNNING --disk full--> PARKED     (resume when there is room)
 *   RUNNING --journal or warden lost--> FAILED   (state unknown: resume reads it back)
 *
 * Invariant: what an agent does next depends only on what is durable. A callback that arrives while
 * the run is not RUNNING changes nothing, so that a resume does that step again, with the same
 * tokens. in_flight counts callbacks that must still come before the run may be destroyed. */
#include "agents/agents_int.h"

#include <string.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/base/json.h"
#include "runtime/base/log.h"

/* Events of one commit. */
#define COMMIT_EVENTS_MAX 4096

static const char *const run_state_names[] = {"running", "stopping", "stopped",
                                              "parked",  "done",     "failed"};

bool run_is_stopping(const struct run *run) {
    return run->state != RUN_RUNNING;
}

bool run_finished(const struct run *run) {
    return run->in_flight == 0 && run->state != RUN_RUNNING && run->state != RUN_STOPPING;
}

static void run_settle(struct run *run) {
    if (run->state == RUN_STOPPING && run->in_flight == 0)
        run->state = RUN_STOPPED;
}

/* ---- commits and events ---- */
struct pending_event {
    const char *type;
    const struct agent *agent;
    char *data;
    struct pending_event *next;
};

struct commit {
    struct run *run;
    struct agent *agent;
    void (*done)(struct agent *agent);
    struct pending_event *events;
};

/* Events of the txn being built: submitted and shown with it. */
static struct pending_event *collected, **collected_tail = &collected;

void run_event(struct run *run, struct txn *txn, const struct agent *agent, const char *type,
               struct str data) {
    txn_event(txn, agent ? agent->id : 0, type, data);
    if (!run->options.on_event)
        return;
    struct pending_event *e = xcalloc(1, sizeof *e);
    *e = (struct pending_event){.type = type, .agent = agent, .data = str_dup(data)};
    *collected_tail = e;
    collected_tail = &e->next;
}

static void commit_show_events(struct run *run, struct pending_event *e, bool show) {
    while (e) {
        struct pending_event *next = e->next;
        if (show)
            run->options.on_event(run->options.arg,
                                  &(struct run_event){e->type, e->agent ? e->agent->id : 0,
                                                      e->agent ? e->agent->path : "", e->data});
        free(e->data);
        free(e);
        e = next;
    }
}

static void commit_on_durable(void *arg, const struct err *err) {
    struct commit *c = arg;
    struct run *run = c->run;
    run->in_flight--;
    commit_show_events(run, c->events, !err);
    if (err)
        run_fail(run, err);
    else if (c->done && !run_is_stopping(run))
        c->done(c->agent);
    else if (c->agent && run_is_stopping(run) && c->agent->state != AGENT_ENDED)
        agent_set_state(c->agent, AGENT_PARKED);
    free(c);
    run_settle(run);
}

void run_commit(struct run *run, struct txn *txn, struct agent *agent,
                void (*done)(struct agent *agent)) {
    struct commit *c = xcalloc(1, sizeof *c);
    *c = (struct commit){.run = run, .agent = agent, .done = done, .events = collected};
    collected = NULL;
    collected_tail = &collected;
    run->in_flight++;
    store_submit(run->store, txn, commit_on_durable, c);
}

/* ---- ends ---- */
static void run_drop_in_flight(struct run *run) {
    for (size_t i = 0; i < run->n_agents; i++) {
        struct agent *a = run->agent[i];
        if (a->state == AGENT_DECODING)
            seq_cancel(a->seq);
        else if (a->cell)
            sandbox_kill(run->sandbox, a->cell);
        else if (a->state == AGENT_QUEUED || a->state == AGENT_READY)
            agent_set_state(a, AGENT_PARKED);
    }
    run->cell_queue = NULL;
    run->cell_queue_tail = &run->cell_queue;
}

void run_fail(struct run *run, const struct err *err) {
    if (run->state != RUN_RUNNING && run->state != RUN_STOPPING)
        return;
    run->state = err_is_temporary(err) ? RUN_PARKED : RUN_FAILED;
    snprintf(run->reason, sizeof run->reason, "%s", err->msg);
    log_error("run %s: %s: %s", run->id, run_state_names[run->state], err->msg);
    run_drop_in_flight(run);
    if (run->state == RUN_PARKED) { /* the store keeps room for this one row */
        struct txn *txn = txn_create();
        AUTO_BUF struct buf data = BUF_INIT(ERR_MSG_MAX * 2);
        buf_append_c(&data, "{\"reason\":");
        buf_append_json(&data, str_from(run->reason));
        buf_append_c(&data, "}");
        txn_park(txn);
        txn_run_state(txn, "parked", buf_str(&data));
        run_commit(run, txn, NULL, NULL);
    }
}

void run_stop(struct run *run) {
    if (run->state != RUN_RUNNING)
        return;
    run->state = RUN_STOPPING;
    struct txn *txn = txn_create();
    txn_run_state(txn, "stopped", STR("{}"));
    run_event(run, txn, NULL, "run_stopped", STR("{}"));
    run_commit(run, txn, NULL, NULL);
    run_drop_in_flight(run);
    run_settle(run);
}

static void run_on_closed(struct agent *root) {
    root->run->state = RUN_DONE;
}

static void run_write_end(struct run *run) {
    struct agent *root = run->root;
    AUTO_BUF struct buf data = BUF_INIT(JSON_BYTES_MAX);
    buf_printf(&data, "{\"success\":%s,\"reason\":", root->success ? "true" : "false");
    buf_append_json(&data, str_from(root->reason));
    buf_append_c(&data, ",\"result\":");
    buf_append_json(&data, str_from(root->result));
    buf_printf(&data, ",\"tree\":\"%s\"}", run->tree_hash);
    struct txn *txn = txn_create();
    txn_run_state(txn, "done", buf_str(&data));
    run_event(run, txn, NULL, "run_done", buf_str(&data));
    run_commit(run, txn, root, run_on_closed);
}

static void run_on_hashed(void *arg, const struct cell_result *result) {
    struct run *run = arg;
    run->in_flight--;
    run->root->cell = 0;
    if (run_is_stopping(run)) {
        run_settle(run);
        return;
    }
    if (result->end != CELL_EXITED || result->status != 0 || result->output.len < 64) {
        struct err err = result->err;
        if (!*err.msg)
            err_set(&err, ERR_INTERNAL, "cannot hash the result (status %d): %.*s", result->status,
                    (int)MIN(result->output.len, 200u), result->output.ptr);
        run_fail(run, &err);
        return;
    }
    snprintf(run->tree_hash, sizeof run->tree_hash, "%.64s", result->output.ptr);
    run_write_end(run);
}

void run_root_ended(struct run *run) {
    struct cell_spec spec = {.function = "layers.hash"};
    call_layers(run->root, &spec, 0);
    run->in_flight++;
    run->root->cell = sandbox_run(run->sandbox, &spec, run_on_hashed, run);
}

/* ---- create, load, destroy ---- */
void run_add_agent(struct run *run, struct agent *agent) {
    run->agent = xreallocarray(run->agent, run->n_agents + 1, sizeof *run->agent);
    run->agent[run->n_agents++] = agent;
}

struct grammar *run_grammar(struct run *run, const cJSON *tools, const char *tools_json,
                            struct err *err) {
    for (size_t i = 0; i < run->n_grammars; i++)
        if (strcmp(run->grammars[i].tools_json, tools_json) == 0)
            return run->grammars[i].grammar;
    struct grammar *g;
    if (!grammar_create(&g, run->model, tools, err))
        return NULL;
    run->grammars = xreallocarray(run->grammars, run->n_grammars + 1, sizeof *run->grammars);
    run->grammars[run->n_grammars++] = (struct grammar_entry){xstrdup(tools_json), g};
    return g;
}

#define EXPANDED " expanded "

/* What results depend on to the bit, besides the model: "v4 avx512 q8 expanded 8192". */
static char *run_arithmetic(const struct run *run) {
    const struct model_info *info = model_info(run->model);
    const struct engine_options *o = &run->engine_options;
    AUTO_FREE char *expanded =
        o->expanded_tokens ? xasprintf(EXPANDED "%lld", (long long)o->expanded_tokens) : NULL;
    return xasprintf("v%d %s %s%s", info->arithmetic, info->kernels,
                     o->cache == CACHE_Q8 ? "q8" : "f16", expanded ? expanded : "");
}

/* The engine's options that are the run's, whatever is said now. */
static void run_take_arithmetic(struct run *run, struct str arithmetic) {
    struct engine_options *o = &run->engine_options;
    struct str key = STR(EXPANDED);
    size_t at = str_find(arithmetic, key, 0), end = MIN(at, arithmetic.len);
    if (at == SIZE_MAX || !str_to_i64(str_slice(arithmetic, at + key.len, arithmetic.len), 0,
                                      CONTEXT_TOKENS_MAX, &o->expanded_tokens))
        o->expanded_tokens = 0;
    o->cache = str_ends(str_slice(arithmetic, 0, end), STR(" q8")) ? CACHE_Q8 : CACHE_F16;
}

static bool run_open_parts(struct run *run, struct err *err) {
    AUTO_BUF struct buf names = BUF_INIT(256u << 20);
    if (!base_list(run->dir, &names, err))
        return false;
    run->base_paths = pathset_create(run->intern, buf_str(&names));
    struct engine_options options = run->engine_options;
    AUTO_FREE char *pages = xasprintf("%s/pages", run->dir);
    options.pages_dir = pages;
    return engine_start(&run->engine, run->model, &options, err);
}

static struct run *run_new(const struct run_options *options) {
    struct run *run = xcalloc(1, sizeof *run);
    run->options = *options;
    run->engine_options = *options->engine;
    run->id = xstrdup(options->id);
    run->dir = xstrdup(options->dir);
    run->model = options->model;
    run->model_path = xstrdup(options->model_path ? options->model_path : "");
    run->sandbox = options->sandbox;
    run->seed = options->seed;
    run->instructions = options->instructions ? xstrdup(options->instructions) : NULL;
    run->intern = intern_create();
    run->cell_queue_tail = &run->cell_queue;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    run->cells_max = options->cells_max ? options->cells_max : (int)MAX(cores, 1) + 1;
    run->started_ms = run->last_tick_ms = clock_mono_ms();
    run->state = RUN_RUNNING;
    base_context_set("run %s", options->id);
    return run;
}

static bool run_insert(struct run *run, struct err *err) {
    const struct agent_def *def = agent_set_find(run->options.agents, run->root_name);
    if (!def) {
        err_set(err, ERR_USAGE, "no agent '%s'", run->root_name);
        return err_hint(err, "'drover agent list' shows the agents that can be used here");
    }
    struct agent *root = agent_create(run, NULL, def);
    root->id = store_next_agent(run->store);
    root->path = xstrdup("1");
    root->brief = xstrdup(run->goal);
    root->attempt = 1;
    if (run->options.root_ms)
        root->ms_left = MIN(root->ms_left, run->options.root_ms);
    if (run->options.root_tokens)
        root->tokens_left = MIN(root->tokens_left, run->options.root_tokens);
    run->root = root;
    run_add_agent(run, root);
    if (!agent_prepare(root, err))
        return false;
    AUTO_FREE char *arithmetic = run_arithmetic(run);
    struct txn *txn = txn_create();
    txn_run_insert(txn, &(struct run_row){
                            .id = str_from(run->id),
                            .goal = str_from(run->goal),
                            .worktree = str_from(run->worktree),
                            .model_path = str_from(run->model_path),
                            .model_hash = str_from(model_info(run->model)->hash),
                            .arithmetic = str_from(arithmetic),
                            .config_json = str_from(run->options.config_json),
                            .base_json = str_from(run->options.base_json),
                            .state = STR("running"),
                            .result_json = STR("{}"),
                            .seed = run->seed,
                            .root_agent = root->id,
                            .created_ms = clock_wall_ms(),
                            .updated_ms = clock_wall_ms(),
                        });
    AUTO_BUF struct buf storage = BUF_INIT(JSON_BYTES_MAX);
    struct agent_row row;
    agent_row(root, &row, &storage);
    txn_agent_insert(txn, &row);
    run_event(run, txn, NULL, "run_started", STR("{}"));
    run_event(run, txn, root, "agent_started", STR("{}"));
    run_commit(run, txn, root, agent_start);
    return true;
}

bool run_create(struct run **out, const struct run_options *options, struct err *err) {
    struct run *run = run_new(options);
    run->goal = xstrdup(options->goal);
    run->root_name = xstrdup(options->root);
    run->worktree = xstrdup(options->worktree);
    struct engine_options *o = &run->engine_options;
    o->expanded_tokens = engine_expanded_tokens(run->model, o->cache, o->kv_bytes);
    if (store_create(&run->store, run->dir, options->store, err) && run_open_parts(run, err) &&
        run_insert(run, err)) {
        *out = run;
        return true;
    }
    run_destroy(run);
    return false;
}

struct load {
    struct run *run;
    char *model_hash, *arithmetic;
    bool found, done;
};

static bool load_row(void *arg, const struct run_row *row) {
    struct load *l = arg;
    l->found = true;
    l->run->goal = str_dup(row->goal);
    l->run->worktree = str_dup(row->worktree);
    l->run->seed = row->seed;
    l->model_hash = str_dup(row->model_hash);
    l->arithmetic = str_dup(row->arithmetic);
    run_take_arithmetic(l->run, row->arithmetic);
    l->done = str_equal(row->state, STR("done"));
    return true;
}

static bool load_check(struct load *l, struct err *err) {
    struct run *run = l->run;
    if (!l->found)
        return err_set(err, ERR_NOT_FOUND, "run '%s' has no first commit", run->id);
    if (l->done)
        return err_set(err, ERR_USAGE, "run '%s' is done", run->id) ||
               err_hint(err, "'drover show %s' shows it, 'drover diff %s' what it changed", run->id,
                        run->id);
    AUTO_FREE char *arithmetic = run_arithmetic(run);
    bool same_model = strcmp(l->model_hash, model_info(run->model)->hash) == 0;
    bool same_arithmetic = strcmp(l->arithmetic, arithmetic) == 0;
    if ((!same_model || !same_arithmetic) && !run->options.accept_change) {
        err_set(err, ERR_REFUSED, "run '%s' was made with another %s (%s, now %s)", run->id,
                same_model ? "arithmetic" : "model", same_model ? l->arithmetic : l->model_hash,
                same_model ? arithmetic : model_info(run->model)->hash);
        return err_hint(err, "'drover resume --accept-change %s' goes on with what is here",
                        run->id);
    }
    struct txn *txn = txn_create();
    txn_run_state(txn, "running", STR("{}"));
    if (!same_model || !same_arithmetic) {
        AUTO_BUF struct buf data = BUF_INIT(4096);
        buf_printf(&data, "{\"model\":\"%s\",\"arithmetic\":\"%s\"}", model_info(run->model)->hash,
                   arithmetic);
        run_event(run, txn, NULL, "change_accepted", buf_str(&data));
    }
    run_event(run, txn, NULL, "run_resumed", STR("{}"));
    run_commit(run, txn, NULL, NULL);
    return true;
}

struct kept_layers {
    int64_t *id;
    size_t n;
};

static bool keep_layer(void *arg, int64_t id, int64_t agent) {
    (void)agent;
    struct kept_layers *k = arg;
    k->id = xreallocarray(k->id, k->n + 1, sizeof *k->id);
    k->id[k->n++] = id;
    return true;
}

static int by_id(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* A layer directory without a row is rubbish of a call that was not committed. */
static bool run_sweep(struct run *run, struct err *err) {
    struct kept_layers kept = {0};
    bool ok = store_read_layers(run->store, keep_layer, &kept, err);
    if (ok && kept.n)
        qsort(kept.id, kept.n, sizeof *kept.id, by_id);
    ok = ok && layers_sweep(run->sandbox, run->dir, kept.id, kept.n, err);
    free(kept.id);
    return ok;
}

bool run_load(struct run **out, const struct run_options *options, struct err *err) {
    struct run *run = run_new(options);
    struct load load = {.run = run};
    bool ok = store_open(&run->store, run->dir, options->store, err) &&
              store_read_run(run->store, load_row, &load, err) && load_check(&load, err) &&
              run_sweep(run, err) && run_open_parts(run, err) && run_rebuild(run, err);
    free(load.model_hash);
    free(load.arithmetic);
    if (ok) {
        *out = run;
        return true;
    }
    err_prefix(err, "resume run %s", options->id);
    run_destroy(run);
    return false;
}

/* Nothing will read them again. */
static void run_drop_pages(const struct run *run) {
    AUTO_FREE char *pages = xasprintf("%s/pages", run->dir);
    struct err err = ERR_INIT;
    if (!dir_remove(pages, &err))
        log_warn("run %s: %s", run->id, err.msg);
}

void run_destroy(struct run *run) {
    if (!run)
        return;
    bool resumable = run->state == RUN_STOPPED || run->state == RUN_PARKED;
    for (size_t i = 0; i < run->n_agents; i++)
        if (run->agent[i]->seq && resumable)
            seq_expect(run->agent[i]->seq, SEQ_RESUMED);
    for (size_t i = 0; i < run->n_agents; i++)
        agent_destroy(run->agent[i]);
    free(run->agent);
    engine_stop(run->engine);
    if (run->state == RUN_DONE)
        run_drop_pages(run);
    store_close(run->store);
    for (size_t i = 0; i < run->n_grammars; i++) {
        grammar_destroy(run->grammars[i].grammar);
        free(run->grammars[i].tools_json);
    }
    free(run->grammars);
    pathset_unref(run->base_paths);
    intern_destroy(run->intern);
    free(run->id);
    free(run->dir);
    free(run->worktree);
    free(run->goal);
    free(run->root_name);
    free(run->instructions);
    free(run->model_path);
    free(run);
}

/* ---- the loop's hooks ---- */
void run_drain(struct run *run) {
    sandbox_drain(run->sandbox);
    engine_drain(run->engine);
    store_drain(run->store);
    cells_pump(run);
    run_settle(run); /* whatever came in last: a commit, a turn or a killed cell */
}

void run_tick(struct run *run) {
    int64_t now = clock_mono_ms();
    run->last_tick_ms = now;
    if (run->state != RUN_RUNNING)
        return;
    for (size_t i = 0; i < run->n_agents && run->state == RUN_RUNNING; i++)
        if (run->agent[i]->state != AGENT_ENDED)
            agent_charge_time(run->agent[i]);
}

int64_t run_tick_skip(struct run *run) {
    int64_t now = clock_mono_ms(), skipped = now - run->last_tick_ms;
    run->last_tick_ms = now;
    run->started_ms += skipped;
    for (size_t i = 0; i < run->n_agents; i++)
        run->agent[i]->clock_ms = MIN(run->agent[i]->clock_ms + skipped, now);
    return skipped;
}

/* ---- what is going on ---- */
void run_summary(const struct run *run, struct run_summary *out) {
    *out = (struct run_summary){.state = run->state, .tree_hash = run->tree_hash, .result = ""};
    snprintf(out->reason, sizeof out->reason, "%s", run->reason);
    out->agents = (int64_t)run->n_agents;
    for (size_t i = 0; i < run->n_agents; i++) {
        const struct agent *a = run->agent[i];
        if (a->state != AGENT_ENDED)
            out->agents_running++;
        else if (a->success)
            out->agents_succeeded++;
        else
            out->agents_failed++;
        out->attempts += a->attempt > 1;
        out->calls += a->calls_made;
        out->turns += a->turn;
        out->tokens_in += a->tokens_in;
        out->tokens_out += a->tokens_out;
        out->prompt_computed += a->prompt_computed;
    }
    out->elapsed_ms = run->last_tick_ms - run->started_ms;
    if (run->root) {
        out->success = run->root->state == AGENT_ENDED && run->root->success;
        out->result = run->root->result ? run->root->result : "";
    }
    if (run->engine)
        engine_stats(run->engine, &out->engine);
}

size_t run_agents(const struct run *run, struct run_agent_status *out, size_t max) {
    size_t n = MIN(run->n_agents, max);
    for (size_t i = 0; i < n; i++) {
        const struct agent *a = run->agent[i];
        const struct call *c = a->at < a->n_calls ? &a->call[a->at] : NULL;
        out[i] = (struct run_agent_status){
            .id = a->id,
            .path = a->path,
            .name = a->def->name,
            .state = agent_state_name(a->state),
            .reason = a->reason ? a->reason : "",
            .doing = a->state == AGENT_CALLING && c ? c->name
                     : a->item                      ? a->item
                                                    : "",
            .turns = a->turn,
            .calls = a->calls_made,
            .tokens = a->tokens_out,
        };
    }
    return n;
}
